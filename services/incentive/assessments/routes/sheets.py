"""The doors of the sheets: read, release, correct."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.incentive.assessments import schemas
from services.incentive.assessments.rules.sheets import SheetState, SubjectType
from services.incentive.assessments.service import reading, releasing
from services.incentive.ledger.rules.months import MONTH_PATTERN
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import REPLAYED, changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/assessments", tags=["assessments"])
months_router = APIRouter(prefix="/v1/assessment-months", tags=["assessments"])

CLOSE = "assessment.close"
Reader = Annotated[Principal, requires(reading.READ)]
Closer = Annotated[Principal, requires(CLOSE)]
Step = Annotated[StepDoor, step_door(CLOSE)]
Optional = SkipJsonSchema[None]
Month = Annotated[str, Query(pattern=MONTH_PATTERN)]


@router.get("", summary="月度考核表")
async def list_assessments(
    request: Request,
    principal: Reader,
    session: SessionDep,
    page: Paging,
    month: Annotated[str | Optional, Query(pattern=MONTH_PATTERN)] = None,
    department: Annotated[Code | Optional, Query()] = None,
    subject_type: Annotated[SubjectType | Optional, Query()] = None,
    subject: Annotated[str | Optional, Query(max_length=40)] = None,
    state: Annotated[SheetState | Optional, Query()] = None,
) -> schemas.AssessmentPage:
    equal: dict[str, object] = {"month": month, "department": department, "subject_type": subject_type}
    equal |= {"subject": subject, "state": state}
    views = await reading.page(
        session,
        request.app.state.desk,
        principal.scope(reading.READ),
        equal,
        before=UUID(page.after[0]) if page.after else None,
        limit=page.fetch,
    )
    return schemas.AssessmentPage(
        **page.cut([schemas.Assessment.shown(one) for one in views], key=lambda one: (str(one.id),))
    )


@router.get("/live", summary="考核的即时情况")
async def get_live_assessment(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    month: Month,
    subject_type: Annotated[SubjectType, Query()] = SubjectType.EMPLOYEE,
    subject: Annotated[str | Optional, Query(max_length=40, description="缺省为本人")] = None,
) -> schemas.LiveAssessment:
    asked = subject or str(principal.staff_id)
    desk = request.app.state.desk
    whose, sheet = await reading.live(session, desk, principal, month, subject_type, asked, now=now)
    return schemas.LiveAssessment.of(month, whose, sheet)


@router.get("/{assessment_id}", summary="查看考核表")
async def get_assessment(
    request: Request, assessment_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Assessment:
    view = await reading.one(session, request.app.state.desk, assessment_id, principal.scope(reading.READ))
    return set_etag(response, schemas.Assessment.shown(view))


@router.post("/{assessment_id}/release", summary="发布考核表")
async def release_assessment(
    request: Request, assessment_id: UUID, door: Step, response: Response
) -> schemas.Assessment:
    replay = await door.claim(assessment_id)
    call = _call(request, door.principal, door.session, door.now)
    if replay is None:
        await releasing.release(call, assessment_id, door.expected_version)
    view = await reading.one(door.session, call.desk, assessment_id, call.scope)
    return changed(response, schemas.Assessment.shown(view), replay=replay)


@router.post("/{assessment_id}/correct", summary="更正考核表（另立新版）", status_code=201)
async def correct_assessment(
    request: Request, assessment_id: UUID, body: schemas.CorrectAssessment, door: Step, response: Response
) -> schemas.Assessment:
    new = new_id()
    replay = await door.once.claim(door.session, resource_id=new, now=door.now)
    call = _call(request, door.principal, door.session, door.now)
    if replay is None:
        await releasing.correct(call, assessment_id, door.expected_version, body.reason, new)
    made = new if replay is None else replay.resource_id
    view = await reading.one(door.session, call.desk, made, call.scope)
    return created(response, f"/v1/assessments/{made}", schemas.Assessment.shown(view), replay=replay)


@months_router.get("/{month_id}", summary="考核月份的发布进度")
async def get_assessment_month(month_id: UUID, principal: Reader, session: SessionDep) -> schemas.AssessmentMonth:
    return schemas.AssessmentMonth.of(await reading.month(session, principal, month_id))


@months_router.post("/{month_id}/release", summary="发布该月或该部门的考核表")
async def release_assessment_month(
    request: Request,
    month_id: UUID,
    body: schemas.ReleaseMonth,
    principal: Closer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.AssessmentMonth:
    replay = await once.claim(session, resource_id=month_id, version=None, status=200, now=now)
    if replay is None:
        await releasing.release_month(_call(request, principal, session, now), month_id, body.department)
    else:
        response.headers[REPLAYED] = "true"
    return schemas.AssessmentMonth.of(await reading.month(session, principal, month_id))


def _call(request: Request, principal: Principal, session: SessionDep, now: Now) -> releasing.SheetCall:
    scope = RowScope.everything(principal.company)
    return releasing.SheetCall(session, request.app.state.desk, principal, scope, now)
