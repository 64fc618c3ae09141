"""The doors of the ledger."""

from services.incentive.ledger.routes.entries import router as entries_router
from services.incentive.ledger.routes.months import router as months_router

ROUTERS = (entries_router, months_router)

__all__ = ["ROUTERS"]
