"""Gaps and loads at the door."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic.json_schema import SkipJsonSchema

from services.customer.serving import schemas
from services.customer.serving.routes.door import terms_at
from services.customer.serving.rules import GapKind
from services.customer.serving.service import missing, reading
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import CODE_PATTERN
from shared.http.clock import Now
from shared.http.page import Paging
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1", tags=["service"])

Reader = Annotated[Principal, requires("service_team.read")]
LoadReader = Annotated[Principal, requires("service_load.read")]
CodeQuery = Annotated[str | SkipJsonSchema[None], Query(pattern=CODE_PATTERN)]


@router.get("/service-gaps", summary="服务缺口：应有而缺、已离岗或超负荷的服务人员，按级别先后")
async def list_service_gaps(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    page: Paging,
    tier: CodeQuery = None,
    slot: CodeQuery = None,
    kind: Annotated[GapKind | SkipJsonSchema[None], Query()] = None,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
) -> schemas.ServiceGapPage:
    found = await missing.missing(
        session,
        principal.company,
        terms_at(request, principal.company, now),
        tier=tier,
        kind=kind,
        slot=slot,
        customer_id=customer_id,
        after=(page.after[0], page.after[1], page.after[2]) if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.ServiceGap.of(gap) for gap in found]
    return schemas.ServiceGapPage(**page.cut(shown, key=lambda one: (one.tier_index, one.customer_id, one.slot)))


@router.get("/service-loads", summary="每位服务人员服务的客户数与上限")
async def list_service_loads(
    request: Request, principal: LoadReader, session: SessionDep, now: Now, page: Paging, slot: CodeQuery = None
) -> schemas.ServiceLoadPage:
    scope = principal.scope("service_load.read")
    rows = await reading.loads(
        session,
        principal.company,
        slot=slot,
        staff_ids=None if scope.level is ScopeLevel.COMPANY else scope.staff_ids,
        after=(page.after[0], page.after[1]) if page.after else None,
        limit=page.fetch,
    )
    limits = missing.limits(terms_at(request, principal.company, now))
    shown = [
        schemas.ServiceLoad(
            staff_id=row.staff_id,
            slot=row.slot,
            post=row.post,
            load=row.load,
            proposed=row.proposed,
            max_load=limits.get(row.slot),
        )
        for row in rows
    ]
    return schemas.ServiceLoadPage(**page.cut(shown, key=lambda one: (one.staff_id, one.slot)))
