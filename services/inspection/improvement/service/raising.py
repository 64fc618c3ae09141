"""An improvement is raised: proposed by somebody, or suggested by what was heard."""

from datetime import datetime
from uuid import UUID

from services.inspection.findings.service import reading as findings
from services.inspection.improvement import events
from services.inspection.improvement.errors.improving import (
    ImprovementCodeUnknownError,
    ImprovementPlanUnknownError,
    ImprovementSourceUnknownError,
)
from services.inspection.improvement.models.improvements import ImprovementRow
from services.inspection.improvement.repository import improvements, plans, signals
from services.inspection.improvement.rules.drafts import ImprovementDraft, check_department
from services.inspection.improvement.rules.states import DECIDE, ImprovementSource, ImprovementState
from services.inspection.improvement.service.work import IMPROVEMENT, Clocks, Deed, ImprovementCall, deciding_posts
from shared.contracts.inspection_improvement import ImprovementProposed, ImprovementSuggested
from shared.errors import NotFoundError
from shared.ids import new_id

PREFIX, SEQUENCE = "GJ", "improvement_numbers"
FINDING_READ = "finding.read"


async def propose(call: ImprovementCall, improvement_id: UUID, draft: ImprovementDraft) -> ImprovementRow:
    """Somebody proposes it; the posts of the pack owe a decision.

    Raises: ImprovementPostError, ImprovementCodeUnknownError, ImprovementSourceUnknownError,
    ImprovementPlanUnknownError.
    """
    check_department(draft.department, call.deed.in_force().policy.common.departments)
    call.check_place(draft.department, draft.team)
    await _check_clause(call, draft.clause)
    source_id, number, clause, matter_id = await _source(call, draft)
    row = await raise_improvement(
        call.deed,
        improvement_id,
        draft,
        source_id=source_id,
        source_number=number,
        clause=draft.clause or clause,
        proposer_id=call.principal.staff_id,
        matter_id=matter_id,
    )
    if row is None:
        raise RuntimeError("a new improvement has a number of its own")
    return row


async def raise_improvement(
    deed: Deed,
    improvement_id: UUID,
    draft: ImprovementDraft,
    *,
    source_id: UUID | None = None,
    source_number: str | None = None,
    clause: str | None = None,
    proposer_id: UUID | None = None,
    matter_id: UUID | None = None,
) -> ImprovementRow | None:
    """Store it and start the clock of its decision; None for a candidate that is there already.

    Raises: ImprovementPlanUnknownError.
    """
    governing = deed.in_force()
    section = governing.chapter.improvement
    plan_id = draft.plan_id
    if plan_id is not None:
        plan_id = await plans.taking(deed.session, deed.company, draft.department, plan_id=plan_id, year=None)
        if plan_id is None:
            raise ImprovementPlanUnknownError.at_pointer("/plan_id")
    is_candidate = draft.candidate_key is not None
    row = await improvements.insert_new(
        deed.session,
        {
            "id": improvement_id,
            "company": deed.company,
            "number": await deed.number(PREFIX, SEQUENCE, governing),
            "plan_id": plan_id,
            "source_type": draft.source.value,
            "source_id": source_id or draft.source_id,
            "source_number": source_number or draft.source_number,
            "candidate_key": draft.candidate_key,
            "clause": clause or draft.clause or section.clause,
            "title": draft.title,
            "goal": draft.goal,
            "measure": draft.measure,
            "department": draft.department,
            "team": draft.team,
            "proposer_id": proposer_id or draft.proposer_id,
            "posts": deciding_posts(governing, draft.department),
            "state": (ImprovementState.CANDIDATE if is_candidate else ImprovementState.PROPOSED).value,
            "raised_at": deed.now,
            "matter_id": matter_id or draft.matter_id or new_id(),
            "policy_version": governing.version,
        },
    )
    if row is None:
        return None
    await clocks_of(deed, row).start(DECIDE, section.decided, row.posts_routing)
    kind = ImprovementSuggested if is_candidate else ImprovementProposed
    await deed.tell(row, IMPROVEMENT, "raise", events.of_improvement(row, kind, deed.now), source_type=row.source_type)
    return row


def clocks_of(deed: Deed, row: ImprovementRow, *, began_at: datetime | None = None) -> Clocks:
    """The promises of an improvement, in the revision under which it was raised."""
    governing = deed.governing(row.policy_version, began_at or row.raised_at)
    return Clocks(deed, governing, IMPROVEMENT, row.id, row.matter_id, row.clause)


async def _check_clause(call: ImprovementCall, clause: str | None) -> None:
    if clause is None:
        return
    if clause not in await call.deed.desk.clauses.in_force(call.session, call.deed.company, call.now):
        raise ImprovementCodeUnknownError.at_pointer("/clause")


async def _source(
    call: ImprovementCall, draft: ImprovementDraft
) -> tuple[UUID | None, str | None, str | None, UUID | None]:
    """Id, number, clause and matter of what it comes from."""
    session, company = call.session, call.deed.company
    if draft.source is ImprovementSource.FINDING:
        return await _finding(call, draft.source_id)
    if draft.source is ImprovementSource.COMPLAINT:
        case = await improvements.case_fact(session, company, case_id=draft.source_id, number=draft.source_number)
        if case is not None:
            return case.subject_id, case.number, None, case.matter_id
    elif draft.source is ImprovementSource.SURVEY:
        survey = await signals.survey(session, company, survey_id=draft.source_id, number=draft.source_number)
        if survey is not None:
            return survey.source_id, survey.number, None, survey.matter_id
    elif draft.source_id is None and draft.source_number is None:
        return None, None, None, None
    raise ImprovementSourceUnknownError.at_pointer("/source_id")


async def _finding(
    call: ImprovementCall, finding_id: UUID | None
) -> tuple[UUID | None, str | None, str | None, UUID | None]:
    if finding_id is None or not call.principal.allows(FINDING_READ):
        raise ImprovementSourceUnknownError.at_pointer("/source_id")
    try:
        row = await findings.read(call.session, finding_id, findings.sight(call.principal, FINDING_READ))
    except NotFoundError:
        raise ImprovementSourceUnknownError.at_pointer("/source_id") from None
    return row.id, row.number, row.clause, row.matter_id
