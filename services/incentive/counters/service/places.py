"""Where a subject belongs: what its rows are seen by."""

from dataclasses import dataclass
from uuid import UUID

from services.incentive.policy_catalogue import Subject
from shared.access.staff import StaffBook


@dataclass(frozen=True, slots=True)
class Place:
    """Staff id, department and team of a subject."""

    staff_id: UUID | None
    department: str | None
    team: str | None = None


def place_of(book: StaffBook, company: str, subject_type: Subject, subject: str, department: str | None) -> Place:
    """`department` is what the fact says; of an employee it is else that of the directory."""
    if subject_type is Subject.DEPARTMENT:
        return Place(None, subject)
    staff_id = UUID(subject)
    member = book.get(staff_id)
    if member is None or member.company != company:
        return Place(staff_id, department)
    team = member.team if department in {None, member.department} else None
    return Place(staff_id, department or member.department, team)
