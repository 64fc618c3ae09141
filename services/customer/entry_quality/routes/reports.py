"""The doors of the month's report: read, sign."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.customer.entry_quality.routes.call import take
from services.customer.entry_quality.rules.periods import MONTH_PATTERN
from services.customer.entry_quality.schemas import checks as schemas
from services.customer.entry_quality.service import reporting
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.etag import set_etag
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/entry-reports", tags=["entry_quality"])

READ, SIGN = "entry_report.read", "entry_report.sign"
Reader = Annotated[Principal, requires(READ)]
Signer = Annotated[StepDoor, step_door(SIGN)]
Month = Annotated[str, Path(pattern=MONTH_PATTERN, examples=["2026-11"], description="公历月份")]


@router.get("/{month}", summary="录入质量月报")
async def get_entry_report(
    month: Month, principal: Reader, session: SessionDep, response: Response
) -> schemas.EntryReport:
    row, lines = await reporting.read(session, principal.scope(READ), month)
    return set_etag(response, schemas.EntryReport.of(row, list(lines)))


@router.post("/{month}/sign", summary="签阅录入质量月报")
async def sign_entry_report(
    request: Request, month: Month, body: schemas.EntryReportSign, door: Signer, response: Response
) -> schemas.EntryReport:
    async def show() -> schemas.EntryReport:
        row, lines = await reporting.read(door.session, door.principal.scope(SIGN), month)
        return schemas.EntryReport.of(row, list(lines))

    known, _ = await reporting.read(door.session, door.principal.scope(SIGN), month)
    return await take(request, door, response, known.id, lambda call: reporting.sign(call, month, note=body.note), show)
