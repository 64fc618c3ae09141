"""The doors of planning and of the results: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.surveys.models import SurveyRow
from services.callback.surveys.routes.doors import READ, call_of, desk_of
from services.callback.surveys.rules.states import SurveyState
from services.callback.surveys.schemas import bodies, results, views
from services.callback.surveys.service import figures, planning, reading
from services.callback.surveys.service.desk import SurveyCall
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

router = APIRouter(prefix="/v1/surveys", tags=["surveys"])

PLAN = "survey.plan"
Reader = Annotated[Principal, requires(READ)]
Planner = Annotated[Principal, requires(PLAN)]
FrameReader = Annotated[Principal, requires("survey.frame")]
PlanStep = Annotated[StepDoor, step_door(PLAN)]
Optional = SkipJsonSchema[None]


@router.get("", summary="满意度调查列表")
async def list_surveys(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[SurveyState | Optional, Query()] = None,
    period: Annotated[str | Optional, Query(max_length=10, examples=["2026-Q4"])] = None,
) -> views.SurveyPage:
    wanted = {"state": state.value if state else None, "period": period}
    before = page.after[0] if page.after else None
    rows = await reading.page(session, principal.scope(READ), wanted, before=before, limit=page.fetch)
    shown = [views.Survey.model_validate(row) for row in rows]
    return views.SurveyPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="拟定季度满意度调查")
async def draft_survey(
    request: Request,
    body: bodies.SurveyCreate,
    principal: Planner,
    session: SessionDep,
    once: Once,
    now: Now,
    response: Response,
) -> views.SurveyDetail:
    survey_id = new_id()
    replay = await once.claim(session, resource_id=survey_id, now=now)
    if replay is None:
        asked = planning.Draft(survey_id, principal.company, body.period, principal.staff_id)
        await planning.draft(session, desk_of(request), asked, now=now)
    else:
        survey_id = replay.resource_id
    shown = await reading.shown(session, desk_of(request), survey_id, principal.scope(PLAN))
    return created(response, f"/v1/surveys/{survey_id}", views.SurveyDetail.shown(shown), replay=replay)


@router.get("/{survey_id}", summary="查看调查、分层与问卷")
async def get_survey(
    request: Request, survey_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> views.SurveyDetail:
    shown = await reading.shown(session, desk_of(request), survey_id, principal.scope(READ))
    return set_etag(response, views.SurveyDetail.shown(shown))


@router.get("/{survey_id}/frame", summary="某级别的抽样框，按抽样次序")
async def list_survey_frame(
    survey_id: UUID, principal: FrameReader, session: SessionDep, page: Paging, tier: Annotated[Code, Query()]
) -> views.FramePage:
    after = int(page.after[0]) if page.after else 0
    scope = principal.scope("survey.frame")
    rows = await reading.frame(session, survey_id, scope, tier, after=after, limit=page.fetch)
    shown = [views.FrameCustomer.model_validate(row) for row in rows]
    return views.FramePage(**page.cut(shown, key=lambda one: (one.position,)))


@router.get("/{survey_id}/results", summary="各级别的满意率、置信区间与分项得分")
async def get_survey_results(
    request: Request, survey_id: UUID, principal: Reader, session: SessionDep
) -> results.SurveyResults:
    found = await figures.results(session, desk_of(request), survey_id, principal.scope(READ))
    return results.SurveyResults.of(found)


@router.post("/{survey_id}/frame", summary="固定抽样框并抽样")
async def freeze_survey_frame(
    request: Request, survey_id: UUID, door: PlanStep, response: Response
) -> views.SurveyDetail:
    call = call_of(request, door, survey_id)
    return await _take(call, door, response, lambda: planning.frame(call))


@router.post("/{survey_id}/open", summary="发布调查，邀请样本客户")
async def open_survey(request: Request, survey_id: UUID, door: PlanStep, response: Response) -> views.SurveyDetail:
    call = call_of(request, door, survey_id)
    return await _take(call, door, response, lambda: planning.release(call))


@router.post("/{survey_id}/close", summary="结束调查，固定结果")
async def close_survey(request: Request, survey_id: UUID, door: PlanStep, response: Response) -> views.SurveyDetail:
    call = call_of(request, door, survey_id)
    return await _take(call, door, response, lambda: planning.close(call))


@router.post("/{survey_id}/withdraw", summary="撤销尚未发布的调查")
async def withdraw_survey(
    request: Request, survey_id: UUID, body: bodies.SurveyWithdraw, door: PlanStep, response: Response
) -> views.SurveyDetail:
    call = call_of(request, door, survey_id)
    return await _take(call, door, response, lambda: planning.withdraw(call, reason=body.reason))


async def _take(
    call: SurveyCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[SurveyRow]]
) -> views.SurveyDetail:
    replay = await door.claim(call.survey_id)
    if replay is None:
        await step()
    shown = await reading.shown(door.session, call.desk, call.survey_id, call.scope)
    return changed(response, views.SurveyDetail.shown(shown), replay=replay)
