"""The table of who serves whom: one row per customer, slot and person, from its proposal to its end."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from services.customer.serving.errors import AssignmentNotOpenError
from services.customer.serving.rules import AssignmentState


class AssignmentRow(Base):
    """One person in one slot of one customer's service team; ended rows are the history."""

    __tablename__ = "service_assignments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    slot: Mapped[str]
    post: Mapped[str]
    staff_id: Mapped[UUID]
    is_account_manager: Mapped[bool] = mapped_column(server_default="false")
    state: Mapped[str]
    reason: Mapped[str]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.service_assignments.id"))
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    from_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    until_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str | None] = mapped_column(Text)
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('proposed', 'active', 'ended', 'refused')", name="state"),
        CheckConstraint("decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint("until_at >= from_at and (state <> 'active' or from_at is not null)", name="times"),
        Index(
            "uq_service_assignments_standing",
            "company",
            "customer_id",
            "slot",
            "staff_id",
            unique=True,
            postgresql_where=text("state = any (array['proposed'::text, 'active'::text])"),
        ),
        Index("ix_service_assignments_customer", "company", "customer_id", text("id desc")),
        Index("ix_service_assignments_staff", "company", "staff_id", text("id desc")),
        Index(
            "ix_service_assignments_load",
            "company",
            "slot",
            "staff_id",
            postgresql_where=text("state = 'active'::text"),
        ),
    )

    def start(self, *, at: datetime) -> None:
        """The person serves the customer from now on.  Raises: AssignmentNotOpenError."""
        self._expect(AssignmentState.PROPOSED)
        self.state, self.from_at = AssignmentState.ACTIVE.value, at
        self.version += 1

    def refuse(self, *, by: UUID, at: datetime, reason: str) -> None:
        """The reviewer says no.  Raises: AssignmentNotOpenError."""
        self._expect(AssignmentState.PROPOSED)
        self.state, self.decided_by, self.decided_at, self.end_reason = AssignmentState.REFUSED.value, by, at, reason
        self.version += 1

    def end(self, *, by: UUID, at: datetime, reason: str) -> None:
        """The person no longer serves the customer.  Raises: AssignmentNotOpenError."""
        self._expect(AssignmentState.ACTIVE)
        self.state, self.until_at, self.ended_by, self.end_reason = AssignmentState.ENDED.value, at, by, reason
        self.version += 1

    def _expect(self, state: AssignmentState) -> None:
        if self.state != state:
            raise AssignmentNotOpenError(f"该指派处于“{self.state}”状态", params={"state": self.state})
