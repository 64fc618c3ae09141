"""The doors of the months: read, close, lock, prove, and the list for payroll."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic.json_schema import SkipJsonSchema

from services.incentive.ledger.models import LedgerMonthRow
from services.incentive.ledger.rules.months import MONTH_PATTERN, LedgerState
from services.incentive.ledger.schemas import months as schemas
from services.incentive.ledger.service import months, payroll, reading
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.files.types import XLSX
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/incentive-ledger-months", tags=["incentive-ledger"])

PAYROLL = "incentive_payroll.export"
Reader = Annotated[Principal, requires(reading.READ_MONTH)]
Exporter = Annotated[Principal, requires(PAYROLL)]
Closer = Annotated[StepDoor, step_door("incentive_month.close")]
Maker = Annotated[StepDoor, step_door(PAYROLL)]
Optional = SkipJsonSchema[None]


@router.get("", summary="奖惩台帐各月")
async def list_ledger_months(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    month: Annotated[str | Optional, Query(pattern=MONTH_PATTERN)] = None,
    state: Annotated[LedgerState | Optional, Query()] = None,
) -> schemas.LedgerMonthPage:
    rows = await reading.page(
        session,
        principal.scope(reading.READ_MONTH),
        equal={"month": month, "state": state},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.LedgerMonth.model_validate(row) for row in rows]
    return schemas.LedgerMonthPage(**page.cut(shown, key=lambda one: (one.month,)))


@router.get("/{month_id}", summary="查看台帐月份")
async def get_ledger_month(
    month_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.LedgerMonth:
    row = await reading.month(session, month_id, principal.scope(reading.READ_MONTH))
    return set_etag(response, schemas.LedgerMonth.model_validate(row))


@router.get("/{month_id}/proof", summary="核对台帐月份的摘要")
async def prove_ledger_month(month_id: UUID, principal: Reader, session: SessionDep) -> schemas.LedgerMonthProof:
    row = await reading.month(session, month_id, principal.scope(reading.READ_MONTH))
    digest, lines = await reading.computed(session, row)
    is_intact = None if row.digest is None else (row.digest, row.lines) == (digest, lines)
    return schemas.LedgerMonthProof(
        month=row.month,
        stored_digest=row.digest,
        computed_digest=digest,
        stored_lines=row.lines,
        computed_lines=lines,
        is_intact=is_intact,
    )


@router.post("/{month_id}/close", summary="台帐结帐")
async def close_ledger_month(request: Request, month_id: UUID, door: Closer, response: Response) -> schemas.LedgerMonth:
    call = _call(request, door, month_id)
    return await _take(call, door, response, lambda: months.close(call))


@router.post("/{month_id}/lock", summary="台帐锁定")
async def lock_ledger_month(request: Request, month_id: UUID, door: Closer, response: Response) -> schemas.LedgerMonth:
    call = _call(request, door, month_id)
    return await _take(call, door, response, lambda: months.lock(call))


@router.post("/{month_id}/payroll", summary="生成工资发放清单")
async def make_payroll_list(request: Request, month_id: UUID, door: Maker, response: Response) -> schemas.LedgerMonth:
    call = _call(request, door, month_id)
    files = request.app.state.runtime.files
    return await _take(call, door, response, lambda: payroll.make(call, files))


@router.get(
    "/{month_id}/payroll",
    summary="下载工资发放清单（XLSX）",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_payroll_list(
    request: Request, month_id: UUID, principal: Exporter, session: SessionDep, now: Now
) -> Response:
    files = request.app.state.runtime.files
    row, content = await payroll.read(session, month_id, principal.scope(PAYROLL), files, now=now)
    headers = {
        "Content-Disposition": f'attachment; filename="{payroll.name_of(row)}"',
        "Cache-Control": "private, no-store",
        "X-Content-SHA256": row.payroll_sha256 or "",
    }
    return StreamingResponse(content, media_type=XLSX, headers=headers)


def _call(request: Request, door: StepDoor, month_id: UUID) -> months.MonthCall:
    return months.MonthCall(
        session=door.session,
        desk=request.app.state.desk,
        principal=door.principal,
        scope=RowScope.everything(door.principal.company),
        month_id=month_id,
        expected_version=door.expected_version,
        now=door.now,
        half_way=request.app.state.half_way,
    )


async def _take(
    call: months.MonthCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[LedgerMonthRow]]
) -> schemas.LedgerMonth:
    replay = await door.claim(call.month_id)
    if replay is None:
        await step()
    row = await reading.month(door.session, call.month_id, call.scope)
    return changed(response, schemas.LedgerMonth.model_validate(row), replay=replay)
