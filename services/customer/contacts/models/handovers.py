"""Hand-overs (业务移交) from the agent to a department."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Sequence,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from shared.contracts.base import Routing

HAND_OVER_NUMBERS = Sequence("hand_over_number_sequence", metadata=Base.metadata, schema="customer")


class HandOverRow(Base):
    """A matter that the agent cannot settle, with the department that must answer it."""

    __tablename__ = "hand_overs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.contacts.id"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.customers.id"))
    matter_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(Text)
    matter: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    post: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None] = mapped_column(Text)
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    cycle: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    """How many times it was handed over; each has its own clock of acceptance, the answer's runs on."""
    handed_by: Mapped[UUID]
    handed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    accepted_by: Mapped[UUID | None]
    accepted_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    returned_by: Mapped[UUID | None]
    returned_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    return_reason: Mapped[str | None] = mapped_column(Text)
    policy_pack: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    @property
    def routing(self) -> Routing:
        """Who must take it or answer it now."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('handed', 'accepted', 'answered', 'returned')", name="state"),
        CheckConstraint("(state = 'answered') = (answered_at is not null)", name="answered"),
        Index("ix_hand_overs_company", "company", "id"),
        Index("ix_hand_overs_contact", "company", "contact_id", postgresql_where="contact_id is not null"),
        Index("ix_hand_overs_timeline", "company", "customer_id", "handed_at", "id"),
    )
