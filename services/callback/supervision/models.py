"""An opinion that a supervision centre sent, by its reference; answered through the office, by the centre's limit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Sequence, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from shared.contracts.base import Routing

SUPERVISION_NUMBERS = Sequence("supervision_numbers", metadata=Base.metadata, schema="callback")


class SupervisionOpinionRow(Base):
    """One opinion from outside; its reference is unique within its source."""

    __tablename__ = "supervision_opinions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    source: Mapped[str]
    reference: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    words: Mapped[str | None]
    """As they came; never leave this service by an event."""
    words_digest: Mapped[str]
    """Of source, kind and words: whether a second arrival says the same."""
    arrivals: Mapped[int] = mapped_column(server_default="1")
    last_arrived_at: Mapped[datetime]
    differed_at: Mapped[datetime | None]
    """When the same reference last arrived with something else; the first stands."""
    received_by: Mapped[UUID]
    received_at: Mapped[datetime]
    external_deadline_at: Mapped[datetime | None]
    """Theirs; kept beside our own."""
    customer_id: Mapped[UUID | None]
    tier: Mapped[str | None]
    case_type: Mapped[str | None]
    case_id: Mapped[UUID | None]
    """A case, order or callback that it is about."""
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    draft: Mapped[str | None]
    drafted_by: Mapped[UUID | None]
    drafted_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    answer: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    is_on_time: Mapped[bool | None]
    """Answered within the centre's deadline; null where none is set."""
    delivered_by: Mapped[UUID | None]
    delivered_at: Mapped[datetime | None]
    receipt: Mapped[str | None]
    """The centre's acknowledgement."""
    complaint_event_id: Mapped[UUID | None]
    """By which the complaint service was told."""
    complaint_id: Mapped[UUID | None]
    complaint_number: Mapped[str | None]
    complaint_owner_id: Mapped[UUID | None]
    complaint_team: Mapped[str | None]
    complaint_department: Mapped[str | None]
    complaint_posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Whoever works on the complaint may read the words."""
    matter_id: Mapped[UUID]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        UniqueConstraint("company", "source", "reference"),
        CheckConstraint("state in ('received', 'drafted', 'answered', 'delivered')", name="state"),
        CheckConstraint("(case_type is null) = (case_id is null)", name="case"),
        CheckConstraint("(state in ('answered', 'delivered')) = (answered_at is not null)", name="answered"),
        CheckConstraint("(state = 'delivered') = (delivered_at is not null)", name="delivered"),
        CheckConstraint("complaint_id is null or complaint_event_id is not null", name="complaint"),
        Index("ix_supervision_opinions_list", "company", text("id desc")),
        Index(
            "ix_supervision_opinions_open",
            "company",
            "department",
            postgresql_where=text("state in ('received', 'drafted')"),
        ),
        Index("ix_supervision_opinions_received", "company", "received_at"),
        Index("ix_supervision_opinions_customer", "customer_id", postgresql_where=text("customer_id is not null")),
        Index(
            "uq_supervision_opinions_event",
            "complaint_event_id",
            unique=True,
            postgresql_where=text("complaint_event_id is not null"),
        ),
        Index("ix_supervision_opinions_complaint", "complaint_id", postgresql_where=text("complaint_id is not null")),
    )

    @property
    def routing(self) -> Routing:
        """Who answers: the department."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))
