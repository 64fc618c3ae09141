"""The doors of the reports."""

from fastapi import APIRouter

from services.inspection.reports.routes import archives, summaries, themed

ROUTERS: tuple[APIRouter, ...] = (summaries.router, themed.router, archives.router)
