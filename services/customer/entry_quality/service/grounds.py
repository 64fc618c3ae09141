"""Whether the pack's ground for withdrawing a right is given (domain.md 2.7): then maintenance has it to verify."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality import events
from services.customer.entry_quality.models import EntryFindingRow, EntryTrainingRow, RightsWithdrawalRow
from services.customer.entry_quality.repository import findings, rights
from services.customer.entry_quality.rules.periods import months_back
from services.customer.entry_quality.rules.states import Ground, WithdrawalState
from services.customer.entry_quality.service.quality import WITHDRAWAL, Quality, note
from shared.contracts.entry import RightsWithdrawalPrompted
from shared.events import outbox
from shared.ids import new_id
from shared.sla.promise import Subject

VERIFICATION, APPROVAL = "verification", "approval"


async def weigh(session: AsyncSession, finding: EntryFindingRow, quality: Quality, *, now: datetime) -> None:
    """A confirmed error may be the one too many, or the cause of a complaint."""
    if finding.operator_id is None:
        return
    await rights.lock_person(session, finding.company, finding.operator_id)
    if await _by_complaint(session, finding, quality, now):
        return
    await _by_repetition(session, finding, quality, now)


async def _by_complaint(session: AsyncSession, finding: EntryFindingRow, quality: Quality, now: datetime) -> bool:
    complaint_id, staff_id = finding.complaint_id, finding.operator_id
    if complaint_id is None or staff_id is None or not quality.terms.withdrawal.is_by_complaint:
        return False
    if await rights.of_complaint(session, finding.company, staff_id, complaint_id) is None:
        await prompt(session, [finding], Ground.COMPLAINT, quality, now=now, complaint_id=complaint_id)
    return True


async def _by_repetition(session: AsyncSession, finding: EntryFindingRow, quality: Quality, now: datetime) -> None:
    staff_id = finding.operator_id
    if staff_id is None:
        return
    waiting = await rights.standing(session, finding.company, staff_id)
    if any(one.ground == Ground.REPEATED_ERRORS and one.state != WithdrawalState.WITHDRAWN for one in waiting):
        return
    errors, training = await remaining(session, finding.company, staff_id, quality, now=now)
    if len(errors) >= quality.terms.withdrawal.errors:
        await prompt(session, errors, Ground.REPEATED_ERRORS, quality, now=now, training=training)


async def remaining(
    session: AsyncSession, company: str, staff_id: UUID, quality: Quality, *, now: datetime
) -> tuple[list[EntryFindingRow], EntryTrainingRow | None]:
    """The person's confirmed errors of the pack's months that came after training, and no withdrawal has used."""
    terms = quality.terms.withdrawal
    since = months_back(now, terms.months, quality.zone)
    training = await rights.last_training(session, company, staff_id)
    if terms.is_after_training and training is None:
        return [], None
    after = training.trained_at if training is not None and terms.is_after_training else None
    used = await rights.used_findings(session, company, staff_id)
    rows = await findings.confirmed_since(session, company, staff_id, since, entered_after=after)
    covered = frozenset(training.concerns) if training is not None and after is not None else frozenset[str]()
    return [row for row in rows if row.id not in used and (not covered or row.concern in covered)], training


async def prompt(
    session: AsyncSession,
    errors: Iterable[EntryFindingRow],
    ground: Ground,
    quality: Quality,
    *,
    now: datetime,
    training: EntryTrainingRow | None = None,
    complaint_id: UUID | None = None,
    withdrawal_id: UUID | None = None,
) -> RightsWithdrawalRow:
    """Lay the case before maintenance, with its clock."""
    rows = list(errors)
    last, terms = rows[-1], quality.terms.withdrawal
    assert last.operator_id is not None  # noqa: S101  # errors without author have no ground
    row = RightsWithdrawalRow(
        id=withdrawal_id or new_id(),
        company=last.company,
        staff_id=last.operator_id,
        department=last.department,
        team=last.team,
        posts=[terms.proposed_by],
        concerns=sorted({one.concern for one in rows}),
        ground=ground.value,
        state=WithdrawalState.DUE.value,
        finding_ids=[one.id for one in rows],
        training_id=training.id if training else None,
        complaint_id=complaint_id,
        due_at=now,
        audit_ids=[],
        clause=terms.clause,
        policy_version=quality.version,
        matter_id=last.matter_id,
        version=1,
    )
    session.add(row)
    await session.flush()
    await outbox.add(session, events.rights(row, RightsWithdrawalPrompted, now))
    await note(session, row.company, "rights_withdrawal_prompted", WITHDRAWAL, row.id, now=now, ground=ground.value)
    await quality.start(session, subject_of(row), VERIFICATION, terms.verification, now=now)
    return row


def subject_of(row: RightsWithdrawalRow) -> Subject:
    """The withdrawal as its clocks know it: with whoever must act, not with the person concerned."""
    routing = row.routing.model_copy(update={"owner_id": None, "team": None, "department": None})
    return Subject(
        type=WITHDRAWAL, id=row.id, company=row.company, matter_id=row.matter_id, routing=routing, title=row.ground
    )
