"""The doors of withdrawn rights: propose, drop, approve, reject, restore."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.entry_quality.routes.call import Step, call_of, make, take
from services.customer.entry_quality.rules.states import WithdrawalState
from services.customer.entry_quality.schemas import rights as schemas
from services.customer.entry_quality.service import reading, rights
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

PATH = "/v1/rights-withdrawals"
router = APIRouter(prefix=PATH, tags=["entry_quality"])

READ, PROPOSE = "rights_withdrawal.read", "rights_withdrawal.propose"
Reader = Annotated[Principal, requires(READ)]
Proposer = Annotated[Principal, requires(PROPOSE)]
Maintenance = Annotated[StepDoor, step_door(PROPOSE)]
Decider = Annotated[StepDoor, step_door("rights_withdrawal.decide")]


@router.post("", status_code=201, summary="运维人员提出收回录入权限")
async def create_rights_withdrawal(
    request: Request,
    body: schemas.RightsWithdrawalCreate,
    principal: Proposer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.RightsWithdrawal:
    call = await call_of(request, principal, PROPOSE, session, now)
    withdrawal_id = new_id()

    async def show(shown_id: UUID) -> schemas.RightsWithdrawal:
        row = await reading.withdrawal(session, shown_id, principal.scope(PROPOSE))
        return schemas.RightsWithdrawal.model_validate(row)

    shown: schemas.RightsWithdrawal = await make(
        call,
        once,
        response,
        PATH,
        withdrawal_id,
        lambda asked: rights.propose_new(
            asked,
            withdrawal_id,
            staff_id=body.staff_id,
            ground=body.ground,
            finding_ids=tuple(body.finding_ids),
            verified=body.verified(),
        ),
        show,
    )
    return shown


@router.get("", summary="收回录入权限列表")
async def list_rights_withdrawals(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[WithdrawalState | SkipJsonSchema[None], Query()] = None,
) -> schemas.RightsWithdrawalPage:
    rows = await reading.withdrawal_page(
        session,
        principal.scope(READ),
        state=state,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.RightsWithdrawal.model_validate(row) for row in rows]
    return schemas.RightsWithdrawalPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{withdrawal_id}", summary="查看收回录入权限")
async def get_rights_withdrawal(
    withdrawal_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.RightsWithdrawal:
    row = await reading.withdrawal(session, withdrawal_id, principal.scope(READ))
    return set_etag(response, schemas.RightsWithdrawal.model_validate(row))


@router.post("/{withdrawal_id}/propose", summary="运维人员核实并提出")
async def propose_rights_withdrawal(
    request: Request,
    withdrawal_id: UUID,
    body: schemas.RightsWithdrawalPropose,
    door: Maintenance,
    response: Response,
) -> schemas.RightsWithdrawal:
    return await _take(
        request, door, response, withdrawal_id, lambda call: rights.propose(call, withdrawal_id, body.verified())
    )


@router.post("/{withdrawal_id}/drop", summary="核实后不提出")
async def drop_rights_withdrawal(
    request: Request,
    withdrawal_id: UUID,
    body: schemas.RightsWithdrawalReject,
    door: Maintenance,
    response: Response,
) -> schemas.RightsWithdrawal:
    return await _take(
        request, door, response, withdrawal_id, lambda call: rights.drop(call, withdrawal_id, reason=body.reason)
    )


@router.post("/{withdrawal_id}/approve", summary="批准收回")
async def approve_rights_withdrawal(
    request: Request,
    withdrawal_id: UUID,
    body: schemas.RightsWithdrawalApprove,
    door: Decider,
    response: Response,
) -> schemas.RightsWithdrawal:
    return await _take(
        request, door, response, withdrawal_id, lambda call: rights.approve(call, withdrawal_id, reason=body.reason)
    )


@router.post("/{withdrawal_id}/reject", summary="不予收回")
async def reject_rights_withdrawal(
    request: Request,
    withdrawal_id: UUID,
    body: schemas.RightsWithdrawalReject,
    door: Decider,
    response: Response,
) -> schemas.RightsWithdrawal:
    return await _take(
        request, door, response, withdrawal_id, lambda call: rights.reject(call, withdrawal_id, reason=body.reason)
    )


@router.post("/{withdrawal_id}/restore", summary="恢复录入权限")
async def restore_rights_withdrawal(
    request: Request,
    withdrawal_id: UUID,
    body: schemas.RightsWithdrawalRestore,
    door: Decider,
    response: Response,
) -> schemas.RightsWithdrawal:
    return await _take(
        request, door, response, withdrawal_id, lambda call: rights.restore(call, withdrawal_id, reason=body.reason)
    )


async def _take(
    request: Request, door: StepDoor, response: Response, withdrawal_id: UUID, step: Step
) -> schemas.RightsWithdrawal:
    async def show() -> schemas.RightsWithdrawal:
        row = await reading.withdrawal(door.session, withdrawal_id, door.principal.scope(door.permission))
        return schemas.RightsWithdrawal.model_validate(row)

    return await take(request, door, response, withdrawal_id, step, show)
