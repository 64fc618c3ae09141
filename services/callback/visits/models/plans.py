"""One run of the planning: from the pack's frequencies to the visits of a period."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base


class VisitPlanRow(Base):
    """A run for one period; a second run of the same period plans nothing twice."""

    __tablename__ = "visit_plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    period: Mapped[str]
    """`2026` or `2026-11`."""
    state: Mapped[str]
    requested_by: Mapped[UUID | None]
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    customers: Mapped[int] = mapped_column(server_default="0")
    planned: Mapped[int] = mapped_column(server_default="0")
    gaps: Mapped[int] = mapped_column(server_default="0")
    """Of the planned, those for which nobody was found."""
    withdrawn: Mapped[int] = mapped_column(server_default="0")
    """Not begun yet and no longer owed: another tier, no customer any more."""
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('running', 'done')", name="state"),
        CheckConstraint("(state = 'done') = (finished_at is not null)", name="finished"),
        Index("ix_visit_plans_list", "company", text("id desc")),
    )
