"""The doors of the notices."""

from fastapi import APIRouter

from services.inspection.notices.routes.notices import router as notices_router
from services.inspection.notices.routes.steps import router as steps_router

ROUTERS: tuple[APIRouter, ...] = (notices_router, steps_router)
"""Reading and issuing; the steps."""
