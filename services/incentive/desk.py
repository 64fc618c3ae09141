"""What every use case of the incentive service needs of the running process; made once at start."""

from dataclasses import dataclass

from services.incentive.policy import IncentiveGovernances, governances
from shared.access.staff import StaffDirectory
from shared.database.numbers import Numbers
from shared.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class IncentiveDesk:
    """Policy, human numbers, people and files of this process."""

    governances: IncentiveGovernances
    numbers: Numbers
    staff: StaffDirectory


def open_desk(runtime: Runtime) -> IncentiveDesk:
    """From what the process holds."""
    return IncentiveDesk(governances(runtime.policy, runtime.calendars), runtime.numbers, runtime.staff)
