"""Hand-overs between shifts (交接班)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Sequence, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from shared.contracts.base import Routing

SHIFT_HAND_OVER_NUMBERS = Sequence("shift_hand_over_number_sequence", metadata=Base.metadata, schema="customer")


class ShiftHandOverRow(Base):
    """What whoever goes off tells whoever comes on; it moves no work by itself."""

    __tablename__ = "shift_hand_overs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    shift: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    watch_outs: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    matters: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """What the leaver names, each with what is still to be done."""
    open_work: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """What lay open with the leaver when it was gathered."""
    gathered_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    missing_services: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Services that could not say what lies open."""
    team: Mapped[str | None] = mapped_column(Text)
    department: Mapped[str | None] = mapped_column(Text)
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    handed_by: Mapped[UUID]
    handed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    to_staff_id: Mapped[UUID | None]
    taken_over_by: Mapped[UUID | None]
    taken_over_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    remark: Mapped[str | None] = mapped_column(Text)
    """What whoever came on says to it."""
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    @property
    def routing(self) -> Routing:
        """Whom it concerns: whoever took it or is meant, the team with its leader, everybody of the leaver's posts."""
        owner_id = self.taken_over_by or self.to_staff_id
        return Routing(owner_id=owner_id, team=self.team, department=self.department, posts=list(self.posts))

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('handed', 'taken_over')", name="state"),
        CheckConstraint(
            "(state = 'taken_over') = (taken_over_at is not null)"
            " and (state = 'taken_over') = (taken_over_by is not null)",
            name="taken_over",
        ),
        CheckConstraint("taken_over_by is null or taken_over_by <> handed_by", name="not_own"),
        Index("ix_shift_hand_overs_company", "company", "id"),
        Index("ix_shift_hand_overs_waiting", "company", "id", postgresql_where="state = 'handed'"),
    )
