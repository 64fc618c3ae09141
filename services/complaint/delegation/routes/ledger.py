"""The doors of the monthly ledger: read, sign, lock, export."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from services.complaint.delegation.models import AuthorityLedgerRow
from services.complaint.delegation.routes.call import asked, call_of
from services.complaint.delegation.rules.ledger import MONTH_PATTERN
from services.complaint.delegation.schemas import ledger as schemas
from services.complaint.delegation.service import export, ledger
from services.complaint.delegation.service.call import AuthorityCall
from shared.access.principal import Principal
from shared.files.types import XLSX
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/authority-ledger", tags=["delegation"])

LEDGER = "authority.ledger"
Reader = Annotated[Principal, requires(LEDGER)]
Signer = Annotated[StepDoor, step_door(LEDGER)]
Month = Annotated[str, Path(pattern=MONTH_PATTERN, examples=["2026-11"], description="公历月份")]


@router.get("/{month}", summary="客户问题授权处理台帐")
async def get_authority_ledger(
    request: Request, month: Month, principal: Reader, session: SessionDep, now: Now, page: Paging, response: Response
) -> schemas.AuthorityLedgerPage:
    call = await asked(request, session, principal, LEDGER, now=now)
    shown = schemas.AuthorityLedger.of(await ledger.shown(call, month))
    after = (page.after[0], page.after[1]) if page.after else None
    rows = await ledger.lines(call, month, after=after, limit=page.fetch)
    lines = [schemas.AuthorityLedgerLine.of(row) for row in rows]
    cut = page.cut(lines, key=lambda line: (line.occurred_at, line.id))
    return set_etag(response, schemas.AuthorityLedgerPage(**cut, ledger=shown))


@router.post("/{month}/sign", summary="台帐签字")
async def sign_authority_ledger(
    request: Request, month: Month, body: schemas.AuthorityLedgerSign, door: Signer, response: Response
) -> schemas.AuthorityLedger:
    call = await call_of(request, door)
    return await _take(call, door, response, month, lambda: ledger.sign(call, month, note=body.note))


@router.post("/{month}/lock", summary="锁定台帐")
async def lock_authority_ledger(
    request: Request, month: Month, _: schemas.AuthorityLedgerLock, door: Signer, response: Response
) -> schemas.AuthorityLedger:
    call = await call_of(request, door)
    return await _take(call, door, response, month, lambda: ledger.lock(call, month))


@router.get(
    "/{month}/export",
    summary="导出台帐（XLSX）",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_authority_ledger(
    request: Request, month: Month, principal: Reader, session: SessionDep, now: Now
) -> Response:
    call = await asked(request, session, principal, LEDGER, now=now)
    content = await export.export(call, month)
    name = f"authority-ledger-{month}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingResponse(content, media_type=XLSX, headers=headers)


async def _take(
    call: AuthorityCall,
    door: StepDoor,
    response: Response,
    month: str,
    step: Callable[[], Awaitable[AuthorityLedgerRow]],
) -> schemas.AuthorityLedger:
    ledger_id = ledger.id_of(call.principal.company, month)
    replay = await door.claim(ledger_id)
    if replay is None:
        await step()
    return changed(response, schemas.AuthorityLedger.of(await ledger.shown(call, month)), replay=replay)
