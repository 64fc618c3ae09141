"""The doors of the findings: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from pydantic.json_schema import SkipJsonSchema

from services.inspection.findings import schemas
from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import FindingDraft, FindingState, Source
from services.inspection.findings.service import keeping, raising, reading
from services.inspection.findings.service.work import READ, FindingCall
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/findings", tags=["findings"])

RAISE = "finding.raise"
Reader = Annotated[Principal, requires(READ)]
Raiser = Annotated[Principal, requires(RAISE)]
Withdrawer = Annotated[StepDoor, step_door(RAISE)]
Confirmer = Annotated[StepDoor, step_door("finding.confirm")]
Answerer = Annotated[StepDoor, step_door("finding.answer")]
Decider = Annotated[StepDoor, step_door("finding.decide")]
Optional = SkipJsonSchema[None]


@router.get("", summary="检查发现列表")
async def list_findings(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[FindingState | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    clause: Annotated[Code | Optional, Query()] = None,
    severity: Annotated[Code | Optional, Query()] = None,
    source_type: Annotated[Source | Optional, Query()] = None,
    person_id: Annotated[UUID | Optional, Query()] = None,
    is_recurrence: Annotated[bool | Optional, Query()] = None,
    since: Annotated[AwareDatetime | Optional, Query()] = None,
    until: Annotated[AwareDatetime | Optional, Query()] = None,
) -> schemas.FindingPage:
    rows = await reading.page(
        session,
        reading.sight(principal, READ),
        equal={
            "state": state,
            "department": department,
            "clause": clause,
            "severity": severity,
            "source_type": source_type,
            "person_id": person_id,
        },
        is_recurrence=is_recurrence,
        since=since,
        until=until,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.Finding.model_validate(row) for row in rows]
    return schemas.FindingPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="登记检查发现或好的做法")
async def raise_finding(
    request: Request,
    body: schemas.FindingCreate,
    principal: Raiser,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Finding:
    finding_id = new_id()
    replay = await once.claim(session, resource_id=finding_id, now=now)
    if replay is not None:
        row = await reading.read(session, replay.resource_id, reading.sight(principal, RAISE))
        return created(response, f"/v1/findings/{row.id}", schemas.Finding.model_validate(row), replay=replay)
    said = body.model_dump(exclude={"source_type", "clause", "evidence_ids"})
    draft = FindingDraft(
        source=body.source_type, clause=body.clause or "", evidence_ids=tuple(body.evidence_ids), **said
    )
    desk = request.app.state.desk
    row = await raising.raise_finding(
        session,
        desk,
        principal.company,
        draft,
        actor=principal.staff_id,
        now=now,
        finding_id=finding_id,
        may_use=partial(request.app.state.may_read_file, session, principal),
    )
    if row.version != 1:
        await once.settle(session, version=row.version)
    return created(response, f"/v1/findings/{row.id}", schemas.Finding.model_validate(row), replay=replay)


@router.get("/{finding_id}", summary="查看检查发现")
async def get_finding(finding_id: UUID, principal: Reader, session: SessionDep, response: Response) -> schemas.Finding:
    row = await reading.read(session, finding_id, reading.sight(principal, READ))
    return set_etag(response, schemas.Finding.model_validate(row))


@router.post("/{finding_id}/confirm", summary="确认检查发现")
async def confirm_finding(request: Request, finding_id: UUID, door: Confirmer, response: Response) -> schemas.Finding:
    call = _call(request, door, finding_id)
    return await _take(call, door, response, lambda: keeping.confirm(call))


@router.post("/{finding_id}/answer", summary="部门或责任人答复")
async def answer_finding(
    request: Request, finding_id: UUID, body: schemas.FindingAnswer, door: Answerer, response: Response
) -> schemas.Finding:
    call = _call(request, door, finding_id)
    return await _take(call, door, response, lambda: keeping.answer(call, is_agreed=body.is_agreed, words=body.words))


@router.post("/{finding_id}/decide", summary="裁定有异议的检查发现")
async def decide_finding(
    request: Request, finding_id: UUID, body: schemas.FindingDecision, door: Decider, response: Response
) -> schemas.Finding:
    call = _call(request, door, finding_id)
    return await _take(call, door, response, lambda: keeping.decide(call, is_upheld=body.is_upheld, words=body.words))


@router.post("/{finding_id}/mend", summary="登记当场整改完成")
async def mend_finding(request: Request, finding_id: UUID, door: Answerer, response: Response) -> schemas.Finding:
    call = _call(request, door, finding_id)
    return await _take(call, door, response, lambda: keeping.mend(call))


@router.post("/{finding_id}/void", summary="撤销未确认的检查发现")
async def void_finding(
    request: Request, finding_id: UUID, body: schemas.FindingVoid, door: Withdrawer, response: Response
) -> schemas.Finding:
    call = _call(request, door, finding_id)
    return await _take(call, door, response, lambda: keeping.void(call, reason=body.reason))


def _call(request: Request, door: StepDoor, finding_id: UUID) -> FindingCall:
    return FindingCall(
        session=door.session,
        principal=door.principal,
        scope=reading.sight(door.principal, door.permission),
        desk=request.app.state.desk,
        finding_id=finding_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def _take(
    call: FindingCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[FindingRow]]
) -> schemas.Finding:
    replay = await door.claim(call.finding_id)
    if replay is None:
        await step()
    row = await reading.read(door.session, call.finding_id, call.scope)
    return changed(response, schemas.Finding.model_validate(row), replay=replay)
