"""An inspection is void: before it was recorded by its inspector, after that by another person of the office."""

from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import UNTOLD, FindingState
from services.inspection.findings.service import keeping as findings_keeping
from services.inspection.findings.service.work import FindingCall
from services.inspection.inspections import repository
from services.inspection.inspections.errors import InspectionFindingsInForceError
from services.inspection.inspections.models import InspectionRow
from services.inspection.inspections.rules.states import Act, InspectionState
from services.inspection.inspections.service.work import InspectionCall, InspectionWork
from services.inspection.programme.service import keeping
from shared.access.scope import RowScope
from shared.contracts.inspection_inspections import InspectionVoided

_FALLEN = UNTOLD | {FindingState.OVERTURNED}


async def void(call: InspectionCall, *, reason: str) -> InspectionRow:
    """It counts no more; what was planned and not yet carried out is owed again, drafts of findings fall with it.

    Raises: as `take`, InspectionNotInspectorError before it was recorded; after that InspectionPostError,
    InspectionFourEyesError, InspectionFindingsInForceError.
    """
    work = await call.take(Act.VOID)
    row = work.row
    was_recorded = row.recorded_at is not None
    if was_recorded:
        await _check_recorded(call, work)
    else:
        call.check_inspector(row, work.terms.forms)
        if row.planned_id is not None:
            await keeping.released(call.session, call.desk, row.company, row.planned_id, now=call.now)
    row.state, row.posts, row.void_reason = InspectionState.VOID.value, [], reason
    row.voided_by, row.voided_at = call.principal.staff_id, call.now
    row.version += 1
    await work.cancel("void")
    return await work.finish("void", InspectionVoided, voided_by=call.principal.staff_id, was_recorded=was_recorded)


async def _check_recorded(call: InspectionCall, work: InspectionWork) -> None:
    call.check_posts(*work.terms.forms.voided_by)
    await call.keep_inspectors_away(work.row)
    raised = await repository.findings(call.session, work.row.id, lock=True)
    if any(one.state not in _FALLEN for one in raised):
        raise InspectionFindingsInForceError("该检查的发现已生效，须逐项提出异议，不能作废整个检查。")
    for one in raised:
        if one.state == FindingState.DRAFT:
            await _withdraw(call, one)


async def _withdraw(call: InspectionCall, row: FindingRow) -> None:
    await findings_keeping.void(
        FindingCall(
            session=call.session,
            principal=call.principal,
            scope=RowScope.everything(row.company),
            desk=call.desk,
            finding_id=row.id,
            expected_version=row.version,
            now=call.now,
        ),
        reason="检查已作废",
    )
