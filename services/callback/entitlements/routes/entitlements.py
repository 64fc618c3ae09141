"""The doors of the entitlements: the pack's tables, and what one customer has of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from services.callback.entitlements import schemas
from services.callback.entitlements.service import standing
from services.callback.policy_in_force import Governing, open_governances
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/entitlements", tags=["entitlements"])

Reader = Annotated[Principal, requires("entitlement.read")]


@router.get("", summary="客户享有的服务、今年已享受的与下一次")
async def list_entitlements(
    request: Request, principal: Reader, session: SessionDep, now: Now, customer_id: Annotated[UUID, Query()]
) -> schemas.CustomerEntitlements:
    found = await standing.of_customer(session, _governing(request, principal, now), customer_id, now=now)
    return schemas.CustomerEntitlements.of(found)


@router.get("/services", summary="现行规章的服务权益目录")
async def list_entitlement_services(request: Request, principal: Reader, now: Now) -> schemas.EntitlementCatalogue:
    governing = _governing(request, principal, now)
    return schemas.EntitlementCatalogue.of(standing.catalogue(governing), governing.policy.pack, governing.version)


def _governing(request: Request, principal: Principal, now: Now) -> Governing:
    runtime = request.app.state.runtime
    return open_governances(runtime.policy, runtime.calendars).in_force(principal.company, now)
