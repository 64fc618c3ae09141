"""What every published fact carries besides its own ids and codes."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Routing(BaseModel):
    """Who a matter lies with: for queues, live streams and row scope; ids and codes, no personal data."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    owner_id: UUID | None = None
    team: str | None = None
    department: str | None = None
    posts: list[str] = Field(default_factory=list)


class EventPayload(BaseModel):
    """Base of the `data` of every event: thin, additive, tolerant on the way in (design.md 4)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    TYPE: ClassVar[str]
    """The CloudEvents type, `<owner>.<past participle>`."""

    routing: Routing = Field(default_factory=Routing)
