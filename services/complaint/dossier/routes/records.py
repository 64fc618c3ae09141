"""The doors of conversations and of the investigation file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.complaint.dossier.routes.calls import Entry, Visit, call_of, entry, visit
from services.complaint.dossier.schemas import records as schemas
from services.complaint.dossier.service import conversations, investigation
from shared.http.etag import REPLAYED
from shared.http.page import Paging
from shared.ids import new_id

router = APIRouter(prefix="/v1/complaints", tags=["records"])

Reader = Annotated[Visit, visit("complaint.read")]
Recorder = Annotated[Entry, entry("complaint.record")]
Investigator = Annotated[Entry, entry("complaint.investigate")]
Volume = Annotated[int | SkipJsonSchema[None], Query(ge=1, description="第几卷（第几轮办理）")]


@router.post("/{complaint_id}/conversations", status_code=201, summary="记录一次沟通")
async def record_conversation(
    request: Request, complaint_id: UUID, body: schemas.ConversationCreate, door: Recorder, response: Response
) -> schemas.Conversation:
    call, conversation_id = call_of(request, door, complaint_id), new_id()
    replay = await door.once.claim(door.session, resource_id=conversation_id, now=door.now)
    if replay is None:
        row = await conversations.record(call, conversation_id, body.note())
    else:
        row, response.headers[REPLAYED] = await conversations.shown_one(call, replay.resource_id), "true"
    response.headers["Location"] = f"/v1/complaints/{complaint_id}/conversations"
    return schemas.Conversation.of(row)


@router.get("/{complaint_id}/conversations", summary="沟通记录")
async def list_conversations(
    request: Request, complaint_id: UUID, door: Reader, page: Paging
) -> schemas.ConversationPage:
    call = call_of(request, door, complaint_id)
    rows = await conversations.shown(call, after=page.after[0] if page.after else None, limit=page.fetch)
    shown = [schemas.Conversation.of(row) for row in rows]
    return schemas.ConversationPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/{complaint_id}/investigation", status_code=201, summary="向调查卷添加一条")
async def record_investigation(
    request: Request, complaint_id: UUID, body: schemas.InvestigationCreate, door: Investigator, response: Response
) -> schemas.InvestigationEntry:
    call, entry_id = call_of(request, door, complaint_id), new_id()
    replay = await door.once.claim(door.session, resource_id=entry_id, now=door.now)
    if replay is None:
        row = await investigation.append(call, entry_id, body.note())
    else:
        row, response.headers[REPLAYED] = await investigation.shown_one(call, replay.resource_id), "true"
    response.headers["Location"] = f"/v1/complaints/{complaint_id}/investigation"
    return schemas.InvestigationEntry.of(row)


@router.get("/{complaint_id}/investigation", summary="调查卷")
async def list_investigation(
    request: Request, complaint_id: UUID, door: Reader, page: Paging, volume: Volume = None
) -> schemas.InvestigationPage:
    call = call_of(request, door, complaint_id)
    after = page.after[0] if page.after else None
    rows = await investigation.shown(call, after=after, limit=page.fetch, volume=volume)
    shown = [schemas.InvestigationEntry.of(row) for row in rows]
    return schemas.InvestigationPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{complaint_id}/investigation/index", summary="调查卷目录与校验值")
async def get_investigation_index(
    request: Request, complaint_id: UUID, door: Reader, volume: Volume = None
) -> schemas.InvestigationIndex:
    return schemas.InvestigationIndex.of(await investigation.index(call_of(request, door, complaint_id), volume=volume))
