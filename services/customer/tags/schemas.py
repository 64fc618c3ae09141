"""Bodies of tags."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.http.base_model import ApiModel, Code, ShortText


class TagSource(StrEnum):
    """Where a tag came from."""

    PERSON = "person"
    IMPORT = "import"
    TAKEOVER = "takeover"


class TagState(StrEnum):
    """Whether the customer carries it."""

    ACTIVE = "active"
    REMOVED = "removed"
    EXPIRED = "expired"


class TagCreate(ApiModel):
    """A tag to set."""

    tag: Code
    """A code of the common chapter."""
    reason: ShortText
    until: date | None = None
    """The last day; left out: until removed."""


class TagRemove(ApiModel):
    """Why a tag is taken away."""

    reason: ShortText


class Tag(ApiModel):
    """A tag that a customer carries or carried."""

    id: UUID
    customer_id: UUID
    tag: str
    source: TagSource
    reason: str | None
    until: date | None
    state: TagState
    set_by: str | None
    set_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    end_reason: str | None
    version: int


class TagList(ApiModel):
    """Tags of a customer, newest first."""

    items: list[Tag]
