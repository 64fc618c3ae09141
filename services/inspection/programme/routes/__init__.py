"""The doors of the programme."""

from fastapi import APIRouter

from services.inspection.programme.routes.planned import router as planned_router
from services.inspection.programme.routes.plans import router as plans_router

ROUTERS: tuple[APIRouter, ...] = (plans_router, planned_router)
"""Both resources."""
