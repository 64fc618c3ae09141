"""The door of the catalogue."""

from typing import Annotated

from fastapi import APIRouter, Request

from services.incentive.proposals.schemas.catalogue import IncentiveCatalogue, catalogue_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now

router = APIRouter(prefix="/v1/incentive-catalogue", tags=["incentives"])

Reader = Annotated[Principal, requires("incentive_catalogue.read")]


@router.get("", summary="现行奖惩条款：范围、审批、条款原文")
async def get_incentive_catalogue(request: Request, principal: Reader, now: Now) -> IncentiveCatalogue:
    return catalogue_of(request.app.state.desk.governances.in_force(principal.company, now))
