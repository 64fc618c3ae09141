"""Bodies and answers of the hand-overs between shifts."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.customer.contacts.rules import ShiftHandOverState
from services.customer.contacts.service.shifting import ShiftEntry
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page


class ShiftMatter(ApiModel):
    """Something that is open: a customer, case, order, callback …"""

    kind: Code
    """customer, complaint, order, callback … as in the queue."""
    id: UUID
    remaining: LongText | None = None
    """What is still to be done."""
    service: Code | None = None
    metric: Annotated[str, Field(max_length=60)] | None = None
    """The promise that presses most."""
    deadline_at: AwareDatetime | None = None
    is_breached: bool = False
    tier: Code | None = None
    customer_id: UUID | None = None


class ShiftHandOverCreate(ApiModel):
    """The note of whoever goes off."""

    note: LongText
    shift: ShortText | None = None
    """Which shift ends, in the words of the house."""
    watch_outs: list[ShortText] = Field(default=[], max_length=20)
    """What to be careful of."""
    matters: list[ShiftMatter] = Field(default=[], max_length=100)
    to_staff_id: UUID | None = None
    """Null: whoever of the leaver's posts comes on."""

    def entry(self) -> ShiftEntry:
        """Without its form."""
        matters = [one.model_dump(mode="json", exclude_none=True) for one in self.matters]
        return ShiftEntry(self.note, self.shift, self.watch_outs, matters, self.to_staff_id)


class ShiftOpenWork(ApiModel):
    """What lies open with the leaver, as the desk gathered it."""

    open_work: Annotated[list[ShiftMatter], Field(max_length=500)]
    missing_services: list[Code] = Field(default=[], max_length=10)
    """Services that could not say."""

    @property
    def matters(self) -> list[dict[str, object]]:
        """As they are stored."""
        return [one.model_dump(mode="json", exclude_none=True) for one in self.open_work]


class ShiftTakeOver(ApiModel):
    """Read and taken over."""

    remark: LongText | None = None


class ShiftHandOver(ApiModel):
    """A hand-over between shifts."""

    id: UUID
    company: str
    number: str
    state: ShiftHandOverState
    shift: str | None
    note: str
    watch_outs: list[str]
    matters: list[ShiftMatter]
    open_work: list[ShiftMatter]
    """What lay open with the leaver when it was gathered."""
    gathered_at: AwareDatetime | None
    """Null: nobody gathered it."""
    missing_services: list[str]
    team: str | None
    department: str | None
    posts: list[str]
    handed_by: UUID
    handed_at: AwareDatetime
    to_staff_id: UUID | None
    taken_over_by: UUID | None
    taken_over_at: AwareDatetime | None
    remark: str | None
    version: int


class ShiftHandOverPage(Page[ShiftHandOver]):
    """One page of hand-overs between shifts, newest first."""
