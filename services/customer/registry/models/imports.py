"""What an import needs, and who was shown which personal field."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from services.customer.registry.models.columns import time_column


class ImportPartRow(Base):
    """An encrypted piece of an uploaded file; gone when its job has read it, or by the retention of imports."""

    __tablename__ = "import_parts"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company: Mapped[str] = mapped_column(Text)
    cipher: Mapped[str] = mapped_column(Text)


class ImportErrorRow(Base):
    """One refused cell of an import: row, column and rule, never the value."""

    __tablename__ = "import_errors"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    company: Mapped[str] = mapped_column(Text)
    column_name: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)


class RevealRow(Base):
    """One personal field shown to one person for one reason; the day's quota counts these."""

    __tablename__ = "reveals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID]
    field: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    grant_id: Mapped[UUID | None]
    on_date: Mapped[date]
    at: Mapped[datetime] = time_column()

    __table_args__ = (
        UniqueConstraint("grant_id"),
        Index("ix_reveals_quota", "company", "actor", "on_date"),
        Index("ix_reveals_customer", "customer_id", "at"),
    )
