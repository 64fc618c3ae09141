"""The doors of the visits."""

from services.callback.visits.routes.plans import router as plans_router
from services.callback.visits.routes.visits import router as visits_router

routers = (plans_router, visits_router)

__all__ = ["routers"]
