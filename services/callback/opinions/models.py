"""An opinion or suggestion that a department answers by its clock, and the customer is told the answer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Sequence, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from shared.contracts.base import Routing

OPINION_NUMBERS = Sequence("opinion_numbers", metadata=Base.metadata, schema="callback")


class OpinionRow(Base):
    """One opinion; `source` and `source_id` say where it came from, such as a callback."""

    __tablename__ = "opinions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    kind: Mapped[str]
    source: Mapped[str]
    source_id: Mapped[UUID | None]
    state: Mapped[str]
    words: Mapped[str | None]
    """The customer's own; never leaves this service by an event."""
    customer_id: Mapped[UUID | None]
    tier: Mapped[str | None]
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    is_on_time: Mapped[bool | None]
    """Null where no limit is set."""
    told_by: Mapped[UUID | None]
    told_at: Mapped[datetime | None]
    matter_id: Mapped[UUID]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('open', 'answered', 'told')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at is null)", name="answer"),
        Index("ix_opinions_list", "company", text("id desc")),
        Index("ix_opinions_open", "company", "department", postgresql_where=text("state = 'open'")),
        Index("ix_opinions_source", "source_id", postgresql_where=text("source_id is not null")),
    )

    @property
    def routing(self) -> Routing:
        """Who the opinion lies with."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))
