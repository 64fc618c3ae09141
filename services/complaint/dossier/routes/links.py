"""The doors of links between cases and of merging."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.complaint.dossier.routes.calls import Visit, call_of, take, visit
from services.complaint.dossier.schemas import links as schemas
from services.complaint.dossier.service import links, merging
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/complaints", tags=["links"])

Reader = Annotated[Visit, visit("complaint.read")]
Linker = Annotated[StepDoor, step_door("complaint.link_case")]
Merger = Annotated[StepDoor, step_door("complaint.merge")]


@router.get("/{complaint_id}/links", summary="关联案件")
async def list_complaint_links(request: Request, complaint_id: UUID, door: Reader) -> schemas.ComplaintTies:
    ties = await links.shown(call_of(request, door, complaint_id))
    return schemas.ComplaintTies(items=[schemas.ComplaintTie.of(tie) for tie in ties])


@router.post("/{complaint_id}/links", summary="关联案件或记为重复投诉")
async def link_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintLinkCreate, door: Linker, response: Response
) -> schemas.ComplaintStanding:
    call = call_of(request, door, complaint_id)
    case = await take(
        call,
        door.once,
        response,
        lambda: links.link(call, new_id(), other_id=body.other_id, kind=body.link, reason=body.reason),
    )
    return schemas.ComplaintStanding.model_validate(links.standing(call, case))


@router.post("/{complaint_id}/links/{other_id}/remove", summary="撤销关联")
async def unlink_complaint(
    request: Request,
    complaint_id: UUID,
    other_id: UUID,
    body: schemas.ComplaintLinkRemove,
    door: Linker,
    response: Response,
) -> schemas.ComplaintStanding:
    call = call_of(request, door, complaint_id)
    case = await take(
        call, door.once, response, lambda: links.unlink(call, other_id=other_id, kind=body.link, reason=body.reason)
    )
    return schemas.ComplaintStanding.model_validate(links.standing(call, case))


@router.post("/{complaint_id}/merge", summary="并入另一案件")
async def merge_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintMerge, door: Merger, response: Response
) -> schemas.ComplaintStanding:
    call = call_of(request, door, complaint_id)
    case = await take(call, door.once, response, lambda: merging.merge(call, into_id=body.into_id, reason=body.reason))
    return schemas.ComplaintStanding.model_validate(links.standing(call, case))


@router.post("/{complaint_id}/unmerge", summary="撤销并案")
async def unmerge_complaint(
    request: Request, complaint_id: UUID, body: schemas.ComplaintUnmerge, door: Merger, response: Response
) -> schemas.ComplaintStanding:
    call = call_of(request, door, complaint_id)
    case = await take(call, door.once, response, lambda: merging.unmerge(call, reason=body.reason))
    return schemas.ComplaintStanding.model_validate(links.standing(call, case))
