"""The doors of the yearly evaluations: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.entitlements import schemas
from services.callback.entitlements.models import EvaluationRow
from services.callback.entitlements.rules import EvaluationState
from services.callback.entitlements.service import evaluating, reading
from services.callback.entitlements.service.evaluating import READ, EvaluationCall
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.http.auth import requires
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/account-evaluations", tags=["entitlements"])

Reader = Annotated[Principal, requires(READ)]
Writer = Annotated[StepDoor, step_door("evaluation.write")]
Reviewer = Annotated[StepDoor, step_door("evaluation.review")]
Optional = SkipJsonSchema[None]


@router.get("", summary="重点客户年度评价列表")
async def list_account_evaluations(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[EvaluationState | Optional, Query()] = None,
    year: Annotated[int | Optional, Query(ge=2000, le=2200)] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.AccountEvaluationPage:
    wanted = {"state": state.value if state else None, "year": year, "customer_id": customer_id}
    before = page.after[0] if page.after else None
    rows = await reading.page(session, principal.scope(READ), wanted, before=before, limit=page.fetch)
    shown = [schemas.AccountEvaluation.model_validate(row) for row in rows]
    return schemas.AccountEvaluationPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{evaluation_id}", summary="查看年度评价")
async def get_account_evaluation(
    evaluation_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.AccountEvaluation:
    row = await reading.read(session, evaluation_id, principal.scope(READ))
    return set_etag(response, schemas.AccountEvaluation.model_validate(row))


@router.post("/{evaluation_id}/submit", summary="提交年度评价")
async def submit_account_evaluation(
    request: Request, evaluation_id: UUID, body: schemas.EvaluationSubmit, door: Writer, response: Response
) -> schemas.AccountEvaluation:
    call = _call(request, door, evaluation_id)
    return await _take(call, door, response, lambda: evaluating.submit(call, body.assessment()))


@router.post("/{evaluation_id}/review", summary="他人审核年度评价")
async def review_account_evaluation(
    request: Request, evaluation_id: UUID, body: schemas.EvaluationReview, door: Reviewer, response: Response
) -> schemas.AccountEvaluation:
    call = _call(request, door, evaluation_id)
    return await _take(
        call, door, response, lambda: evaluating.review(call, is_agreed=body.is_agreed, reason=body.reason)
    )


def _call(request: Request, door: StepDoor, evaluation_id: UUID) -> EvaluationCall:
    return EvaluationCall(
        session=door.session,
        principal=door.principal,
        scope=door.principal.scope(door.permission),
        desk=request.app.state.visit_desk,
        evaluation_id=evaluation_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def _take(
    call: EvaluationCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[EvaluationRow]]
) -> schemas.AccountEvaluation:
    replay = await door.claim(call.evaluation_id)
    scope = call.scope
    if replay is None:
        await step()
        scope = RowScope.everything(*scope.companies)
    row = await reading.read(door.session, call.evaluation_id, scope)
    return changed(response, schemas.AccountEvaluation.model_validate(row), replay=replay)
