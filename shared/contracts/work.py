"""`GET /v1/work`, served alike by every service and merged by the gateway (design.md 3)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class WorkQueue(StrEnum):
    """Why the caller sees an entry; the first that fits."""

    MINE = "mine"
    POST = "post"
    TEAM = "team"
    DEPARTMENT = "department"
    COMPANY = "company"


class WorkState(StrEnum):
    """State of the clock that presses most, while it is open."""

    RUNNING = "running"
    PAUSED = "paused"
    BREACHED = "breached"


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
    is_green_channel: bool = False
    """Whether the tier is served through the green channel (绿色通道), as the pack says."""
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
