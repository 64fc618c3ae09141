"""What the use cases share: the case within the caller's scope, his files, who may know the complainant."""

from collections.abc import Sequence
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import ComplaintState, Viewer
from services.complaint.cases.service.reading import ensure_readable
from services.complaint.cases.service.steps import Call
from services.complaint.dossier.errors import CaseMergedError, RecordFileUnknownError
from services.complaint.dossier.repository import cases


async def case_of(call: Call, *, lock: bool = False) -> ComplaintRow:
    """The case of a call.  Raises: ComplaintNotFoundError, also for one outside the scope."""
    await ensure_readable(call.session, call.complaint_id, call.scope)
    return await cases.case(call.session, call.complaint_id, lock=lock)


async def case_to_write(call: Call) -> ComplaintRow:
    """The case, locked, to which something is added.  Raises: ComplaintNotFoundError, CaseMergedError."""
    case = await case_of(call, lock=True)
    if case.state == ComplaintState.MERGED:
        raise CaseMergedError("案件已并入其他案件，请在并入的案件中办理。")
    return case


async def files_of(call: Call, file_ids: Sequence[UUID]) -> dict[UUID, str]:
    """SHA-256 by id of files that the person uploaded, in the order given.  Raises: RecordFileUnknownError."""
    known = await cases.own_files(call.session, call.principal.company, call.principal.actor, file_ids)
    if not known.keys() >= set(file_ids):
        raise RecordFileUnknownError.at_pointer("/file_ids")
    return {one: known[one] for one in dict.fromkeys(file_ids)}


def knows(viewer: Viewer, case: ComplaintRow) -> bool:
    """Whether the viewer is trusted with any complainant of the case, anonymous or not."""
    return viewer.sees(is_anonymous=True, first_responsible_id=case.first_responsible_id)


def sees(viewer: Viewer, case: ComplaintRow) -> bool:
    """Whether the viewer may learn with whom the case was taken in."""
    return viewer.sees(is_anonymous=case.is_anonymous, first_responsible_id=case.first_responsible_id)
