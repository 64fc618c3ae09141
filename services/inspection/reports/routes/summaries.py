"""The doors of the monthly summaries: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.inspection.reports import schemas
from services.inspection.reports.models import MonthlySummaryRow
from services.inspection.reports.routes.calls import call_of, step_of, taken
from services.inspection.reports.rules.summaries import SummaryState
from services.inspection.reports.service import reading, summaries
from services.inspection.reports.service.reading import READ_SUMMARY
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/monthly-summaries", tags=["monthly-summaries"])

WRITE = "summary.write"
Reader = Annotated[Principal, requires(READ_SUMMARY)]
Starter = Annotated[Principal, requires(WRITE)]
Writer = Annotated[StepDoor, step_door(WRITE)]
Signer = Annotated[StepDoor, step_door("summary.sign")]
Judge = Annotated[StepDoor, step_door("summary.note")]
Optional = SkipJsonSchema[None]


@router.get("", summary="部门月度服务总结列表")
async def list_monthly_summaries(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    department: Annotated[Code | Optional, Query()] = None,
    month: Annotated[schemas.Month | Optional, Query()] = None,
    state: Annotated[SummaryState | Optional, Query()] = None,
    is_late: Annotated[bool | Optional, Query()] = None,
) -> schemas.MonthlySummaryPage:
    rows = await reading.page(
        session,
        MonthlySummaryRow,
        principal.scope(READ_SUMMARY),
        {"department": department, "month": month, "state": state, "is_late": is_late},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.MonthlySummaryEntry.model_validate(row) for row in rows]
    return schemas.MonthlySummaryPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="提前开始编制部门月度服务总结")
async def start_monthly_summary(
    request: Request,
    body: schemas.SummaryStart,
    principal: Starter,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.MonthlySummary:
    summary_id = new_id()
    replay = await once.claim(session, resource_id=summary_id, now=now)
    call = call_of(request, principal, session, WRITE, now)
    if replay is None:
        await summaries.start(call, summary_id, department=body.department, month=body.month)
    else:
        summary_id = replay.resource_id
    shown = schemas.MonthlySummary.of(await reading.summary(session, summary_id, call.scope))
    return created(response, f"/v1/monthly-summaries/{summary_id}", shown, replay=replay)


@router.get("/{summary_id}", summary="查看部门月度服务总结")
async def get_monthly_summary(
    summary_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.MonthlySummary:
    found = await reading.summary(session, summary_id, principal.scope(READ_SUMMARY))
    return set_etag(response, schemas.MonthlySummary.of(found))


@router.post("/{summary_id}/write", summary="填写成绩、新措施、问题、建议")
async def write_monthly_summary(
    request: Request, summary_id: UUID, body: schemas.SummaryWrite, door: Writer, response: Response
) -> schemas.MonthlySummary:
    call, said = step_of(request, door), body.model_dump(exclude_unset=True)
    return await _take(door, summary_id, response, lambda: summaries.write(call, summary_id, said))


@router.post("/{summary_id}/sign", summary="部门负责人签字并提交服务管理委员会")
async def sign_monthly_summary(
    request: Request, summary_id: UUID, door: Signer, response: Response
) -> schemas.MonthlySummary:
    call = step_of(request, door)
    return await _take(door, summary_id, response, lambda: summaries.sign(call, summary_id))


@router.post("/{summary_id}/note", summary="服务管理委员会阅知")
async def note_monthly_summary(
    request: Request, summary_id: UUID, body: schemas.SummaryNote, door: Judge, response: Response
) -> schemas.MonthlySummary:
    call = step_of(request, door)
    return await _take(door, summary_id, response, lambda: summaries.note(call, summary_id, words=body.words))


@router.post("/{summary_id}/return", summary="服务管理委员会退回重写")
async def return_monthly_summary(
    request: Request, summary_id: UUID, body: schemas.ReportReason, door: Judge, response: Response
) -> schemas.MonthlySummary:
    call = step_of(request, door)
    return await _take(door, summary_id, response, lambda: summaries.send_back(call, summary_id, reason=body.reason))


async def _take(
    door: StepDoor, summary_id: UUID, response: Response, step: Callable[[], Awaitable[MonthlySummaryRow]]
) -> schemas.MonthlySummary:
    replay = await taken(door, summary_id, step)
    found = await reading.summary(door.session, summary_id, door.principal.scope(door.permission))
    return changed(response, schemas.MonthlySummary.of(found), replay=replay)
