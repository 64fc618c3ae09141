"""The callback from which a case, or a new cycle of it, came."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.complaint.database import Base


class CaseCallbackRow(Base):
    """One callback that found the customer dissatisfied; the words are read at `/v1/callbacks/{id}/words`."""

    __tablename__ = "case_callbacks"

    callback_id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    callback_number: Mapped[str]
    complaint_id: Mapped[UUID]
    cycle: Mapped[int]
    effect: Mapped[str]
    """reopened; passed_on to the pack's post; opened; joined to a case that was open anyway."""
    called_by: Mapped[UUID]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    heard_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("effect in ('reopened', 'passed_on', 'opened', 'joined')", name="effect"),
        Index("ix_case_callbacks_complaint", "complaint_id", "heard_at"),
    )
