"""The doors of trainings, service meetings and what departments owe of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from pydantic.json_schema import SkipJsonSchema

from services.inspection.improvement.models.gatherings import GatheringDutyRow, ServiceMeetingRow, TrainingRow
from services.inspection.improvement.routes.calls import call_of
from services.inspection.improvement.rules.states import DutyState, GatheringKind
from services.inspection.improvement.schemas import gatherings as schemas
from services.inspection.improvement.service import reading, recording
from services.inspection.improvement.service.work import READ_GATHERING as READ
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["gatherings"])

RECORD = "gathering.record"
Reader = Annotated[Principal, requires(READ)]
Recorder = Annotated[Principal, requires(RECORD)]
Optional = SkipJsonSchema[None]
Since = Annotated[AwareDatetime | Optional, Query()]


@router.get("/trainings", summary="培训记录列表")
async def list_trainings(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    department: Annotated[Code | Optional, Query()] = None,
    team: Annotated[Code | Optional, Query()] = None,
    since: Since = None,
    until: Since = None,
) -> schemas.TrainingPage:
    rows = await reading.page(
        session,
        TrainingRow,
        principal.scope(READ),
        {"department": department, "team": team},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
        span=("held_at", since, until),
    )
    shown = [schemas.Training.model_validate(row) for row in rows]
    return schemas.TrainingPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/trainings", status_code=201, summary="登记培训")
async def record_training(
    request: Request,
    body: schemas.TrainingRecord,
    principal: Recorder,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Training:
    training_id, call = new_id(), call_of(request, principal, session, RECORD, now)
    replay = await once.claim(session, resource_id=training_id, now=now)
    if replay is None:
        row = await recording.record_training(call, training_id, body.held())
    else:
        row = await reading.read(session, TrainingRow, replay.resource_id, principal.scope(READ))
    return created(response, f"/v1/trainings/{row.id}", schemas.Training.model_validate(row), replay=replay)


@router.get("/trainings/{training_id}", summary="查看培训记录")
async def get_training(
    training_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Training:
    row = await reading.read(session, TrainingRow, training_id, principal.scope(READ))
    return set_etag(response, schemas.Training.model_validate(row))


@router.get("/service-meetings", summary="服务例会列表")
async def list_service_meetings(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    department: Annotated[Code | Optional, Query()] = None,
    team: Annotated[Code | Optional, Query()] = None,
    since: Since = None,
    until: Since = None,
) -> schemas.ServiceMeetingPage:
    rows = await reading.page(
        session,
        ServiceMeetingRow,
        principal.scope(READ),
        {"department": department, "team": team},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
        span=("held_at", since, until),
    )
    shown = [schemas.ServiceMeetingHead.model_validate(row) for row in rows]
    return schemas.ServiceMeetingPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/service-meetings", status_code=201, summary="登记服务例会")
async def record_service_meeting(
    request: Request,
    body: schemas.ServiceMeetingRecord,
    principal: Recorder,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.ServiceMeeting:
    meeting_id, call = new_id(), call_of(request, principal, session, RECORD, now)
    replay = await once.claim(session, resource_id=meeting_id, now=now)
    if replay is None:
        row = await recording.record_meeting(call, meeting_id, body.held())
    else:
        row = await reading.read(session, ServiceMeetingRow, replay.resource_id, principal.scope(READ))
    shown = schemas.ServiceMeeting.of(row, await reading.decisions(session, row.id))
    return created(response, f"/v1/service-meetings/{row.id}", shown, replay=replay)


@router.get("/service-meetings/{meeting_id}", summary="查看服务例会")
async def get_service_meeting(
    meeting_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.ServiceMeeting:
    row = await reading.read(session, ServiceMeetingRow, meeting_id, principal.scope(READ))
    return set_etag(response, schemas.ServiceMeeting.of(row, await reading.decisions(session, row.id)))


@router.get("/gathering-duties", summary="各部门应开展的培训与例会")
async def list_gathering_duties(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    kind: Annotated[GatheringKind | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    period: Annotated[str | Optional, Query(max_length=10, examples=["2026-11"])] = None,
    state: Annotated[DutyState | Optional, Query()] = None,
) -> schemas.GatheringDutyPage:
    rows = await reading.page(
        session,
        GatheringDutyRow,
        principal.scope(READ),
        {"kind": kind, "department": department, "period": period, "state": state},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.GatheringDuty.model_validate(row) for row in rows]
    return schemas.GatheringDutyPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/gathering-duties/{duty_id}", summary="查看应开展的培训或例会")
async def get_gathering_duty(
    duty_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.GatheringDuty:
    row = await reading.read(session, GatheringDutyRow, duty_id, principal.scope(READ))
    return set_etag(response, schemas.GatheringDuty.model_validate(row))
