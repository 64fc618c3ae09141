"""Opening, transfer and closing of accounts at the door."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.accounts import schemas
from services.customer.accounts.models import AccountChangeRow
from services.customer.accounts.routes.doors import Reader, Stepper, hand_of
from services.customer.accounts.service import holding
from services.customer.registry.service.secrets import Vault
from shared.http.etag import changed
from shared.http.idempotency_store import Replay
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor
from shared.ids import new_id

router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["accounts"])


@router.get("/account-changes", summary="开户、过户与销户记录")
async def list_account_changes(customer_id: UUID, principal: Reader, session: SessionDep) -> schemas.AccountChangeList:
    rows = await holding.page(session, customer_id, principal.companies)
    return schemas.AccountChangeList(items=[schemas.AccountChange.of(row) for row in rows])


@router.post("/account/open", status_code=201, summary="开户")
async def open_customer_account(
    customer_id: UUID, body: schemas.AccountOpen, door: Stepper, request: Request, response: Response
) -> schemas.AccountChange:
    change_id = new_id()
    replay = await _claim(door, change_id)
    if replay is None:
        row = await holding.open_account(
            door.session,
            customer_id,
            body.step(),
            change_id=change_id,
            expected=door.expected_version,
            hand=hand_of(request, door.principal, door.now),
        )
    else:
        row = await holding.read(door.session, replay.resource_id, door.principal.companies)
    return _shown(response, row, replay)


@router.post("/account/transfer", status_code=201, summary="过户（原户主留存历史）")
async def transfer_customer_account(
    customer_id: UUID, body: schemas.AccountTransfer, door: Stepper, request: Request, response: Response
) -> schemas.AccountChange:
    change_id = new_id()
    replay = await _claim(door, change_id)
    if replay is None:
        runtime = request.app.state.runtime
        row = await holding.transfer(
            door.session,
            customer_id,
            body.step(),
            body.holder(),
            change_id=change_id,
            vault=Vault(runtime.cipher, runtime.blind_index),
            expected=door.expected_version,
            hand=hand_of(request, door.principal, door.now),
        )
    else:
        row = await holding.read(door.session, replay.resource_id, door.principal.companies)
    return _shown(response, row, replay)


@router.post("/account/close", status_code=201, summary="销户（须末次读数，无未完工合同）")
async def close_customer_account(
    customer_id: UUID, body: schemas.AccountClose, door: Stepper, request: Request, response: Response
) -> schemas.AccountChange:
    change_id = new_id()
    replay = await _claim(door, change_id)
    if replay is None:
        row = await holding.close(
            door.session,
            customer_id,
            body.step(),
            change_id=change_id,
            expected=door.expected_version,
            hand=hand_of(request, door.principal, door.now),
        )
    else:
        row = await holding.read(door.session, replay.resource_id, door.principal.companies)
    return _shown(response, row, replay)


async def _claim(door: StepDoor, change_id: UUID) -> Replay | None:
    return await door.once.claim(door.session, resource_id=change_id, version=door.expected_version + 1, now=door.now)


def _shown(response: Response, row: AccountChangeRow, replay: Replay | None) -> schemas.AccountChange:
    """The step; its version is the customer's, to go on with."""
    response.headers["Location"] = f"/v1/customers/{row.customer_id}/account-changes"
    return changed(response, schemas.AccountChange.of(row), replay=replay)
