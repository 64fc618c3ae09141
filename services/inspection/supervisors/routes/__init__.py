"""The doors of the supervision network."""

from services.inspection.supervisors.routes.activities import router as activities_router
from services.inspection.supervisors.routes.members import router as members_router
from services.inspection.supervisors.routes.observations import router as observations_router

ROUTERS = (members_router, activities_router, observations_router)
