"""What is asked for: a list narrowed, a day: pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ExceptionFilter:
    """What a list is narrowed to."""

    state: str | None = None
    pair: str | None = None
    order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A civil day, end excluded."""

    from_at: datetime
    until_at: datetime
