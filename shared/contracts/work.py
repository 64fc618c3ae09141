"""`GET /v1/work`, served alike by every service and merged by the gateway (design.md 3)."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class WorkEntry(BaseModel):
    """One thing somebody must do, with the clock that presses most."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: UUID
    """The case, order, callback, notice … itself."""
    kind: str
    """Subject type, such as `complaint`."""
    title_code: str
    """What it is about: the category or kind of work, a code of the pack."""
    metric: str
    """The promise that presses most, such as `response`."""
    state: str
    """State of that promise's clock."""
    deadline_at: datetime | None
    """Null where no limit is set (sla.md 15)."""
    is_breached: bool
    tier: str | None
    tier_rank: int
    """1 is the highest tier; equal deadlines are served in this order."""
    queue: str
    """`mine`, `team`, `department`, `post` or `company`: why the caller sees it."""
    owner_id: UUID | None
    team: str | None
    department: str | None
    posts: list[str] = Field(default_factory=list)
    customer_id: UUID | None
    clock_id: UUID


class WorkPage(BaseModel):
    """One page, ordered by deadline, then tier rank, then id; entries without a limit come last."""

    items: list[WorkEntry]
    next_cursor: str | None = None
