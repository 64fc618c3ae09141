"""The doors of the cases."""

from fastapi import APIRouter

from services.complaint.cases.routes import consultations, disposition, handling, intake, life, reading

router = APIRouter()
for part in (intake, reading, handling, life, disposition, consultations):
    router.include_router(part.router)
