"""Supply interruptions and the customers that each one takes the gas from."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Sequence, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from shared.contracts.base import Routing

INTERRUPTION_NUMBERS = Sequence("supply_interruption_number_sequence", metadata=Base.metadata, schema="customer")


def _time(*, optional: bool = False) -> Any:
    return mapped_column(TIMESTAMP(timezone=True), nullable=optional)


class InterruptionRow(Base):
    """Gas is or will be off in a district, community, building, or at a list of premises."""

    __tablename__ = "supply_interruptions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    district: Mapped[str | None] = mapped_column(Text)
    community: Mapped[str | None] = mapped_column(Text)
    building: Mapped[str | None] = mapped_column(Text)
    premises_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    order_id: Mapped[UUID | None]
    planned_from: Mapped[datetime | None] = _time(optional=True)
    expected_until: Mapped[datetime | None] = _time(optional=True)
    notice_due_at: Mapped[datetime | None] = _time(optional=True)
    announced_at: Mapped[datetime | None] = _time(optional=True)
    announced_by: Mapped[UUID | None]
    notice_channels: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    started_at: Mapped[datetime | None] = _time(optional=True)
    restored_at: Mapped[datetime | None] = _time(optional=True)
    ended_reason: Mapped[str | None] = mapped_column(Text)
    customers: Mapped[int] = mapped_column(server_default="0")
    special_customers: Mapped[int] = mapped_column(server_default="0")
    frozen_at: Mapped[datetime | None] = _time(optional=True)
    """When it was fixed who is affected."""
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = _time()
    owner_id: Mapped[UUID]
    team: Mapped[str | None] = mapped_column(Text)
    department: Mapped[str | None] = mapped_column(Text)
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    policy_pack: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    @property
    def routing(self) -> Routing:
        """Who answers for it."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("kind in ('planned', 'unplanned')", name="kind"),
        CheckConstraint("state in ('planned', 'announced', 'started', 'restored', 'cancelled')", name="state"),
        CheckConstraint("district is not null or community is not null or cardinality(premises_ids) > 0", name="area"),
        CheckConstraint("restored_at >= started_at and expected_until > planned_from", name="times"),
        CheckConstraint("(state = 'restored') = (restored_at is not null)", name="restored"),
        Index("ix_supply_interruptions_company", "company", "id"),
        Index("ix_supply_interruptions_started", "company", "started_at", postgresql_where="started_at is not null"),
    )


class InterruptedCustomerRow(Base):
    """One customer of one interruption, with the tier of then; never recomputed."""

    __tablename__ = "interrupted_customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    interruption_id: Mapped[UUID] = mapped_column(ForeignKey("customer.supply_interruptions.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    tier: Mapped[str] = mapped_column(Text)
    is_special: Mapped[bool]
    """Of a tier, or with a tag, that the pack asks special care for."""
    special_tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    known_at: Mapped[datetime] = _time()
    interrupted_at: Mapped[datetime | None] = _time(optional=True)
    restored_at: Mapped[datetime | None] = _time(optional=True)
    cared_by: Mapped[UUID | None]
    cared_at: Mapped[datetime | None] = _time(optional=True)
    care_note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("interruption_id", "customer_id"),
        CheckConstraint("restored_at >= interrupted_at", name="times"),
        Index("ix_interrupted_customers_timeline", "company", "customer_id", "known_at", "id"),
        Index(
            "ix_interrupted_customers_lost",
            "company",
            "interrupted_at",
            postgresql_where="interrupted_at is not null",
        ),
        Index("ix_interrupted_customers_special", "interruption_id", "id", postgresql_where="is_special"),
    )
