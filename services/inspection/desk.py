"""What every use case of the inspection service needs of the running process; made once at start."""

from dataclasses import dataclass

from services.inspection.policy import InspectionGovernances, governances
from shared.access.staff import StaffDirectory
from shared.database.numbers import Numbers
from shared.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class InspectionDesk:
    """Policy, human numbers, people and files of this process."""

    governances: InspectionGovernances
    numbers: Numbers
    staff: StaffDirectory


def open_desk(runtime: Runtime) -> InspectionDesk:
    """From what the process holds."""
    return InspectionDesk(governances(runtime.policy, runtime.calendars), runtime.numbers, runtime.staff)
