"""The doors of the proposals and the catalogue."""

from services.incentive.proposals.routes.catalogue import router as catalogue_router
from services.incentive.proposals.routes.proposals import router as proposals_router

ROUTERS = (catalogue_router, proposals_router)

__all__ = ["ROUTERS"]
