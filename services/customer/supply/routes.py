"""The doors of supply interruptions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.contacts.service.work import Desk
from services.customer.supply import schemas
from services.customer.supply.rules import InterruptionState
from services.customer.supply.service import interrupting
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.idempotency_store import Replay
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/supply-interruptions", tags=["supply"])

WRITE = "supply.write"
CARE = "supply.care"
Reader = Annotated[Principal, requires(interrupting.READ)]
Writer = Annotated[Principal, requires(WRITE)]
Carer = Annotated[Principal, requires(CARE)]
WriterStep = Annotated[StepDoor, step_door(WRITE)]


async def _desk(request: Request, principal: Principal, session: SessionDep, now: Now, permission: str) -> Desk:
    runtime = request.app.state.runtime
    return Desk(
        session=session,
        principal=principal,
        scope=principal.scope(permission),
        policy=runtime.policy.policy(principal.company, now),
        calendars=runtime.calendars,
        staff=await runtime.staff.current(),
        now=now,
    )


async def _door(request: Request, door: StepDoor, row_id: UUID) -> tuple[Desk, Replay | None]:
    replay = await door.claim(row_id)
    return await _desk(request, door.principal, door.session, door.now, door.permission), replay


async def _shown(desk: Desk, row_id: UUID, response: Response, replay: Replay | None) -> schemas.SupplyInterruption:
    row = await interrupting.read(desk, row_id)
    return changed(response, schemas.SupplyInterruption.model_validate(row), replay=replay)


@router.post("", status_code=201, summary="登记计划停气或突发停气")
async def create_supply_interruption(
    request: Request,
    body: schemas.SupplyInterruptionCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.SupplyInterruption:
    desk = await _desk(request, principal, session, now, WRITE)
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    if replay is None:
        row = await interrupting.record_interruption(desk, row_id, body.entry())
    else:
        row = await interrupting.read(desk, replay.resource_id)
    shown = schemas.SupplyInterruption.model_validate(row)
    return created(response, f"/v1/supply-interruptions/{row.id}", shown, replay=replay)


@router.get("", summary="停气记录列表")
async def list_supply_interruptions(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    page: Paging,
    state: Annotated[InterruptionState | SkipJsonSchema[None], Query()] = None,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query(description="只看影响该客户的")] = None,
) -> schemas.SupplyInterruptionPage:
    rows = await interrupting.page(
        await _desk(request, principal, session, now, interrupting.READ),
        state=state.value if state else None,
        customer_id=customer_id,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.SupplyInterruption.model_validate(row) for row in rows]
    return schemas.SupplyInterruptionPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{interruption_id}", summary="查看停气记录")
async def get_supply_interruption(
    request: Request, interruption_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.SupplyInterruption:
    desk = await _desk(request, principal, session, now, interrupting.READ)
    row = await interrupting.read(desk, interruption_id)
    return set_etag(response, schemas.SupplyInterruption.model_validate(row))


@router.get("/{interruption_id}/customers", summary="受影响的客户")
async def list_interrupted_customers(
    request: Request,
    interruption_id: UUID,
    principal: Reader,
    session: SessionDep,
    now: Now,
    page: Paging,
    is_special: Annotated[bool | SkipJsonSchema[None], Query(description="只看须逐户关照的，或其余")] = None,
) -> schemas.InterruptedCustomerPage:
    rows = await interrupting.customers(
        await _desk(request, principal, session, now, interrupting.READ),
        interruption_id,
        is_special=is_special,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.InterruptedCustomer.model_validate(row) for row in rows]
    return schemas.InterruptedCustomerPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/{interruption_id}/announce", summary="登记停气通知")
async def announce_supply_interruption(
    request: Request,
    interruption_id: UUID,
    body: schemas.SupplyInterruptionAnnounce,
    door: WriterStep,
    response: Response,
) -> schemas.SupplyInterruption:
    desk, replay = await _door(request, door, interruption_id)
    if replay is None:
        await interrupting.announce(desk, interruption_id, body.channels, expected=door.expected_version)
    return await _shown(desk, interruption_id, response, replay)


@router.post("/{interruption_id}/start", summary="开始停气")
async def start_supply_interruption(
    request: Request, interruption_id: UUID, body: schemas.SupplyInterruptionStart, door: WriterStep, response: Response
) -> schemas.SupplyInterruption:
    desk, replay = await _door(request, door, interruption_id)
    if replay is None:
        await interrupting.start(desk, interruption_id, body.started_at, expected=door.expected_version)
    return await _shown(desk, interruption_id, response, replay)


@router.post("/{interruption_id}/restore", summary="恢复供气（全部或部分地址）")
async def restore_supply_interruption(
    request: Request,
    interruption_id: UUID,
    body: schemas.SupplyInterruptionRestore,
    door: WriterStep,
    response: Response,
) -> schemas.SupplyInterruption:
    desk, replay = await _door(request, door, interruption_id)
    if replay is None:
        await interrupting.restore(
            desk, interruption_id, body.restored_at, body.premises_ids, expected=door.expected_version
        )
    return await _shown(desk, interruption_id, response, replay)


@router.post("/{interruption_id}/cancel", summary="取消计划停气")
async def cancel_supply_interruption(
    request: Request,
    interruption_id: UUID,
    body: schemas.SupplyInterruptionCancel,
    door: WriterStep,
    response: Response,
) -> schemas.SupplyInterruption:
    desk, replay = await _door(request, door, interruption_id)
    if replay is None:
        await interrupting.cancel(desk, interruption_id, body.reason, expected=door.expected_version)
    return await _shown(desk, interruption_id, response, replay)


@router.post("/{interruption_id}/customers/{customer_id}/care", summary="登记对受影响客户的关照")
async def care_for_interrupted_customer(
    request: Request,
    interruption_id: UUID,
    customer_id: UUID,
    body: schemas.InterruptedCustomerCare,
    principal: Carer,
    once: Once,
    session: SessionDep,
    now: Now,
) -> schemas.InterruptedCustomer:
    desk = await _desk(request, principal, session, now, CARE)
    replay = await once.claim(session, resource_id=interruption_id, version=None, status=200, now=now)
    if replay is None:
        row = await interrupting.care(desk, interruption_id, customer_id, body.note)
    else:
        row = await interrupting.one_customer(desk, interruption_id, customer_id)
    return schemas.InterruptedCustomer.model_validate(row)
