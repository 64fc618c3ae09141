"""Contracts at the door."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.accounts import schemas
from services.customer.accounts.routes.doors import Reader, Stepper, Writer, hand_of
from services.customer.accounts.rules import ContractState
from services.customer.accounts.service import contracts
from shared.http.clock import Now
from shared.http.etag import IfMatch, changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["contracts"])


@router.get("/contracts", summary="合同列表")
async def list_contracts(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    state: Annotated[ContractState | SkipJsonSchema[None], Query()] = None,
    due_before: Annotated[date | SkipJsonSchema[None], Query(description="完工期限早于此日")] = None,
) -> schemas.ContractPage:
    rows = await contracts.page(
        session,
        principal.companies,
        customer_id=customer_id,
        state=state.value if state else None,
        due_before=due_before,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.Contract.of(row) for row in rows]
    return schemas.ContractPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/contracts/{contract_id}", summary="查看合同")
async def get_contract(
    contract_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Contract:
    return set_etag(response, schemas.Contract.of(await contracts.read(session, contract_id, principal.companies)))


@router.post("/customers/{customer_id}/contracts", status_code=201, summary="登记合同")
async def sign_contract(
    customer_id: UUID,
    body: schemas.ContractCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    request: Request,
    response: Response,
) -> schemas.Contract:
    contract_id = new_id()
    replay = await once.claim(session, resource_id=contract_id, now=now)
    if replay is None:
        hand = hand_of(request, principal, now)
        row = await contracts.sign(session, customer_id, body.entry(), contract_id=contract_id, hand=hand)
    else:
        row = await contracts.read(session, replay.resource_id, principal.companies)
    return created(response, f"/v1/contracts/{row.id}", schemas.Contract.of(row), replay=replay)


@router.patch("/contracts/{contract_id}", summary="变更合同期限或气量")
async def amend_contract(
    contract_id: UUID,
    body: schemas.ContractUpdate,
    principal: Writer,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    request: Request,
    response: Response,
) -> schemas.Contract:
    hand = hand_of(request, principal, now)
    row = await contracts.amend(session, contract_id, body.changes(), expected=if_match, hand=hand)
    return changed(response, schemas.Contract.of(row))


@router.post("/contracts/{contract_id}/fulfil", summary="合同工程完成")
async def fulfil_contract(
    contract_id: UUID, body: schemas.ContractFulfil, door: Stepper, request: Request, response: Response
) -> schemas.Contract:
    replay = await door.claim(contract_id)
    if replay is None:
        row = await contracts.fulfil(
            door.session,
            contract_id,
            body.fulfilled_on,
            expected=door.expected_version,
            hand=hand_of(request, door.principal, door.now),
        )
    else:
        row = await contracts.read(door.session, contract_id, door.principal.companies)
    return changed(response, schemas.Contract.of(row), replay=replay)


@router.post("/contracts/{contract_id}/end", summary="合同终止或解除")
async def end_contract(
    contract_id: UUID, body: schemas.ContractEnd, door: Stepper, request: Request, response: Response
) -> schemas.Contract:
    replay = await door.claim(contract_id)
    if replay is None:
        row = await contracts.end(
            door.session,
            contract_id,
            is_cancelled=body.is_cancelled,
            reason=body.reason,
            expected=door.expected_version,
            hand=hand_of(request, door.principal, door.now),
        )
    else:
        row = await contracts.read(door.session, contract_id, door.principal.companies)
    return changed(response, schemas.Contract.of(row), replay=replay)
