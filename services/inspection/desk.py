"""What every use case of the inspection service needs of the running process; made once at start."""

from dataclasses import dataclass, field

from services.inspection.policy import InspectionGovernances, governances
from shared.access.staff import StaffDirectory
from shared.database.numbers import Numbers
from shared.policy.clauses import ClauseBook
from shared.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class InspectionDesk:
    """Policy, human numbers, people and files of this process."""

    governances: InspectionGovernances
    numbers: Numbers
    staff: StaffDirectory
    clauses: ClauseBook = field(default_factory=ClauseBook)
    """Of every chapter of a pack, typed here or not."""


def open_desk(runtime: Runtime) -> InspectionDesk:
    """From what the process holds."""
    return InspectionDesk(governances(runtime.policy, runtime.calendars), runtime.numbers, runtime.staff)
