"""Whose files prove what, of which type: evidence of a form is checked before anything is written."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.inspections.errors import InspectionEvidenceTypeError, InspectionEvidenceUnknownError
from services.inspection.inspections.rules.forms import Form
from services.inspection.inspections.service.work import InspectionWork
from shared.errors import NotFoundError
from shared.files.register import StoredFile, read_file


async def check_evidence(work: InspectionWork, form: Form, storers: Collection[str]) -> None:
    """Files that the inspecting people stored, of a type that the point or the method admits.

    Raises: InspectionEvidenceUnknownError, InspectionEvidenceTypeError.
    """
    usual = work.terms.methods[work.row.method].evidence_types
    admitted = {point.code: point.evidence_types or usual for point in work.checklist.points}
    named = [(f"/points/{place}", one.evidence_ids, admitted[one.point]) for place, one in enumerate(form.points)]
    every = work.governing.chapter.findings.evidence_types
    named += [(f"/good_examples/{place}", one.evidence_ids, every) for place, one in enumerate(form.good_examples)]
    for pointer, file_ids, types in named:
        await _check(work.session, work.row.company, pointer, file_ids, types, storers)


async def _check(
    session: AsyncSession,
    company: str,
    pointer: str,
    file_ids: Sequence[UUID],
    types: Collection[str],
    storers: Collection[str],
) -> None:
    for place, file_id in enumerate(file_ids):
        at = f"{pointer}/evidence_ids/{place}"
        try:
            stored = await read_file(session, file_id, (company,))
        except NotFoundError:
            raise InspectionEvidenceUnknownError.at_pointer(at) from None
        if not is_theirs(stored, storers):
            raise InspectionEvidenceUnknownError.at_pointer(at)
        if stored.media_type not in types:
            raise InspectionEvidenceTypeError.at_pointer(at)


def is_theirs(stored: StoredFile, storers: Collection[str]) -> bool:
    """Whether one of them stored it."""
    return stored.created_by in storers
