"""What the keeper of master data still has to enter, and how far the sweeps have looked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.accounts.models import AccountChangeRow
from services.customer.database import Base
from services.customer.orders.models import ServiceOrderRow
from services.customer.registry.models import ChangeRow
from shared.contracts.base import Routing

Index("ix_account_changes_recorded", AccountChangeRow.company, AccountChangeRow.recorded_at)
Index("ix_customer_changes_at", ChangeRow.company, ChangeRow.at)
Index(
    "ix_service_orders_dispatched",
    ServiceOrderRow.company,
    ServiceOrderRow.dispatched_at,
    postgresql_where=text("dispatched_at is not null"),
)


class EntryTaskRow(Base):
    """Work that changed base data: the keeper enters it within the pack's limit; its deadline is a clock."""

    __tablename__ = "entry_tasks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    concern: Mapped[str]
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    customer_id: Mapped[UUID | None]
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    department: Mapped[str | None]
    tier: Mapped[str | None]
    occurred_at: Mapped[datetime]
    """When the task was done: the clock runs from then."""
    entered_by: Mapped[UUID | None]
    entered_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime]
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    policy_sha256: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "concern", "source_type", "source_id"),
        CheckConstraint("state in ('open', 'entered', 'cancelled')", name="state"),
        CheckConstraint("(state = 'entered') = (entered_at is not null)", name="entered"),
        Index("ix_entry_tasks_list", "company", text("id desc")),
        Index("ix_entry_tasks_open", "company", "customer_id", postgresql_where=text("state = 'open'")),
        Index("ix_entry_tasks_posts", "posts", postgresql_using="gin"),
    )

    @property
    def routing(self) -> Routing:
        """The posts that may enter it."""
        return Routing(department=self.department, posts=list(self.posts))


class EntryMarkRow(Base):
    """Up to when a sweep has looked at a company."""

    __tablename__ = "entry_marks"

    company: Mapped[str] = mapped_column(primary_key=True)
    sweep: Mapped[str] = mapped_column(primary_key=True)
    looked_until: Mapped[datetime]
