"""The door behind the figures: what was counted."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic.json_schema import SkipJsonSchema

from services.customer.indicators import schemas
from services.customer.indicators.rules import Part
from services.customer.indicators.service import listing
from shared.access.principal import Principal
from shared.figures.asking import Dimension, ask_for
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.page import Paging
from shared.http.session import HotTxDep, SessionDep

router = APIRouter(tags=["indicators"])

Reader = Annotated[Principal, requires("indicator.read")]
Optional = SkipJsonSchema[None]


@router.get("/v1/customer-indicators/{code}/cases", summary="指标所统计的工单、合同、联系等")
async def list_counted(
    request: Request,
    code: str,
    principal: Reader,
    hot: HotTxDep,
    session: SessionDep,
    page: Paging,
    now: Now,
    period: Annotated[str, Query(max_length=10, examples=["2026-11"])],
    company: Annotated[Code | Optional, Query()] = None,
    part: Annotated[Part | Optional, Query()] = None,
    dimension: Annotated[Dimension, Query()] = Dimension.TIER,
    value: Annotated[Code | Optional, Query()] = None,
    is_unset: Annotated[bool, Query(description="该维度没有取值的")] = False,
) -> schemas.CountedPage:
    wanted: dict[str, str | None] = {dimension.value: None} if is_unset else {}
    if value is not None:
        wanted = {dimension.value: value}
    asked = company if company in principal.companies else principal.company
    rows = await listing.counted(
        hot,
        session,
        ask_for(request.app.state.runtime.policy, asked or principal.company, period, dimension, now),
        code,
        part,
        wanted,
        principal.scope("indicator.read"),
        after=UUID(str(page.after[0])) if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.Counted.model_validate(row) for row in rows]
    return schemas.CountedPage(**page.cut(shown, key=lambda one: (one.ref_id,)))
