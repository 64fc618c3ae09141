"""The doors of the hazards."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.safety import schemas
from services.customer.safety.models import HazardRow
from services.customer.safety.routes.doors import desk_of
from services.customer.safety.rules import HazardState
from services.customer.safety.service import desk as terms
from services.customer.safety.service import finding, mending, reading
from services.customer.safety.service.desk import SafetyDesk
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/hazards", tags=["safety"])
flags_router = APIRouter(prefix="/v1/customers", tags=["safety"])

Reader = Annotated[Principal, requires(terms.READ)]
Finder = Annotated[Principal, requires(terms.HAZARD)]
HazardStep = Annotated[StepDoor, step_door(terms.HAZARD)]
ResolveStep = Annotated[StepDoor, step_door(terms.RESOLVE)]


async def _take(
    request: Request,
    door: StepDoor,
    hazard_id: UUID,
    response: Response,
    step: Callable[[SafetyDesk, int], Awaitable[HazardRow]],
) -> schemas.Hazard:
    replay = await door.claim(hazard_id)
    if replay is None:
        desk = await desk_of(request, door.principal, door.session, door.now, door.permission)
        row = await step(desk, door.expected_version)
    else:
        row = await reading.hazard(door.session, hazard_id, door.principal.companies)
    return changed(response, schemas.Hazard.model_validate(row), replay=replay)


@router.post("", status_code=201, summary="登记隐患（非安检发现）")
async def create_hazard(
    request: Request,
    body: schemas.HazardReport,
    principal: Finder,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Hazard:
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    if replay is None:
        desk = await desk_of(request, principal, session, now, terms.HAZARD)
        row = await finding.report_hazard(desk, row_id, body.found(), body.customer_id, body.premises_id, body.found_at)
    else:
        row = await reading.hazard(session, replay.resource_id, principal.companies)
    return created(response, f"/v1/hazards/{row.id}", schemas.Hazard.model_validate(row), replay=replay)


@router.get("", summary="隐患列表")
async def list_hazards(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    premises_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    state: Annotated[HazardState | SkipJsonSchema[None], Query()] = None,
    severity: Annotated[str | SkipJsonSchema[None], Query(max_length=40)] = None,
    kind: Annotated[str | SkipJsonSchema[None], Query(max_length=40)] = None,
) -> schemas.HazardPage:
    wanted = reading.HazardFilter(customer_id, premises_id, state.value if state else None, severity, kind)
    before = page.after[0] if page.after else None
    rows = await reading.hazards_page(session, principal.companies, wanted, before=before, limit=page.fetch)
    shown = [schemas.Hazard.model_validate(row) for row in rows]
    return schemas.HazardPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{hazard_id}", summary="查看隐患")
async def get_hazard(hazard_id: UUID, principal: Reader, session: SessionDep, response: Response) -> schemas.Hazard:
    row = await reading.hazard(session, hazard_id, principal.companies)
    return set_etag(response, schemas.Hazard.model_validate(row))


@router.post("/{hazard_id}/tell", summary="登记已告知客户")
async def tell_customer_of_hazard(
    request: Request, hazard_id: UUID, body: schemas.HazardTell, door: HazardStep, response: Response
) -> schemas.Hazard:
    return await _take(
        request,
        door,
        hazard_id,
        response,
        lambda desk, expected: mending.tell_customer(desk, hazard_id, body.way, expected=expected),
    )


@router.post("/{hazard_id}/stop-gas", summary="登记停气")
async def stop_gas_for_hazard(
    request: Request, hazard_id: UUID, door: HazardStep, response: Response
) -> schemas.Hazard:
    return await _take(
        request,
        door,
        hazard_id,
        response,
        lambda desk, expected: mending.stop_gas(desk, hazard_id, expected=expected),
    )


@router.post("/{hazard_id}/restore-gas", summary="登记恢复供气")
async def restore_gas_after_hazard(
    request: Request, hazard_id: UUID, door: ResolveStep, response: Response
) -> schemas.Hazard:
    return await _take(
        request,
        door,
        hazard_id,
        response,
        lambda desk, expected: mending.restore_gas(desk, hazard_id, expected=expected),
    )


@router.post("/{hazard_id}/reinspect", summary="开复查工单")
async def reinspect_hazard(request: Request, hazard_id: UUID, door: HazardStep, response: Response) -> schemas.Hazard:
    return await _take(
        request,
        door,
        hazard_id,
        response,
        lambda desk, expected: mending.reinspect(desk, hazard_id, expected=expected),
    )


@router.post("/{hazard_id}/resolve", summary="隐患销号")
async def resolve_hazard(
    request: Request, hazard_id: UUID, body: schemas.HazardResolve, door: ResolveStep, response: Response
) -> schemas.Hazard:
    return await _take(
        request,
        door,
        hazard_id,
        response,
        lambda desk, expected: mending.resolve(
            desk,
            hazard_id,
            resolution=body.resolution,
            file_ids=body.file_ids,
            is_gas_restored=body.is_gas_restored,
            expected=expected,
        ),
    )


@router.post("/{hazard_id}/withdraw", summary="撤销误登记的隐患")
async def withdraw_hazard(
    request: Request, hazard_id: UUID, body: schemas.HazardWithdraw, door: ResolveStep, response: Response
) -> schemas.Hazard:
    return await _take(
        request,
        door,
        hazard_id,
        response,
        lambda desk, expected: mending.withdraw(desk, hazard_id, body.reason, expected=expected),
    )


@flags_router.get("/{customer_id}/hazard-flags", summary="客户用气地址的隐患提示")
async def list_hazard_flags(
    request: Request, customer_id: UUID, principal: Reader, session: SessionDep, now: Now
) -> schemas.HazardFlags:
    policy = request.app.state.runtime.policy.policy(principal.company, now)
    rows = await reading.hazard_flags(session, policy, customer_id, companies=principal.companies, now=now)
    return schemas.HazardFlags(items=[schemas.HazardFlag.model_validate(row) for row in rows])
