"""Who may read a file by what names it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.rules import Viewer
from services.complaint.dossier.repository import records, retaliation
from shared.access.principal import Principal

READ, OFFICE = "complaint.read", "complaint.retaliation_decide"


async def names_file(session: AsyncSession, file_id: UUID, principal: Principal, viewer: Viewer) -> bool:
    """Whether a conversation, an investigation entry or, for the office, a report names the file."""
    if await records.names_file(session, file_id, principal.scope(READ), viewer):
        return True
    if not principal.allows(OFFICE):
        return False
    readers = (principal.staff_id, *principal.acting_for)
    return await retaliation.names_file(session, file_id, principal.scope(OFFICE), readers)
