"""The doors of the entitlements."""

from services.callback.entitlements.routes.entitlements import router as entitlements_router
from services.callback.entitlements.routes.evaluations import router as evaluations_router

routers = (entitlements_router, evaluations_router)

__all__ = ["routers"]
