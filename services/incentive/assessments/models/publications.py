"""The table of what is published within the company."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.incentive.database import Base


class PublicationRow(Base):
    """One case that its clause publishes; withdrawn while it is not in effect."""

    __tablename__ = "publications"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    case_id: Mapped[UUID]
    number: Mapped[str]
    provision: Mapped[str]
    kind: Mapped[str]
    level: Mapped[int | None]
    subject_type: Mapped[str]
    employee_id: Mapped[UUID | None]
    shares: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """Of a collective one: staff_id, percent, is_main."""
    department: Mapped[str | None]
    month: Mapped[str | None]
    state: Mapped[str]
    published_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "case_id"),
        CheckConstraint("state in ('published', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn"),
        Index("ix_publications_list", "company", "state", text("id desc")),
    )
