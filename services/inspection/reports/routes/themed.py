"""The doors of the quarterly themed reports: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.inspection.reports import schemas
from services.inspection.reports.models import ThemedReportRow
from services.inspection.reports.routes.calls import step_of, taken
from services.inspection.reports.rules.themed import ReportState
from services.inspection.reports.service import reading, themed
from services.inspection.reports.service.reading import READ_REPORT
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/themed-reports", tags=["themed-reports"])

Reader = Annotated[Principal, requires(READ_REPORT)]
Writer = Annotated[StepDoor, step_door("themed_report.write")]
Approver = Annotated[StepDoor, step_door("themed_report.approve")]
Optional = SkipJsonSchema[None]


@router.get("", summary="季度专题检查报告列表")
async def list_themed_reports(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    quarter: Annotated[schemas.Quarter | Optional, Query()] = None,
    state: Annotated[ReportState | Optional, Query()] = None,
    is_late: Annotated[bool | Optional, Query()] = None,
) -> schemas.ThemedReportPage:
    rows = await reading.page(
        session,
        ThemedReportRow,
        principal.scope(READ_REPORT),
        {"quarter": quarter, "state": state, "is_late": is_late},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
        is_published=reading.sees_published_only(principal),
    )
    shown = [schemas.ThemedReportEntry.shown(row) for row in rows]
    return schemas.ThemedReportPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{report_id}", summary="查看季度专题检查报告")
async def get_themed_report(
    request: Request, report_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.ThemedReport:
    found = await reading.report(
        session,
        request.app.state.desk,
        report_id,
        principal.scope(READ_REPORT),
        is_published=reading.sees_published_only(principal),
    )
    return set_etag(response, schemas.ThemedReport.of(found))


@router.post("/{report_id}/write", summary="编写总结、原因、要求")
async def write_themed_report(
    request: Request, report_id: UUID, body: schemas.ThemedReportWrite, door: Writer, response: Response
) -> schemas.ThemedReport:
    call, said = step_of(request, door), body.model_dump(exclude_unset=True)
    return await _take(request, door, report_id, response, lambda: themed.write(call, report_id, said))


@router.post("/{report_id}/submit", summary="提交批准")
async def submit_themed_report(
    request: Request, report_id: UUID, door: Writer, response: Response
) -> schemas.ThemedReport:
    call = step_of(request, door)
    return await _take(request, door, report_id, response, lambda: themed.submit(call, report_id))


@router.post("/{report_id}/approve", summary="批准季度专题检查报告")
async def approve_themed_report(
    request: Request, report_id: UUID, door: Approver, response: Response
) -> schemas.ThemedReport:
    call = step_of(request, door)
    return await _take(request, door, report_id, response, lambda: themed.approve(call, report_id))


@router.post("/{report_id}/return", summary="退回季度专题检查报告")
async def return_themed_report(
    request: Request, report_id: UUID, body: schemas.ReportReason, door: Approver, response: Response
) -> schemas.ThemedReport:
    call = step_of(request, door)
    return await _take(
        request, door, report_id, response, lambda: themed.send_back(call, report_id, reason=body.reason)
    )


@router.post("/{report_id}/publish", summary="在公司内公布")
async def publish_themed_report(
    request: Request, report_id: UUID, door: Writer, response: Response
) -> schemas.ThemedReport:
    call = step_of(request, door)
    return await _take(request, door, report_id, response, lambda: themed.publish(call, report_id))


async def _take(
    request: Request,
    door: StepDoor,
    report_id: UUID,
    response: Response,
    step: Callable[[], Awaitable[ThemedReportRow]],
) -> schemas.ThemedReport:
    replay = await taken(door, report_id, step)
    scope = door.principal.scope(door.permission)
    found = await reading.report(door.session, request.app.state.desk, report_id, scope, is_published=False)
    return changed(response, schemas.ThemedReport.of(found), replay=replay)
