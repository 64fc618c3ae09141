"""The doors of what becomes of a review: the agreed score, the dispute, the finding of falsification."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.callback.quality.routes.doors import call_of, take
from services.callback.quality.schemas import bodies, views
from services.callback.quality.service import calibrating, disputing, falsifying
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/call-reviews", tags=["call-reviews"])

Settler = Annotated[StepDoor, step_door("call_review.settle")]
Disputer = Annotated[StepDoor, step_door("call_review.dispute")]


@router.post("/{review_id}/agree", summary="校准：确定双方一致的分数")
async def agree_call_review(
    request: Request, review_id: UUID, body: bodies.CallReviewAgreement, door: Settler, response: Response
) -> views.CallReview:
    call = call_of(request, door, review_id)
    return await take(call, door, response, lambda: calibrating.agree(call, bodies.plain(body.scores), body.reason))


@router.post("/{review_id}/dispute", summary="对本人通话的评定提出异议")
async def dispute_call_review(
    request: Request, review_id: UUID, body: bodies.CallReviewReason, door: Disputer, response: Response
) -> views.CallReview:
    call = call_of(request, door, review_id)
    return await take(call, door, response, lambda: disputing.dispute(call, body.reason))


@router.post("/{review_id}/decide-dispute", summary="裁定异议")
async def decide_call_review_dispute(
    request: Request, review_id: UUID, body: bodies.CallReviewDecision, door: Settler, response: Response
) -> views.CallReview:
    call = call_of(request, door, review_id)
    is_amended, scores = body.decision == "amended", bodies.plain(body.scores)
    return await take(
        call,
        door,
        response,
        lambda: disputing.decide(call, is_amended=is_amended, reason=body.reason, scores=scores),
    )


@router.post("/{review_id}/confirm-falsification", summary="核实并认定回访不实")
async def confirm_callback_falsification(
    request: Request, review_id: UUID, body: bodies.CallReviewReason, door: Settler, response: Response
) -> views.CallReview:
    call = call_of(request, door, review_id)
    return await take(call, door, response, lambda: falsifying.confirm(call, body.reason))


@router.post("/{review_id}/drop-falsification", summary="核实后不认定回访不实")
async def drop_callback_falsification(
    request: Request, review_id: UUID, body: bodies.CallReviewReason, door: Settler, response: Response
) -> views.CallReview:
    call = call_of(request, door, review_id)
    return await take(call, door, response, lambda: falsifying.drop(call, body.reason))
