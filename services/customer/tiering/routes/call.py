"""What the doors of tiering share: the policy look-up, and receiving a file."""

import hashlib
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from services.customer.tiering.errors import FiguresUnreadableError
from services.customer.tiering.service import basis

PIECE = 1024 * 1024


async def _policies(request: Request) -> basis.PolicyAt:
    lookup: basis.PolicyAt = request.app.state.runtime.policy.policy
    return lookup


PolicyDep = Annotated[basis.PolicyAt, Depends(_policies)]


async def receive(request: Request, spool: Any) -> str:
    """Spool an upload, as a form's `file` or as the body; answers its digest.  Raises: FiguresUnreadableError."""
    digest = hashlib.sha256()
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form(max_files=1, max_fields=5) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise FiguresUnreadableError("请以 file 字段上传文件")
            while piece := await file.read(PIECE):
                digest.update(piece)
                await run_in_threadpool(spool.write, piece)
    else:
        async for piece in request.stream():
            digest.update(piece)
            await run_in_threadpool(spool.write, piece)
    return digest.hexdigest()


async def pieces(spool: Any) -> AsyncIterator[bytes]:
    """The spooled file in pieces."""
    spool.seek(0)
    while piece := await run_in_threadpool(spool.read, PIECE):
        yield piece
