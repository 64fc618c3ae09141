"""The doors of the counters."""

from services.incentive.counters.routes.counters import router as counters_router
from services.incentive.counters.routes.standings import router as standings_router

ROUTERS = (counters_router, standings_router)
