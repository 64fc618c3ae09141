"""The doors of the open answers: read, code by category, count."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.surveys.routes.doors import READ, call_of, desk_of
from services.callback.surveys.schemas import bodies, results
from services.callback.surveys.service import coding
from services.callback.surveys.service.desk import SurveyCall
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/surveys/{survey_id}", tags=["surveys"])

WORDS = "survey.words"
Reader = Annotated[Principal, requires(READ)]
WordReader = Annotated[Principal, requires(WORDS)]
Coder = Annotated[StepDoor, step_door("survey.code")]
Optional = SkipJsonSchema[None]


@router.get("/themes", summary="开放题的类别分布")
async def list_survey_themes(
    request: Request, survey_id: UUID, principal: Reader, session: SessionDep, now: Now
) -> results.SurveyThemes:
    call = SurveyCall(session, principal, principal.scope(READ), desk_of(request), survey_id, None, now)
    return results.SurveyThemes.of(await coding.themes(call))


@router.get("/answers", summary="开放题的客户原话，不含客户身份")
async def list_survey_answers(
    request: Request,
    survey_id: UUID,
    principal: WordReader,
    session: SessionDep,
    now: Now,
    page: Paging,
    is_coded: Annotated[bool | Optional, Query()] = None,
) -> results.OpenAnswerPage:
    call = SurveyCall(session, principal, principal.scope(WORDS), desk_of(request), survey_id, None, now)
    after = page.after[0] if page.after else None
    rows = await coding.page(call, is_coded=is_coded, after=after, limit=page.fetch)
    shown = [results.OpenAnswer.model_validate(row) for row in rows]
    return results.OpenAnswerPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/answers/{answer_id}", summary="查看一条开放题答案与归类经过")
async def get_survey_answer(
    request: Request,
    survey_id: UUID,
    answer_id: UUID,
    principal: WordReader,
    session: SessionDep,
    now: Now,
    response: Response,
) -> results.OpenAnswerDetail:
    call = SurveyCall(session, principal, principal.scope(WORDS), desk_of(request), survey_id, None, now)
    return set_etag(response, results.OpenAnswerDetail.shown(await coding.read(call, answer_id)))


@router.post("/answers/{answer_id}/codings", summary="为开放题答案归类")
async def code_survey_answer(
    request: Request,
    survey_id: UUID,
    answer_id: UUID,
    body: bodies.AnswerCoding,
    door: Coder,
    response: Response,
) -> results.OpenAnswerDetail:
    replay = await door.claim(answer_id)
    call = call_of(request, door, survey_id)
    if replay is None:
        found = await coding.code(call, answer_id, categories=body.categories)
    else:
        found = await coding.read(call, answer_id)
    return changed(response, results.OpenAnswerDetail.shown(found), replay=replay)
