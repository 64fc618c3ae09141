"""A fact as a use case states it, before it becomes an outbox row and then an event."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.base import EventPayload
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to one aggregate, in the version that the change gave it.

    `time` is aware and the service's clock; `event_id` is derived only where saying a fact twice must be one message.
    """

    payload: EventPayload
    company: str
    aggregate_type: str
    aggregate_id: UUID
    aggregate_version: int
    time: datetime
    matter_id: UUID | None = None
    event_id: UUID = field(default_factory=new_id)

    @property
    def type(self) -> str:
        """The CloudEvents type, `<owner>.<past participle>`."""
        return self.payload.TYPE
