"""The doors of the price list."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.settlement import schemas
from services.customer.settlement.routes.desks import desk_of
from services.customer.settlement.service import prices
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import IfMatch, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/material-prices", tags=["settlement"])
READ, WRITE = "material_price.read", "material_price.write"
Reader = Annotated[Principal, requires(READ)]
Writer = Annotated[Principal, requires(WRITE)]
Optional = SkipJsonSchema[None]


@router.post("", status_code=201, summary="新增价目")
async def create_material_price(
    request: Request,
    body: schemas.MaterialPriceCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.MaterialPrice:
    desk = desk_of(request, principal, session, now, WRITE)
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    if replay is None:
        row = await prices.create(desk, row_id, body.entry())
    else:
        row = await prices.read(desk, replay.resource_id)
    shown = schemas.MaterialPrice.model_validate(row)
    return created(response, f"/v1/material-prices/{row.id}", shown, replay=replay)


@router.get("", summary="价目列表")
async def list_material_prices(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    page: Paging,
    code: Annotated[str | Optional, Query(max_length=40)] = None,
    on: Annotated[date | Optional, Query(description="当日有效的")] = None,
) -> schemas.MaterialPricePage:
    desk = desk_of(request, principal, session, now, READ)
    before = page.after[0] if page.after else None
    rows = await prices.page(desk, code=code, day=on, before=before, limit=page.fetch)
    shown = [schemas.MaterialPrice.model_validate(row) for row in rows]
    return schemas.MaterialPricePage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{price_id}", summary="查看价目")
async def get_material_price(
    request: Request, price_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.MaterialPrice:
    row = await prices.read(desk_of(request, principal, session, now, READ), price_id)
    return set_etag(response, schemas.MaterialPrice.model_validate(row))


@router.patch("/{price_id}", summary="终止价目")
async def end_material_price(
    request: Request,
    price_id: UUID,
    body: schemas.MaterialPriceChange,
    principal: Writer,
    expected: IfMatch,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.MaterialPrice:
    desk = desk_of(request, principal, session, now, WRITE)
    row = await prices.end(desk, price_id, name=body.name, valid_until=body.valid_until, expected=expected)
    return set_etag(response, schemas.MaterialPrice.model_validate(row))
