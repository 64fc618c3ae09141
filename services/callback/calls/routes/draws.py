"""The doors of the draw: anyone who may read it can run it again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic.json_schema import SkipJsonSchema

from services.callback.calls.models import StratumRow
from services.callback.calls.schemas import views
from services.callback.calls.service import reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.page import Paging
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1", tags=["callbacks"])

Reader = Annotated[Principal, requires("callback.draws")]
Optional = SkipJsonSchema[None]


@router.get("/callback-strata", summary="抽取的层、种子与计数")
async def list_callback_strata(
    principal: Reader,
    session: SessionDep,
    business: Annotated[Code | Optional, Query()] = None,
    tier: Annotated[Code | Optional, Query()] = None,
) -> views.CallbackStrata:
    rows = await reading.strata(session, principal.companies, business=business, tier=tier)
    return views.CallbackStrata(items=[_stratum(row) for row in rows])


@router.get("/callback-draws", summary="某层逐一编号的抽取结果")
async def list_callback_draws(
    principal: Reader, session: SessionDep, page: Paging, stratum_id: Annotated[UUID, Query()]
) -> views.CallbackDrawPage:
    after = int(page.after[0]) if page.after else 0
    rows = await reading.drawn(session, principal.companies, stratum_id, after=after, limit=page.fetch)
    shown = [views.CallbackDraw.model_validate(row) for row in rows]
    return views.CallbackDrawPage(**page.cut(shown, key=lambda one: (one.position,)))


def _stratum(row: StratumRow) -> views.CallbackStratum:
    return views.CallbackStratum(
        id=row.id,
        company=row.company,
        name=row.name,
        business=row.business,
        tier=row.tier,
        policy_pack=row.policy_pack,
        policy_version=row.policy_version,
        seed=row.seed,
        numerator=row.numerator,
        denominator=row.denominator,
        u_numerator=str(row.offset_numerator),
        seen=row.seen,
        drawn=row.drawn,
    )
