"""Files that people put forward: their own, of the types that the pack accepts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.errors import EvidenceTypeError, EvidenceUnknownError
from shared.access.principal import Principal
from shared.errors import NotFoundError
from shared.files.register import StoredFile, read_file


async def own_files(
    session: AsyncSession, principal: Principal, types: Sequence[str], file_ids: Sequence[UUID]
) -> list[StoredFile]:
    """What the person uploaded, in the order given.  Raises: EvidenceUnknownError, EvidenceTypeError."""
    found = []
    for place, file_id in enumerate(file_ids):
        pointer = f"/file_ids/{place}"
        try:
            stored = await read_file(session, file_id, (principal.company,))
        except NotFoundError:
            raise EvidenceUnknownError.at_pointer(pointer) from None
        if stored.created_by != principal.actor:
            raise EvidenceUnknownError.at_pointer(pointer)
        if stored.media_type not in types:
            raise EvidenceTypeError.at_pointer(pointer)
        found.append(stored)
    return found
