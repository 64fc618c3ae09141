"""The doors of the gift register: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.care import schemas
from services.callback.care.models import GiftRow
from services.callback.care.rules import GiftState
from services.callback.care.service import giving
from services.callback.policy_in_force import Governances, open_governances
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/gifts", tags=["gifts"])
sums = APIRouter(prefix="/v1/gift-sums", tags=["gifts"])

READ = "gift.read"
Reader = Annotated[Principal, requires(READ)]
Writer = Annotated[Principal, requires("gift.write")]
Giver = Annotated[StepDoor, step_door("gift.write")]
Decider = Annotated[StepDoor, step_door("gift.decide")]
Year = Annotated[int, Query(ge=2000, le=2200)]
Optional = SkipJsonSchema[None]


@router.get("", summary="礼品登记")
async def list_gifts(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[GiftState | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    member_id: Annotated[UUID | Optional, Query()] = None,
    greeting_id: Annotated[UUID | Optional, Query()] = None,
    year: Year | Optional = None,
) -> schemas.GiftPage:
    wanted = {
        "state": state.value if state else None,
        "customer_id": customer_id,
        "member_id": member_id,
        "greeting_id": greeting_id,
        "year": year,
    }
    before = page.after[0] if page.after else None
    rows = await giving.page(session, principal.scope(READ), wanted, before=before, limit=page.fetch)
    shown = [schemas.Gift.model_validate(row) for row in rows]
    return schemas.GiftPage(**page.cut(shown, key=lambda one: (one.id,)))


@sums.get("", summary="全年礼品合计")
async def list_gift_sums(
    principal: Reader, session: SessionDep, year: Year, by: Literal["receiver", "giver"] = "receiver"
) -> schemas.GiftSums:
    found = await giving.sums(session, principal.scope(READ), year, is_by_giver=by == "giver")
    return schemas.GiftSums(year=year, items=[schemas.GiftSum.model_validate(one) for one in found])


@router.post("", status_code=201, summary="登记礼品，超过限额的提交审批")
async def register_gift(
    request: Request,
    body: schemas.GiftCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Gift:
    gift_id, scope = new_id(), principal.scope("gift.write")
    replay = await once.claim(session, resource_id=gift_id, now=now)
    if replay is None:
        row = await giving.register(
            session,
            _governances(request),
            principal,
            giving.Gift(**body.model_dump()),
            gift_id=gift_id,
            scope=scope,
            now=now,
        )
    else:
        row = await giving.read(session, replay.resource_id, scope)
    shown = schemas.Gift.model_validate(row)
    return created(response, f"/v1/gifts/{shown.id}", shown, replay=replay)


@router.get("/{gift_id}", summary="查看礼品登记")
async def get_gift(gift_id: UUID, principal: Reader, session: SessionDep, response: Response) -> schemas.Gift:
    row = await giving.read(session, gift_id, principal.scope(READ))
    return set_etag(response, schemas.Gift.model_validate(row))


@router.post("/{gift_id}/approve", summary="批准超过限额的礼品")
async def approve_gift(
    request: Request, gift_id: UUID, body: schemas.GiftDecision, door: Decider, response: Response
) -> schemas.Gift:
    call = _call(request, door, gift_id)
    return await _take(call, door, response, lambda: giving.decide(call, is_approved=True, reason=body.reason))


@router.post("/{gift_id}/refuse", summary="不批准超过限额的礼品")
async def refuse_gift(
    request: Request, gift_id: UUID, body: schemas.GiftDecision, door: Decider, response: Response
) -> schemas.Gift:
    call = _call(request, door, gift_id)
    return await _take(call, door, response, lambda: giving.decide(call, is_approved=False, reason=body.reason))


@router.post("/{gift_id}/give", summary="登记已赠送获批的礼品")
async def give_gift(request: Request, gift_id: UUID, door: Giver, response: Response) -> schemas.Gift:
    call = _call(request, door, gift_id)
    return await _take(call, door, response, lambda: giving.give(call))


def _governances(request: Request) -> Governances:
    runtime = request.app.state.runtime
    return open_governances(runtime.policy, runtime.calendars)


def _call(request: Request, door: StepDoor, gift_id: UUID) -> giving.GiftCall:
    return giving.GiftCall(
        session=door.session,
        principal=door.principal,
        scope=door.principal.scope(door.permission),
        governances=_governances(request),
        gift_id=gift_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def _take(
    call: giving.GiftCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[GiftRow]]
) -> schemas.Gift:
    replay = await door.claim(call.gift_id)
    if replay is None:
        await step()
    row = await giving.read(door.session, call.gift_id, call.scope)
    return changed(response, schemas.Gift.model_validate(row), replay=replay)
