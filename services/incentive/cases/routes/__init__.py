"""The doors of cases."""

from services.incentive.cases.routes.reading import router as reading_router
from services.incentive.cases.routes.signing import router as signing_router
from services.incentive.cases.routes.speaking import router as speaking_router

ROUTERS = (reading_router, signing_router, speaking_router)
