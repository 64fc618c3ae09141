"""Training after errors, and rights to enter data that were withdrawn."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from shared.contracts.base import Routing


class EntryTrainingRow(Base):
    """One operator was trained because of errors."""

    __tablename__ = "entry_trainings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    operator_id: Mapped[UUID]
    department: Mapped[str | None]
    team: Mapped[str | None]
    concerns: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Empty: all kinds of data."""
    topic: Mapped[str]
    trained_at: Mapped[datetime]
    finding_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("recorded_by <> operator_id", name="four_eyes"),
        Index("ix_entry_trainings_operator", "company", "operator_id", text("trained_at desc")),
        Index("ix_entry_trainings_list", "company", text("id desc")),
    )


class RightsWithdrawalRow(Base):
    """The rights to enter some kinds of data, taken from one person; `withdrawn` refuses the writes."""

    __tablename__ = "rights_withdrawals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    staff_id: Mapped[UUID]
    department: Mapped[str | None]
    team: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Who must do something now."""
    concerns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    ground: Mapped[str]
    state: Mapped[str]
    finding_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    training_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.entry_trainings.id"))
    complaint_id: Mapped[UUID | None]
    due_at: Mapped[datetime]
    proposed_by: Mapped[UUID | None]
    proposed_at: Mapped[datetime | None]
    verification: Mapped[str | None]
    audit_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    """Rows of the audit trail that prove it."""
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    restored_by: Mapped[UUID | None]
    restored_at: Mapped[datetime | None]
    restore_reason: Mapped[str | None]
    clause: Mapped[str]
    policy_version: Mapped[str]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("ground in ('repeated_errors', 'complaint')", name="ground"),
        CheckConstraint("state in ('due', 'proposed', 'withdrawn', 'rejected', 'restored')", name="state"),
        CheckConstraint("state in ('due', 'rejected') or cardinality(audit_ids) > 0", name="evidence"),
        CheckConstraint(
            "proposed_by <> staff_id and decided_by <> staff_id and decided_by <> proposed_by"
            " and restored_by <> staff_id",
            name="four_eyes",
        ),
        Index(
            "uq_rights_withdrawals_open",
            "company",
            "staff_id",
            "ground",
            "matter_id",
            unique=True,
            postgresql_where=text("state in ('due', 'proposed')"),
        ),
        Index("ix_rights_withdrawals_list", "company", text("id desc")),
        Index("ix_rights_withdrawals_standing", "company", "staff_id", postgresql_where=text("state = 'withdrawn'")),
        Index("ix_rights_withdrawals_posts", "posts", postgresql_using="gin"),
    )

    @property
    def routing(self) -> Routing:
        """Whose rights, and who acts now."""
        return Routing(owner_id=self.staff_id, team=self.team, department=self.department, posts=list(self.posts))
