"""`/v1/files` of one service: attachments with the access of the row that names them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.principal import Principal
from shared.files import register
from shared.files.errors import FileNotStoredError
from shared.files.register import StoredFile, read_file
from shared.files.store import FileStore
from shared.http.auth import requires
from shared.http.base_model import ApiModel
from shared.http.clock import Now
from shared.http.etag import REPLAYED
from shared.http.idempotency import Once
from shared.http.session import SessionDep
from shared.ids import new_id

MayRead = Callable[[AsyncSession, Principal, StoredFile], Awaitable[bool]]
"""Whether some row that this person may see names the file."""

_CHUNK = 256 * 1024
_POLICY = "default-src 'none'; sandbox"


class FileReceipt(ApiModel):
    """A stored attachment."""

    id: UUID
    sha256: str
    """Of the content as it is stored: pictures lose their EXIF."""
    name: str
    media_type: str
    """Told by content."""
    size: int
    """Bytes."""
    created_at: datetime


def file_router(*, write: str, read: str, may_read: MayRead) -> APIRouter:
    """The two operations, by the permissions `write` and `read`; whoever uploaded a file may always read it."""
    router = APIRouter(prefix="/v1/files", tags=["files"])

    @router.post("", status_code=201, summary="上传附件")
    async def store_attachment(
        principal: Annotated[Principal, requires(write)],
        once: Once,
        file: UploadFile,
        session: SessionDep,
        now: Now,
        request: Request,
        response: Response,
    ) -> FileReceipt:
        prepared = await register.prepare(_chunks(file), name=file.filename or "file")
        once.fingerprint_of(prepared.upload_sha256)
        file_id = new_id()
        if replay := await once.claim(session, resource_id=file_id, now=now):
            stored = await read_file(session, replay.resource_id, principal.companies)
            response.headers[REPLAYED] = "true"
        else:
            store: FileStore = request.app.state.runtime.files
            stored = await register.store_prepared(
                store,
                session,
                prepared,
                company=principal.company,
                now=now,
                created_by=principal.actor,
                file_id=file_id,
            )
        response.headers["Location"] = f"/v1/files/{stored.id}"
        return FileReceipt.model_validate(stored, extra="ignore")

    @router.get(
        "/{file_id}",
        summary="下载附件",
        response_class=Response,
        responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    )
    async def read_attachment(
        file_id: UUID, principal: Annotated[Principal, requires(read)], session: SessionDep, request: Request
    ) -> Response:
        stored = await read_file(session, file_id, principal.companies)
        if stored.created_by != principal.actor and not await may_read(session, principal, stored):
            raise FileNotStoredError("未找到文件")
        store: FileStore = request.app.state.runtime.files
        return StreamingResponse(
            await store.stream(stored.company, stored.sha256),
            media_type=stored.media_type,
            headers={
                "Content-Length": str(stored.size),
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(stored.name)}",
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": _POLICY,
                "Cache-Control": "private, max-age=3600, immutable",
                "ETag": f'"{stored.sha256}"',
            },
        )

    return router


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
