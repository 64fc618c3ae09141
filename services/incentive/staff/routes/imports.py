"""The staff directory from a file, and as one."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from services.incentive.staff import schemas
from services.incentive.staff.errors import StaffImportUnreadableError
from services.incentive.staff.routes.directory import WriterDep, Writing
from services.incentive.staff.service import exporting, importing, spreadsheet
from shared.files.types import XLSX
from shared.http.auth import civil_date
from shared.http.clock import Now
from shared.http.etag import REPLAYED
from shared.http.idempotency import Once
from shared.http.problems import refuse
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/staff", tags=["staff"])

_FILE = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FILE}}}}

IsPreview = Annotated[bool, Query(description="只检查并说明将如何变更，不写入")]


@router.post("/imports", summary="导入人员名录（CSV 或 XLSX；有误则全部不变更）", openapi_extra=_BODY)
async def create_staff_import(
    request: Request,
    principal: Writing,
    writer: WriterDep,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
    is_preview: IsPreview = False,
) -> schemas.StaffImport:
    content = await _received(request)
    sha256 = hashlib.sha256(content).hexdigest()
    import_id = new_id()
    if not is_preview:
        once.fingerprint_of(sha256)
        if replay := await once.claim(session, resource_id=import_id, status=200, now=now):
            response.headers[REPLAYED] = "true"
            before = await importing.done_before(session, replay.resource_id, principal.company)
            return schemas.StaffImport.model_validate(before)
    rows = await run_in_threadpool(spreadsheet.read, content)
    if is_preview:
        return schemas.StaffImport.model_validate(await importing.preview(session, writer, rows))
    done = await importing.carry_out(session, writer, rows, import_id=import_id, sha256=sha256, now=now)
    return schemas.StaffImport.model_validate(done)


@router.get(
    "/export",
    summary="导出人员名录（XLSX，可作导入模板）",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_staff(writer: WriterDep, session: SessionDep, now: Now) -> Response:
    rows = await exporting.exported(session, writer, on=civil_date(now), now=now)
    headers = {"Content-Disposition": 'attachment; filename="staff.xlsx"', "Cache-Control": "private, no-store"}
    return Response(await run_in_threadpool(spreadsheet.write, rows), media_type=XLSX, headers=headers)


async def _received(request: Request) -> bytes:
    """The file.  Raises: StaffImportUnreadableError, ProblemError 413 or 415."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise refuse("unsupported_media_type", "请使用 multipart/form-data")
    async with request.form(max_files=1, max_fields=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise StaffImportUnreadableError("请以 file 字段上传文件")
        content = await file.read(spreadsheet.MAX_BYTES + 1)
    if len(content) > spreadsheet.MAX_BYTES:
        raise refuse("body_too_large", f"文件最大 {spreadsheet.MAX_BYTES // 1024**2} MiB")
    return content
