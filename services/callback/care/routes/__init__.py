"""The doors of care."""

from services.callback.care.routes.activities import router as activities_router
from services.callback.care.routes.gifts import router as gifts_router
from services.callback.care.routes.gifts import sums as gift_sums_router
from services.callback.care.routes.greetings import router as greetings_router

routers = (greetings_router, gifts_router, gift_sums_router, activities_router)

__all__ = ["routers"]
