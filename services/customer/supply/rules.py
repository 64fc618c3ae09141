"""States of an interruption, and its area."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class InterruptionKind(StrEnum):
    """Whether it was foreseen."""

    PLANNED = "planned"
    UNPLANNED = "unplanned"


class InterruptionState(StrEnum):
    """Where it stands."""

    PLANNED = "planned"
    ANNOUNCED = "announced"
    STARTED = "started"
    RESTORED = "restored"
    CANCELLED = "cancelled"


class InterruptionAct(StrEnum):
    """What is done with it."""

    ANNOUNCE = "announce"
    START = "start"
    RESTORE = "restore"
    CANCEL = "cancel"


STEPS: dict[InterruptionAct, tuple[frozenset[InterruptionState], InterruptionState]] = {
    InterruptionAct.ANNOUNCE: (frozenset((InterruptionState.PLANNED,)), InterruptionState.ANNOUNCED),
    InterruptionAct.START: (
        frozenset((InterruptionState.PLANNED, InterruptionState.ANNOUNCED)),
        InterruptionState.STARTED,
    ),
    InterruptionAct.RESTORE: (frozenset((InterruptionState.STARTED,)), InterruptionState.RESTORED),
    InterruptionAct.CANCEL: (
        frozenset((InterruptionState.PLANNED, InterruptionState.ANNOUNCED)),
        InterruptionState.CANCELLED,
    ),
}
"""From where each step may be taken, and where it leads."""


@dataclass(frozen=True, slots=True)
class Area:
    """A district, community or building, or a list of premises; parts narrow one another."""

    district: str | None = None
    community: str | None = None
    building: str | None = None
    premises_ids: tuple[UUID, ...] = ()

    def broken(self) -> list[tuple[str, str, str]]:
        """Pointer, code and message of what makes it no area."""
        said = [self.district, self.community, self.building]
        if self.premises_ids and any(said):
            return [("/area/premises_ids", "area_twice", "按区域与按地址清单只能选一种")]
        if self.building is not None and self.community is None:
            return [("/area/community", "area_open", "指定楼栋须同时指定小区")]
        if not self.premises_ids and self.district is None and self.community is None:
            return [("/area", "area_empty", "须指定区域、小区、楼栋或地址清单")]
        return []


def broken_plan(
    planned_from: datetime | None, expected_until: datetime | None, *, now: datetime
) -> list[tuple[str, str, str]]:
    """Pointer, code and message of each time that a plan cannot have."""
    if planned_from is None:
        return [("/planned_from", "missing", "计划停气须给出停气时间")]
    broken = []
    if planned_from <= now:
        broken.append(("/planned_from", "in_past", "计划停气时间须晚于现在"))
    if expected_until is None:
        broken.append(("/expected_until", "missing", "计划停气须告知预计恢复时间"))
    elif expected_until <= planned_from:
        broken.append(("/expected_until", "before_start", "预计恢复时间须晚于停气时间"))
    return broken


def broken_moment(
    moment: datetime, *, now: datetime, not_before: datetime | None, pointer: str
) -> list[tuple[str, str, str]]:
    """The moment lies neither in the future nor before what it follows."""
    if moment > now:
        return [(pointer, "in_future", "时间不得晚于现在")]
    if not_before is not None and moment < not_before:
        return [(pointer, "too_early", "时间不得早于前一步骤")]
    return []


def minutes_until(end: datetime, now: datetime) -> int:
    """Whole minutes from now to an end; at least one."""
    return max(int((end - now) / timedelta(minutes=1)), 1)
