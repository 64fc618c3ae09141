"""What an appeal does to a finding: suspended while it is under way; then upheld, revised or overturned."""

from typing import Any
from uuid import UUID

from services.complaint.findings.models import FindingRow
from services.complaint.findings.rules import Act, FindingState, Revision, settle_content
from services.complaint.findings.service import counting, measures
from services.complaint.findings.service.drafting import check_people
from services.complaint.findings.service.work import FindingWork
from shared.contracts import finding as contracts


async def suspend(work: FindingWork, *, appeal_id: UUID) -> FindingRow:
    """An appeal was admitted: a finding in force is held back; one that is void or held back stays so."""
    row = work.finding
    if row.state != FindingState.CONFIRMED:
        return row
    row.state = FindingState.SUSPENDED.value
    row.version += 1
    await counting.recount(work)
    return await _finish(work, Act.SUSPEND, contracts.FindingSuspended, appeal_id)


async def release(work: FindingWork, *, appeal_id: UUID, is_contested: bool) -> FindingRow:
    """The appeal was withdrawn; `is_contested`: another admitted one still holds the finding back."""
    row = work.finding
    if row.state != FindingState.SUSPENDED or is_contested:
        return row
    row.state = FindingState.CONFIRMED.value
    row.version += 1
    await counting.recount(work)
    return await _finish(work, Act.RELEASE, contracts.FindingUpheld, appeal_id, is_withdrawn=True)


async def uphold(work: FindingWork, *, appeal_id: UUID, is_contested: bool, reason: str) -> FindingRow:
    """The finding stays as it was before the appeal."""
    row = work.finding
    if row.state == FindingState.SUSPENDED and not is_contested:
        row.state = FindingState.CONFIRMED.value
    row.version += 1
    await counting.recount(work)
    return await _finish(work, Act.UPHOLD, contracts.FindingUpheld, appeal_id, reason=reason)


async def revise(
    work: FindingWork, revision: Revision, *, appeal_id: UUID, is_contested: bool, reason: str
) -> FindingRow:
    """The finding says something else from now on, as a new version.

    Raises: FindingCodeUnknownError, ResponsibleRequiredError, ResponsibleNotAllowedError, StaffUnknownError.
    """
    row = work.finding
    departments = work.governing.policy.common.departments
    content = settle_content(revision.over(row.content), work.terms, departments)
    check_people(work.staff, row.company, content.person_ids, "/revision/person_ids")
    row.say(content)
    row.revision += 1
    row.version += 1
    row.state = (FindingState.SUSPENDED if is_contested else FindingState.CONFIRMED).value
    await counting.recount(work)
    return await _finish(work, Act.REVISE, contracts.FindingRevised, appeal_id, reason=reason)


async def overturn(work: FindingWork, *, appeal_id: UUID, reason: str) -> FindingRow:
    """The finding is void: nobody is counted, measures end, incentives that hang on it are reversed."""
    row = work.finding
    row.state = FindingState.OVERTURNED.value
    row.version += 1
    await counting.recount(work)
    await measures.cancel_open(work, reason="finding_overturned")
    return await _finish(work, Act.OVERTURN, contracts.FindingOverturned, appeal_id, reason=reason)


async def _finish(
    work: FindingWork,
    act: Act,
    kind: type[contracts.AppealedFindingFact],
    appeal_id: UUID,
    *,
    reason: str | None = None,
    **said: Any,
) -> FindingRow:
    proposals = await counting.standing_proposals(work)
    return await work.finish(act, kind, reason=reason, appeal_id=appeal_id, repeated_consequence_ids=proposals, **said)
