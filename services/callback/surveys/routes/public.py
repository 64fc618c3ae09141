"""The customer's own door: a form behind a signed one-time link, without login, so many times a minute an address."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from services.callback.surveys.routes.doors import desk_of
from services.callback.surveys.routes.page import DECLINED, SCORE, TEXT, form_page, refused_page, thanks_page
from services.callback.surveys.schemas import bodies, views
from services.callback.surveys.service import answering
from shared.errors import DomainError
from shared.http.base_model import plain_text
from shared.http.clock import Now
from shared.http.problems import entry_of, refuse
from shared.http.rates import Rates, client_of
from shared.http.session import SessionDep

_MOST_FIELDS = 100
_UNCACHED = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


async def limited(request: Request) -> None:
    """Count the caller.  Raises: TooManyAttemptsError."""
    rates: Rates = request.app.state.public_rates
    rates.take(client_of(request))


router = APIRouter(prefix="/v1/public/surveys", tags=["public"], dependencies=[Depends(limited)])

Token = Annotated[str, Path(max_length=200, description="链接末段，仅限一次作答")]
_FORM_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "additionalProperties": {"type": "string"}}
            }
        },
    }
}


@router.get("/{token}", summary="打开满意度问卷", response_class=HTMLResponse)
async def open_survey_page(request: Request, token: Token, session: SessionDep, now: Now) -> Response:
    try:
        return form_page(await answering.form(session, desk_of(request), token, now=now), token)
    except DomainError as error:
        return _refused(request, error)


@router.post("/{token}", summary="提交满意度问卷")
async def answer_survey(
    request: Request, token: Token, body: bodies.SurveyReplies, session: SessionDep, now: Now, response: Response
) -> views.SurveyThanks:
    form = await answering.take(session, desk_of(request), token, body.told(), now=now)
    response.headers.update(_UNCACHED)
    return views.SurveyThanks(period=form.period, thanks=form.questionnaire.thanks)


@router.post("/{token}/form", summary="以网页表单提交满意度问卷", response_class=HTMLResponse, openapi_extra=_FORM_BODY)
async def submit_survey_form(request: Request, token: Token, session: SessionDep, now: Now) -> Response:
    told = _read_form(await request.body()).told()
    try:
        return thanks_page(await answering.take(session, desk_of(request), token, told, now=now))
    except DomainError as error:
        return _refused(request, error)


def _refused(request: Request, error: DomainError) -> Response:
    """A page for a person, the problem for a program; every refusal comes before the first change."""
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    entry = entry_of(error)
    return refused_page(entry.title, error.detail, code=error.code, status=entry.status)


def _read_form(body: bytes) -> bodies.SurveyReplies:
    """Raises: ProblemError, RequestValidationError."""
    try:
        fields = parse_qsl(body.decode(), errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise refuse("malformed_request") from None
    answers: dict[str, dict[str, str]] = {}
    told: dict[str, object] = {"answers": answers}
    for name, value in fields:
        if name.startswith(SCORE):
            answers[name.removeprefix(SCORE)] = {"score": value}
        elif name.startswith(TEXT):
            if value.strip():
                answers[name.removeprefix(TEXT)] = {"text": value.replace("\r\n", "\n")}
        else:
            told[DECLINED if name == DECLINED else "answers_unknown"] = value
    if not plain_text(told):
        raise refuse("validation_failed", "文字中不得含有空字符")
    try:
        return bodies.SurveyReplies.model_validate(told)
    except ValidationError as error:
        found = [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_input=False)]
        raise RequestValidationError(found) from None
