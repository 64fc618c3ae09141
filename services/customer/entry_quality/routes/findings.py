"""The doors of the errors: read, correct, contest, confirm, dismiss, link to a complaint."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.entry_quality.routes.call import Step, take
from services.customer.entry_quality.rules.periods import MONTH_PATTERN
from services.customer.entry_quality.rules.states import FindingState
from services.customer.entry_quality.schemas import checks as schemas
from services.customer.entry_quality.service import findings, reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.etag import set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/entry-findings", tags=["entry_quality"])

READ = "entry_finding.read"
Reader = Annotated[Principal, requires(READ)]
Author = Annotated[StepDoor, step_door("entry_finding.answer")]
Decider = Annotated[StepDoor, step_door("entry_finding.decide")]
Optional = SkipJsonSchema[None]


@router.get("", summary="录入错误列表")
async def list_entry_findings(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[FindingState | Optional, Query()] = None,
    kind: Annotated[Code | Optional, Query()] = None,
    operator_id: Annotated[UUID | Optional, Query()] = None,
    month: Annotated[str | Optional, Query(pattern=MONTH_PATTERN)] = None,
) -> schemas.EntryFindingPage:
    rows = await reading.finding_page(
        session,
        principal.scope(READ),
        state=state,
        kind=kind,
        operator_id=operator_id,
        month=month,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.EntryFindingListed.model_validate(row) for row in rows]
    return schemas.EntryFindingPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{finding_id}", summary="查看录入错误")
async def get_entry_finding(
    finding_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.EntryFinding:
    shown = await reading.finding(session, finding_id, principal.scope(READ))
    return set_etag(response, schemas.EntryFinding.of(shown))


@router.post("/{finding_id}/correct", summary="录入人已更正")
async def correct_entry_finding(
    request: Request, finding_id: UUID, body: schemas.EntryFindingCorrect, door: Author, response: Response
) -> schemas.EntryFinding:
    return await _take(
        request, door, response, finding_id, lambda call: findings.correct(call, finding_id, note=body.note)
    )


@router.post("/{finding_id}/contest", summary="录入人申辩")
async def contest_entry_finding(
    request: Request, finding_id: UUID, body: schemas.EntryFindingContest, door: Author, response: Response
) -> schemas.EntryFinding:
    return await _take(
        request, door, response, finding_id, lambda call: findings.contest(call, finding_id, reason=body.reason)
    )


@router.post("/{finding_id}/confirm", summary="确认录入错误")
async def confirm_entry_finding(
    request: Request, finding_id: UUID, body: schemas.EntryFindingConfirm, door: Decider, response: Response
) -> schemas.EntryFinding:
    return await _take(
        request, door, response, finding_id, lambda call: findings.confirm(call, finding_id, reason=body.reason)
    )


@router.post("/{finding_id}/dismiss", summary="认定不是错误")
async def dismiss_entry_finding(
    request: Request, finding_id: UUID, body: schemas.EntryFindingDismiss, door: Decider, response: Response
) -> schemas.EntryFinding:
    return await _take(
        request, door, response, finding_id, lambda call: findings.dismiss(call, finding_id, reason=body.reason)
    )


@router.post("/{finding_id}/complaint", summary="关联由该错误引起的投诉")
async def link_entry_finding_complaint(
    request: Request, finding_id: UUID, body: schemas.EntryFindingComplaint, door: Decider, response: Response
) -> schemas.EntryFinding:
    return await _take(
        request,
        door,
        response,
        finding_id,
        lambda call: findings.link_complaint(call, finding_id, complaint_id=body.complaint_id),
    )


async def _take(
    request: Request, door: StepDoor, response: Response, finding_id: UUID, step: Step
) -> schemas.EntryFinding:
    async def show() -> schemas.EntryFinding:
        scope = door.principal.scope(door.permission)
        return schemas.EntryFinding.of(await reading.finding(door.session, finding_id, scope))

    return await take(request, door, response, finding_id, step, show)
