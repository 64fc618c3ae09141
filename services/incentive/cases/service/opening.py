"""A confirmed proposal becomes a case: it waits for the first signature, or for the talk."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.models import IncentiveCaseRow
from services.incentive.cases.repository import cases
from services.incentive.cases.rules.drafts import CaseDraft
from services.incentive.cases.rules.signing import Signers
from services.incentive.cases.rules.states import CaseState, Metric
from services.incentive.cases.service.work import CaseWork, signers_of
from services.incentive.desk import IncentiveDesk
from services.incentive.policy import IncentiveGoverning
from services.incentive.policy_catalogue import IncentiveClause
from shared.contracts.incentive_cases import IncentiveCaseOpened
from shared.ids import new_id

SEQUENCE = "incentive_case_numbers"
PREFIX = "JC"


async def open_case(
    session: AsyncSession, desk: IncentiveDesk, company: str, draft: CaseDraft, *, actor: UUID, now: datetime
) -> IncentiveCaseRow:
    """Open it and lay it before whoever signs first."""
    governing = desk.governances.in_force(company, now)
    clause = governing.chapter.catalogue.provisions[draft.provision]
    signers = await signers_of(desk, governing, now)
    row = await _row(desk, governing, clause, signers, company, draft, actor, now)
    await cases.add(session, row)
    work = CaseWork(session, desk, row, governing, signers, now)
    if draft.is_talk:
        await work.lay_before(await work.signatories(1), Metric.TALK, governing.chapter.approvals.talk)
    else:
        await work.lay_before_signers()
    return await work.finish("open", IncentiveCaseOpened, is_talk=draft.is_talk, opened_by=actor)


async def _row(
    desk: IncentiveDesk,
    governing: IncentiveGoverning,
    clause: IncentiveClause,
    signers: Signers,
    company: str,
    draft: CaseDraft,
    actor: UUID,
    now: datetime,
) -> IncentiveCaseRow:
    head_id = None if draft.is_talk else _charged_head(clause, signers, company, draft)
    return IncentiveCaseRow(
        id=new_id(),
        company=company,
        number=f"{PREFIX}{now.astimezone(governing.zone):%Y%m%d}{await desk.numbers.take(SEQUENCE):06d}",
        proposal_id=draft.proposal_id,
        source=draft.source,
        provision=draft.provision,
        kind=clause.kind.value,
        level=clause.level,
        chain=clause.chain,
        subject_type=draft.subject_type,
        subject=draft.subject,
        department=draft.department,
        team=draft.team,
        head_id=head_id,
        named_ids=_everybody(draft.named_ids, head_id),
        shares=[dict(one) for one in draft.shares],
        facts=draft.facts,
        evidence_digest=draft.evidence_digest,
        amounts=dict(draft.amounts),
        matter_id=draft.matter_id,
        cause_type=draft.cause_type,
        cause_id=draft.cause_id,
        happened_at=draft.happened_at,
        state=(CaseState.TALK if draft.is_talk else CaseState.SIGNING).value,
        round=1,
        step=1,
        opened_at=now,
        opened_by=actor,
        raised_by=draft.raised_by,
        effect=0,
        policy_version=governing.version,
        version=1,
    )


def _charged_head(clause: IncentiveClause, signers: Signers, company: str, draft: CaseDraft) -> UUID | None:
    """Level 3 charges the employee and the head of the department; a head who is the employee is charged once."""
    if clause.head_amount is None:
        return None
    post = signers.lead_posts.get(draft.department or "")
    holders = signers.book.by_post.get((company, post), ()) if post else ()
    return next((one for one in holders if str(one) != draft.subject), None)


def _everybody(named: Sequence[UUID], head_id: UUID | None) -> list[UUID]:
    return sorted({*named, *([head_id] if head_id else [])})
