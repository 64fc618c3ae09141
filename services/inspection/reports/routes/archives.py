"""The doors of the archives: make one, read, download, verify."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic.json_schema import SkipJsonSchema

from services.inspection.inspections.service.reading import sight
from services.inspection.reports import schemas
from services.inspection.reports.models import ArchiveRow
from services.inspection.reports.service import archiving, reading
from services.inspection.reports.service.reading import READ_ARCHIVE
from services.inspection.reports.service.work import ReportsCall
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(tags=["archives"])

MAKE = "archive.make"
Maker = Annotated[Principal, requires(MAKE)]
Reader = Annotated[Principal, requires(READ_ARCHIVE)]
Optional = SkipJsonSchema[None]
_PACKAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {archiving.ZIP: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("/v1/inspections/{inspection_id}/archive", status_code=201, summary="制作检查档案")
async def archive_inspection(
    request: Request,
    inspection_id: UUID,
    principal: Maker,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Archive:
    archive_id = new_id()
    replay = await once.claim(session, resource_id=archive_id, now=now)
    if replay is None:
        call = ReportsCall(session, request.app.state.desk, principal, sight(principal, MAKE), now)
        row = await archiving.make(call, request.app.state.runtime.files, inspection_id, archive_id)
    else:
        row = await reading.archive(session, replay.resource_id, principal.scope(MAKE))
    return created(response, f"/v1/archives/{row.id}", schemas.Archive.model_validate(row), replay=replay)


@router.get("/v1/archives", summary="检查档案列表")
async def list_archives(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    inspection_id: Annotated[UUID | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    team: Annotated[Code | Optional, Query()] = None,
    kind: Annotated[Code | Optional, Query()] = None,
) -> schemas.ArchivePage:
    rows = await reading.page(
        session,
        ArchiveRow,
        principal.scope(READ_ARCHIVE),
        {"inspection_id": inspection_id, "department": department, "team": team, "kind": kind},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.Archive.model_validate(row) for row in rows]
    return schemas.ArchivePage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/v1/archives/{archive_id}", summary="查看检查档案")
async def get_archive(archive_id: UUID, principal: Reader, session: SessionDep, response: Response) -> schemas.Archive:
    row = await reading.archive(session, archive_id, principal.scope(READ_ARCHIVE))
    return set_etag(response, schemas.Archive.model_validate(row))


@router.get("/v1/archives/{archive_id}/package", summary="下载档案包", response_class=Response, responses=_PACKAGE)
async def download_archive(request: Request, archive_id: UUID, principal: Reader, session: SessionDep) -> Response:
    row = await reading.archive(session, archive_id, principal.scope(READ_ARCHIVE))
    stored, chunks = await archiving.package(session, request.app.state.runtime.files, row)
    return StreamingResponse(
        chunks,
        media_type=archiving.ZIP,
        headers={
            "Content-Length": str(stored.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(stored.name)}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=3600, immutable",
            "ETag": f'"{stored.sha256}"',
        },
    )


@router.get("/v1/archives/{archive_id}/verification", summary="重新核对档案包")
async def verify_archive(
    request: Request, archive_id: UUID, principal: Reader, session: SessionDep
) -> schemas.ArchiveVerification:
    row = await reading.archive(session, archive_id, principal.scope(READ_ARCHIVE))
    state = request.app.state
    found = await archiving.verification(session, state.desk, state.runtime.files, row)
    return schemas.ArchiveVerification(
        archive_id=row.id,
        is_whole=found.verdict.is_whole,
        is_current=found.is_current,
        sha256=found.verdict.sha256,
        registered_sha256=row.sha256,
        index_digest=found.verdict.index_digest,
        registered_index_digest=row.index_digest,
        entries=found.verdict.entries,
        faults=[schemas.ArchiveFault(path=one.path, kind=one.kind) for one in found.verdict.faults],
    )
