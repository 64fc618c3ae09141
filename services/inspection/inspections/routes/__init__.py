"""The doors of the inspections."""

from fastapi import APIRouter

from services.inspection.inspections.routes.checklists import router as checklists_router
from services.inspection.inspections.routes.inspections import router as inspections_router
from services.inspection.inspections.routes.steps import router as steps_router

ROUTERS: tuple[APIRouter, ...] = (inspections_router, steps_router, checklists_router)
"""The inspections, their steps, the pack's checklists."""
