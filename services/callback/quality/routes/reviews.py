"""The doors of the reviews: parse, call one use case, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.policy_quality import ReviewMode
from services.callback.quality.routes.doors import READ, call_of, desk_of, take
from services.callback.quality.rules.states import ReviewState
from services.callback.quality.schemas import bodies, views
from services.callback.quality.service import claiming, reading, reviewing
from services.callback.quality.service.desk import ReviewCall
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/call-reviews", tags=["call-reviews"])

CLAIM = "call_review.claim"
CONTACT = "call_review.contact"
Reader = Annotated[Principal, requires(READ)]
NextClaimer = Annotated[Principal, requires(CLAIM)]
Claimer = Annotated[StepDoor, step_door(CLAIM)]
Contacter = Annotated[Principal, requires(CONTACT)]
Recorder = Annotated[StepDoor, step_door("call_review.record")]
Optional = SkipJsonSchema[None]
Month = Annotated[str | Optional, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


@router.get("", summary="通话评定列表")
async def list_call_reviews(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[ReviewState | Optional, Query()] = None,
    mode: Annotated[ReviewMode | Optional, Query()] = None,
    month: Month = None,
    caller_id: Annotated[UUID | Optional, Query()] = None,
    callback_id: Annotated[UUID | Optional, Query()] = None,
) -> views.CallReviewPage:
    wanted = {
        "state": state.value if state else None,
        "mode": mode.value if mode else None,
        "month": month,
        "caller_id": caller_id,
        "callback_id": callback_id,
    }
    before = page.after[0] if page.after else None
    rows = await reading.page(session, principal.scope(READ), wanted, before=before, limit=page.fetch)
    shown = [views.CallReview.of(row, is_sealed=reading.is_sealed(row, principal)) for row in rows]
    return views.CallReviewPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/claim", status_code=201, summary="领取下一个评定")
async def claim_next_call_review(
    request: Request,
    principal: NextClaimer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> views.CallReview:
    ticket = new_id()
    replay = await once.claim(session, resource_id=ticket, now=now)
    if replay is None:
        row = await claiming.claim_next(session, desk_of(request), principal, ticket=ticket, now=now)
        await once.settle(session, version=row.version)
    else:
        row = await reading.read_claimed(session, replay.resource_id, principal.scope(READ))
    response.headers["Location"] = f"/v1/call-reviews/{row.id}"
    view = views.CallReview.of(row, is_sealed=reading.is_sealed(row, principal))
    return changed(response, view, replay=replay)


@router.get("/{review_id}", summary="查看通话评定")
async def get_call_review(
    review_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> views.CallReviewDetail:
    shown = await reading.shown(session, review_id, principal.scope(READ), principal)
    return set_etag(response, views.CallReviewDetail.of_shown(shown))


@router.get("/{review_id}/card", summary="本次评定的评分表")
async def get_call_review_card(
    request: Request, review_id: UUID, principal: Reader, session: SessionDep
) -> views.CallReviewCard:
    row = await reading.read(session, review_id, principal.scope(READ))
    return views.CallReviewCard.of(row.card, reading.card_of(desk_of(request).governances, row))


@router.post("/{review_id}/claim", summary="领取指定评定")
async def claim_call_review(request: Request, review_id: UUID, door: Claimer, response: Response) -> views.CallReview:
    call = call_of(request, door, review_id)
    return await take(call, door, response, lambda: claiming.claim(call))


@router.post("/{review_id}/release", summary="退回评定")
async def release_call_review(request: Request, review_id: UUID, door: Claimer, response: Response) -> views.CallReview:
    call = call_of(request, door, review_id)
    return await take(call, door, response, lambda: claiming.release(call))


@router.post("/{review_id}/contact", summary="取得客户电话的授权，仅限本次再访")
async def contact_call_review_customer(
    request: Request,
    review_id: UUID,
    body: bodies.CallReviewContact,
    principal: Contacter,
    once: Once,
    session: SessionDep,
    now: Now,
) -> views.CallReviewGrant:
    await once.claim(session, resource_id=review_id, version=None, status=200, now=now)
    call = ReviewCall(session, principal, principal.scope(CONTACT), desk_of(request), review_id, None, now)
    return views.CallReviewGrant.model_validate(await reviewing.contact(call, body.purpose))


@router.post("/{review_id}/record", summary="登记复听或再访的评定")
async def record_call_review(
    request: Request, review_id: UUID, body: bodies.CallReviewForm, door: Recorder, response: Response
) -> views.CallReview:
    call = call_of(request, door, review_id)
    return await take(call, door, response, lambda: reviewing.review(call, body.form()))
