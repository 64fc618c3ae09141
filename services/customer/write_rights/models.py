"""The kinds of data that a person may not write now."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base


class WithdrawnRightRow(Base):
    """One kind of data that one person may not write; ended when the right is given back."""

    __tablename__ = "withdrawn_rights"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    staff_id: Mapped[UUID]
    concern: Mapped[str]
    withdrawal_id: Mapped[UUID]
    withdrawn_at: Mapped[datetime]
    restored_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("restored_at >= withdrawn_at", name="times"),
        Index(
            "uq_withdrawn_rights_standing",
            "company",
            "staff_id",
            "concern",
            "withdrawal_id",
            unique=True,
            postgresql_where=text("restored_at is null"),
        ),
    )
