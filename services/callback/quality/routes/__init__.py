"""The doors of the quality of calls."""

from services.callback.quality.routes.figures import router as figures_router
from services.callback.quality.routes.reviews import router as reviews_router
from services.callback.quality.routes.settling import router as settling_router

routers = (reviews_router, settling_router, figures_router)

__all__ = ["routers"]
