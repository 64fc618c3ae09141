"""Imports at the door: the file goes to an unlinked temporary file, then encrypted into the job."""

import hashlib
import tempfile
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from services.customer.registry.errors import ImportUnreadableError
from services.customer.registry.routes.customers import hand_of
from services.customer.registry.schemas import import_bodies, presenting
from services.customer.registry.service import importing
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/customers/imports", tags=["customers"])

Importer = Annotated[Principal, requires("customer.import")]

PIECE = 1024 * 1024
SPOOLED = 2 * PIECE

_TYPES = ("application/octet-stream", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            **dict.fromkeys(_TYPES, _BINARY),
        },
    }
}


@router.post("", status_code=202, summary="导入客户（XLSX 或 CSV，按客户编号幂等）", openapi_extra=_BODY)
async def create_customer_import(
    principal: Importer, request: Request, once: Once, session: SessionDep, now: Now, response: Response
) -> import_bodies.Import:
    import_id = new_id()
    with tempfile.SpooledTemporaryFile(max_size=SPOOLED) as spool:
        digest = await _receive(request, spool)
        once.fingerprint_of(digest)
        replay = await once.claim(session, resource_id=import_id, now=now, status=202)
        if replay is None:
            await importing.start(
                session,
                _pieces(spool),
                import_id=import_id,
                company=principal.company,
                cipher=request.app.state.runtime.cipher,
                actor=principal.actor,
                now=now,
                writer=hand_of(request, principal, now)[0],
            )
    shown_id = replay.resource_id if replay else import_id
    progress = await importing.read(session, shown_id, principal.companies)
    view = presenting.import_view(progress, [], None)
    return created(response, f"/v1/customers/imports/{shown_id}", view, replay=replay)


@router.get("/{import_id}", summary="导入进度与逐行错误")
async def get_customer_import(
    import_id: UUID, principal: Importer, session: SessionDep, page: Paging, response: Response
) -> import_bodies.Import:
    progress = await importing.read(session, import_id, principal.companies)
    rows = await importing.refused_cells(session, import_id, principal.companies, page.after, page.fetch)
    cut = page.cut(rows, key=lambda row: (row.sheet, row.line, row.position))
    return set_etag(response, presenting.import_view(progress, cut["items"], cut["next_cursor"]))


async def _receive(request: Request, spool: Any) -> str:
    """Spool the upload; answers its digest.  Raises: ImportUnreadableError."""
    digest = hashlib.sha256()
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form(max_files=1, max_fields=5) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise ImportUnreadableError("请以 file 字段上传文件")
            while piece := await file.read(PIECE):
                digest.update(piece)
                await run_in_threadpool(spool.write, piece)
    else:
        async for piece in request.stream():
            digest.update(piece)
            await run_in_threadpool(spool.write, piece)
    return digest.hexdigest()


async def _pieces(spool: Any) -> AsyncIterator[bytes]:
    spool.seek(0)
    while piece := await run_in_threadpool(spool.read, PIECE):
        yield piece
