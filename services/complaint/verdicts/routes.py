"""The door of the verdicts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.complaint.verdicts import schemas, service
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/complaints", tags=["findings"])

Reader = Annotated[Principal, requires("complaint.read")]


@router.get("/{complaint_id}/verdicts", summary="全部裁断：谁、为何")
async def list_complaint_verdicts(complaint_id: UUID, principal: Reader, session: SessionDep) -> schemas.Verdicts:
    found = await service.verdicts(session, complaint_id, principal.scope("complaint.read"))
    return schemas.Verdicts(items=[schemas.Verdict.model_validate(one) for one in found])
