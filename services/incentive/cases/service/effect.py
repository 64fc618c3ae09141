"""What follows from a case: the ledger's lines, the window of the appeal; taken back while it is contested."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.incentive.cases.models import IncentiveCaseRow
from services.incentive.cases.rules.movements import movements
from services.incentive.cases.rules.states import CaseState
from services.incentive.cases.service.work import CaseWork
from services.incentive.ledger.rules import Movement, Posting, month_of
from services.incentive.ledger.service import posting
from services.incentive.policy_catalogue import IncentiveKind
from shared.contracts.incentive_cases import IncentiveSuspended, IncentiveTookEffect


async def take_effect(work: CaseWork, *, by: UUID | None) -> IncentiveCaseRow:
    """Points and money are booked; again, under a cause of its own, when an appeal failed.  `by`: None = the house."""
    row = work.row
    row.effect += 1
    row.state, row.effective_at = CaseState.EFFECTIVE.value, row.effective_at or work.now
    row.month = row.month or month_of(work.now, work.governing.zone)
    if row.kind == IncentiveKind.PENALTY.value and row.effect == 1:
        appeal = work.governing.chapter.approvals.appeal
        row.appeal_until = work.governing.moment_after(appeal.limit, work.now)
    moved = _movements(work)
    if moved:
        booked = Posting(
            case_id=row.id,
            cause=f"effect:{row.effect}",
            matter_id=row.matter_id,
            provision=row.provision,
            month=row.month,
            movements=moved,
            posted_by=by,
        )
        await posting.post(work.session, company=row.company, posting=booked, now=work.now)
    return await work.finish("effect", IncentiveTookEffect, effect=row.effect, appeal_until_at=row.appeal_until)


async def suspend(work: CaseWork, *, reason: str) -> None:
    """What had followed is taken back while an appeal is open, each line by its opposite."""
    await take_back(work, reason)
    await work.say(IncentiveSuspended, effect=work.row.effect)


async def take_back(work: CaseWork, reason: str) -> None:
    """The ledger's lines of the case, reversed; nothing left to reverse: nothing."""
    await posting.reverse(work.session, company=work.row.company, case_id=work.row.id, reason=reason, now=work.now)


def _movements(work: CaseWork) -> tuple[Movement, ...]:
    row = work.row
    return movements(
        work.clause,
        work.amounts,
        subject=row.subject,
        department=row.department,
        team=row.team,
        head_id=row.head_id,
        shares=row.shares,
        places=_places(work, row.shares),
    )


def _places(work: CaseWork, shares: Sequence[Mapping[str, object]]) -> dict[UUID, tuple[str | None, str | None]]:
    people = (work.signers.book.get(UUID(str(one["staff_id"]))) for one in shares)
    return {one.id: (one.department, one.team) for one in people if one is not None}
