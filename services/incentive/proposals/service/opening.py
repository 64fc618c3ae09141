"""A confirmed proposal becomes a case."""

from uuid import UUID

from services.incentive.cases.rules.amounts import Amounts
from services.incentive.cases.rules.drafts import CaseDraft
from services.incentive.cases.service.opening import open_case
from services.incentive.proposals.service.work import ProposalWork


async def open_case_of(work: ProposalWork, amounts: Amounts, *, actor: UUID, is_talk: bool = False) -> UUID:
    """Hand over what the proposal says; answers the case's id."""
    row = work.row
    draft = CaseDraft(
        proposal_id=row.id,
        source=row.source,
        provision=row.provision,
        subject_type=row.subject_type,
        subject=row.subject,
        department=row.department,
        team=row.team,
        named_ids=row.named_ids,
        shares=row.shares,
        facts=row.statement,
        evidence_digest=row.digest,
        amounts=amounts.json,
        matter_id=row.matter_id,
        cause_type=row.cause_type,
        cause_id=row.cause_id,
        happened_at=row.happened_at,
        raised_by=row.raised_by,
        is_talk=is_talk,
    )
    opened = await open_case(work.session, work.desk, row.company, draft, actor=actor, now=work.now)
    return opened.id
