"""The doors of sheets, years and publications."""

from services.incentive.assessments.routes.publications import router as publications_router
from services.incentive.assessments.routes.sheets import months_router, router
from services.incentive.assessments.routes.years import router as years_router

ROUTERS = (router, months_router, years_router, publications_router)
