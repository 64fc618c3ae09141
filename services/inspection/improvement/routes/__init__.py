"""The doors of service improvement."""

from fastapi import APIRouter

from services.inspection.improvement.routes import (
    decisions,
    examples,
    gatherings,
    improvements,
    plans,
    progress,
    proposals,
)

ROUTERS: tuple[APIRouter, ...] = (
    plans.router,
    improvements.router,
    progress.router,
    proposals.router,
    gatherings.router,
    decisions.router,
    examples.router,
)
