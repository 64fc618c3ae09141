"""The row of a case that is being taken in, before it is one: plain values, because intake is the hot path."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from shared.contracts.base import Routing


@dataclass(slots=True, kw_only=True)
class NewCase:
    """Every column that an intake writes, by its name."""

    id: UUID
    company: str
    number: str
    kind: str
    channel: str
    external_source: str | None
    external_reference: str | None
    external_deadline_at: datetime | None
    category: str
    grade: str | None
    grade_reason: str | None
    state: str
    summary: str
    description: str | None
    circumstances: list[str]
    affected_customers: int
    attachment_ids: list[UUID]
    customer_id: UUID | None
    customer_kind: str | None
    tier: str
    is_tier_default: bool
    handling_level: str | None
    is_anonymous: bool
    complainant_name: str | None = None
    complainant_phone: str | None = None
    complainant_phone_index: str | None = None
    complainant_phone_last4: str | None = None
    first_responsible_id: UUID
    owner_id: UUID | None
    team: str | None
    department: str | None
    posts: list[str]
    cycle: int = 1
    opened_at: datetime
    cycle_started_at: datetime
    recorded_at: datetime
    emergency_started_at: datetime | None = None
    repeat_of_id: UUID | None = None
    withheld_circumstance: str | None = None
    praised_staff_ids: list[UUID]
    leader_post: str | None = None
    leader_id: UUID | None = None
    involved_posts: list[str]
    policy_pack: str
    policy_version: str
    matter_id: UUID
    version: int = 1
    routing: Routing
    """Who the case lies with at first; its parts are columns."""

    @property
    def told_customer_id(self) -> UUID | None:
        """The customer as facts and work lists name him: nobody where anonymity was asked for."""
        return None if self.is_anonymous else self.customer_id

    def involve(self, *posts: str) -> None:
        """Let posts read the case because something in it is theirs to do."""
        self.involved_posts = sorted({*self.involved_posts, *posts})


COLUMNS = tuple(one.name for one in fields(NewCase) if one.name != "routing")
"""What the hot statement inserts."""
