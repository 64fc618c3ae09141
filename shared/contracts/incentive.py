"""Facts that the incentive service publishes: the staff directory, without names (design.md 4 and 6)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import EventPayload


class StaffDeputy(BaseModel):
    """Somebody who stands in, both dates included."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    staff_id: UUID
    from_on: date
    until_on: date


class StaffChanged(EventPayload):
    """The whole row of one member of staff as it stands now; the newest version replaces every older one."""

    TYPE: ClassVar[str] = "incentive.staff_changed"

    staff_id: UUID
    state: str
    """active, on_leave or left."""
    department: str | None = None
    team: str | None = None
    superior_id: UUID | None = None
    posts: list[str] = Field(default_factory=list)
    lines: list[str] = Field(default_factory=list)
    """Departments that a leader in charge (分管领导) answers for."""
    deputies: list[StaffDeputy] = Field(default_factory=list)


EVENTS: tuple[type[EventPayload], ...] = (StaffChanged,)
"""Everything in this file that crosses the bus."""
