"""The doors of the calls."""

from services.callback.calls.routes.callbacks import router as callbacks_router
from services.callback.calls.routes.consequences import router as consequences_router
from services.callback.calls.routes.draws import router as draws_router

routers = (callbacks_router, consequences_router, draws_router)

__all__ = ["routers"]
