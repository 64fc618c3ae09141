"""The doors of entry quality."""

from services.customer.entry_quality.routes.checks import router as checks_router
from services.customer.entry_quality.routes.findings import router as findings_router
from services.customer.entry_quality.routes.lookups import router as lookups_router
from services.customer.entry_quality.routes.reports import router as reports_router
from services.customer.entry_quality.routes.rights import router as rights_router
from services.customer.entry_quality.routes.tasks import router as tasks_router
from services.customer.entry_quality.routes.training import router as training_router

routers = (
    checks_router,
    findings_router,
    reports_router,
    training_router,
    rights_router,
    tasks_router,
    lookups_router,
)
