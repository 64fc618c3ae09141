"""Bodies of the hand-over between shifts at the desk."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field
from pydantic.json_schema import SkipJsonSchema

from gateway.desk.steps import Step
from gateway.parts import Part
from shared.http.base_model import ApiModel, Code, LongText, ShortText


class ShiftMatterNamed(ApiModel):
    """Something open that the leaver names, with what is still to be done."""

    kind: Code
    """customer, complaint, order, callback … as in the queue."""
    id: UUID
    remaining: LongText | SkipJsonSchema[None] = None
    deadline_at: AwareDatetime | SkipJsonSchema[None] = None


class DeskShiftHandOverCreate(ApiModel):
    """The note of whoever goes off; what lies open with them is gathered from all services."""

    note: LongText
    shift: ShortText | None = None
    """Which shift ends, in the words of the house."""
    watch_outs: list[ShortText] = Field(default=[], max_length=20)
    """What to be careful of."""
    matters: list[ShiftMatterNamed] = Field(default=[], max_length=100)
    to_staff_id: UUID | None = None
    """Null: whoever of the leaver's posts comes on."""
    gathers_open_work: Annotated[bool, Field(description="是否附上本人全部未结事项")] = True


class DeskShiftHandOver(ApiModel):
    """What became of it, step by step: `hand_over`, `gather_open_work`, `attach_open_work`."""

    steps: list[Step]
    hand_over: dict[str, Any] | None
    """As `/v1/shift-hand-overs/{id}` answers it; null only where the first step failed."""
    missing_services: list[str]
    """Services whose open work is missing; send the same again with the same key to gather it."""
    as_of: datetime


class DeskShiftHandOvers(ApiModel):
    """The current ones."""

    waiting: Part
    """Those that nobody took over yet, of the caller's posts and people: `items`, `next_cursor`."""
    taken_over: Part
    """The newest that the caller took over: `items`, `next_cursor`."""
