"""Who may inspect: never the own department (domain.md 2.5)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.inspection.inspections.errors import (
    InspectionNotInspectorError,
    InspectionOwnDepartmentError,
    InspectionPersonUnknownError,
    InspectionStaffUnfitError,
)
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_inspections import Forms
from services.inspection.policy_programme import PlanLevel
from shared.access.principal import Principal
from shared.access.staff import StaffBook


def check_people(
    book: StaffBook,
    company: str,
    department: str,
    inspector_id: UUID,
    companion_ids: Sequence[UUID],
    *,
    is_planned: bool,
) -> None:
    """Inspector and companions work here and belong to another department.

    Raises: InspectionStaffUnfitError, InspectionOwnDepartmentError.
    """
    inspector = "/planned_id" if is_planned else "/inspector_id"
    pointers = [(inspector, inspector_id)]
    pointers += [(f"/companion_ids/{place}", staff_id) for place, staff_id in enumerate(companion_ids)]
    for pointer, staff_id in pointers:
        member = book.get(staff_id)
        if member is None or member.company != company or not member.is_active:
            raise InspectionStaffUnfitError.at_pointer(pointer)
        if member.department == department:
            raise InspectionOwnDepartmentError.at_pointer(pointer)


def level_for(governing: InspectionGoverning, book: StaffBook, company: str, inspector_id: UUID, on: date) -> str:
    """The highest level in one of whose inspecting posts the inspector acts.  Raises: InspectionStaffUnfitError."""
    levels = governing.chapter.programme.levels
    for level in PlanLevel:
        posts = levels[level].inspectors if level in levels else ()
        if any(inspector_id in book.holders(company, post, on) for post in posts):
            return level.value
    raise InspectionStaffUnfitError.at_pointer("/inspector_id")


def check_preparing(principal: Principal, forms: Forms, inspector_id: UUID, department: str) -> None:
    """The inspector or a deputy prepares it, or who stands in by the pack; nobody of the inspected department.

    Raises: InspectionNotInspectorError, InspectionOwnDepartmentError.
    """
    is_theirs = principal.is_self(inspector_id) or any(principal.holds(post) for post in forms.stands_in)
    if not is_theirs:
        raise InspectionNotInspectorError("检查由检查人员本人，或规章规定的代办岗位准备。")
    if principal.department == department:
        raise InspectionOwnDepartmentError.at_pointer("/department")


def check_known(book: StaffBook, company: str, staff_id: UUID | None, pointer: str) -> None:
    """Raises: InspectionPersonUnknownError for nobody of the company, or somebody who left."""
    if staff_id is None:
        return
    member = book.get(staff_id)
    if member is None or member.company != company or not member.is_present:
        raise InspectionPersonUnknownError.at_pointer(pointer)
