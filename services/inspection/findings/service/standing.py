"""A finding comes into force, and what becomes of those that repeat one that fell."""

from uuid import UUID

from services.inspection.desk import InspectionDesk
from services.inspection.findings import repository
from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import ANSWER, CONFIRM, MEND, FindingState, Remedy
from services.inspection.findings.service.work import FindingWork, work_on
from shared.contracts import inspection_findings as contracts


async def put_in_force(work: FindingWork, by: UUID) -> FindingRow:
    """Let it stand: who it concerns owes an answer, what is mended on the spot its mending.

    A good example ends with its confirmation.
    """
    row, terms = work.row, work.terms
    row.confirmed_by, row.confirmed_at = by, work.now
    row.posts, row.version = [], row.version + 1
    await work.stop(CONFIRM)
    if row.is_good_example:
        row.state, row.ended_at = FindingState.CLOSED.value, work.now
        return await work.finish(
            "confirm", contracts.GoodExampleConfirmed, confirmed_by=by, is_publishable=row.is_publishable
        )
    row.state = FindingState.CONFIRMED.value
    await work.start(ANSWER, terms.answer)
    if Remedy(row.remedy) is Remedy.ON_SPOT:
        await work.start(MEND, terms.mend)
    return await work.finish("confirm", contracts.InspectionFindingConfirmed, confirmed_by=by)


async def revise_repeats(work: FindingWork, desk: InspectionDesk) -> None:
    """The finding fell: what repeated it and nothing else is no recurrence and loses its raise."""
    await work.session.flush()
    for row in await repository.repeats(work.session, work.row):
        again = work_on(work.session, desk, row, work.actor, work.now)
        severity, points = row.severity, row.points
        await again.weigh(is_again=True)
        row.version += 1
        await again.finish(
            "revise",
            contracts.InspectionFindingRevised,
            overturned_id=work.row.id,
            previous_severity=severity,
            previous_points=points,
        )
