"""The doors of the files of cases."""

from fastapi import APIRouter

from services.complaint.dossier.routes import links, people, records, replies, retaliation

router = APIRouter()
for part in (people, records, links, replies, retaliation):
    router.include_router(part.router)
