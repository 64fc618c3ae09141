"""The doors of tiering."""

from fastapi import APIRouter

from services.customer.tiering.routes.proposals import router as proposals_router
from services.customer.tiering.routes.reports import router as reports_router
from services.customer.tiering.routes.runs import router as runs_router

router = APIRouter()
# before the runs: /v1/tier-runs/dry-run is no run's id
router.include_router(reports_router)
router.include_router(runs_router)
router.include_router(proposals_router)
