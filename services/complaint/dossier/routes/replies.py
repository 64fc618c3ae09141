"""The doors of templates for replies and of replies drafted from them."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.complaint.dossier.models import ReplyTemplateRow
from services.complaint.dossier.routes.calls import Entry, Visit, call_of, desk_of, entry, visit
from services.complaint.dossier.rules.replies import TemplateState
from services.complaint.dossier.schemas import replies as schemas
from services.complaint.dossier.service import replies, templates
from services.complaint.dossier.service.templates import TemplateCall
from shared.http.base_model import Code
from shared.http.etag import changed, created, set_etag
from shared.http.page import Paging
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["replies"])

Reader = Annotated[Visit, visit("reply_template.read")]
Writer = Annotated[Entry, entry("reply_template.write")]
Rewriter = Annotated[StepDoor, step_door("reply_template.write")]
Approver = Annotated[StepDoor, step_door("reply_template.approve")]
Drafter = Annotated[Entry, entry("complaint.reply_draft")]

Optional = SkipJsonSchema[None]


@router.post("/reply-templates", status_code=201, summary="起草答复模板")
async def create_reply_template(
    request: Request, body: schemas.ReplyTemplateCreate, door: Writer, response: Response
) -> schemas.ReplyTemplate:
    call, template_id = _call(request, door), new_id()
    replay = await door.once.claim(door.session, resource_id=template_id, now=door.now)
    if replay is None:
        row = await templates.draft(call, template_id, body.code, body.content())
    else:
        row = await templates.read(call, replay.resource_id)
    return created(response, f"/v1/reply-templates/{row.id}", schemas.ReplyTemplate.of(row), replay=replay)


@router.get("/reply-templates", summary="答复模板列表")
async def list_reply_templates(
    request: Request,
    door: Reader,
    page: Paging,
    code: Annotated[Code | Optional, Query()] = None,
    state: Annotated[TemplateState | Optional, Query()] = None,
    kind: Annotated[Code | Optional, Query()] = None,
    category: Annotated[Code | Optional, Query()] = None,
    tier: Annotated[Code | Optional, Query()] = None,
    metric: Annotated[Code | Optional, Query()] = None,
) -> schemas.ReplyTemplatePage:
    wanted: dict[str, str | None] = {
        "code": code,
        "state": state.value if state else None,
        "kind": kind,
        "category": category,
        "tier": tier,
        "metric": metric,
    }
    before = page.after[0] if page.after else None
    rows = await templates.page(_call(request, door), wanted, before=before, limit=page.fetch)
    shown = [schemas.ReplyTemplate.of(row) for row in rows]
    return schemas.ReplyTemplatePage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/reply-templates/{template_id}", summary="查看答复模板")
async def get_reply_template(
    request: Request, template_id: UUID, door: Reader, response: Response
) -> schemas.ReplyTemplate:
    return set_etag(response, schemas.ReplyTemplate.of(await templates.read(_call(request, door), template_id)))


@router.post("/reply-templates/{template_id}/redraft", summary="修改答复模板草稿")
async def redraft_reply_template(
    request: Request, template_id: UUID, body: schemas.ReplyTemplateChange, door: Rewriter, response: Response
) -> schemas.ReplyTemplate:
    call = _call(request, door)
    return await _take(
        call,
        door,
        template_id,
        response,
        lambda: templates.redraft(call, template_id, door.expected_version, body.content()),
    )


@router.post("/reply-templates/{template_id}/approve", summary="批准答复模板")
async def approve_reply_template(
    request: Request, template_id: UUID, door: Approver, response: Response
) -> schemas.ReplyTemplate:
    call = _call(request, door)
    return await _take(
        call, door, template_id, response, lambda: templates.approve(call, template_id, door.expected_version)
    )


@router.post("/reply-templates/{template_id}/retire", summary="停用答复模板")
async def retire_reply_template(
    request: Request, template_id: UUID, door: Approver, response: Response
) -> schemas.ReplyTemplate:
    call = _call(request, door)
    return await _take(
        call, door, template_id, response, lambda: templates.retire(call, template_id, door.expected_version)
    )


@router.post("/complaints/{complaint_id}/reply-draft", summary="按模板起草答复")
async def draft_complaint_reply(
    request: Request, complaint_id: UUID, body: schemas.ReplyDraftAsk, door: Drafter
) -> schemas.ReplyDraft:
    await door.once.claim(door.session, resource_id=complaint_id, version=None, status=200, now=door.now)
    found = await replies.draft_reply(call_of(request, door, complaint_id), template_id=body.template_id)
    return schemas.ReplyDraft(
        template_id=found.template.id,
        template_code=found.template.code,
        template_revision=found.template.revision,
        text=found.text,
    )


def _call(request: Request, door: Visit | StepDoor) -> TemplateCall:
    return TemplateCall(
        door.session, door.principal, door.principal.scope(door.permission), desk_of(request).governances, door.now
    )


async def _take(
    call: TemplateCall,
    door: StepDoor,
    template_id: UUID,
    response: Response,
    step: Callable[[], Awaitable[ReplyTemplateRow]],
) -> schemas.ReplyTemplate:
    replay = await door.claim(template_id)
    row = await step() if replay is None else await templates.read(call, template_id)
    return changed(response, schemas.ReplyTemplate.of(row), replay=replay)
