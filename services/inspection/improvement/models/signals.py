"""What was heard that may suggest an improvement."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base


class ImprovementSignalRow(Base):
    """One confirmed finding, complaint with a finding, or closed survey; ids and codes only."""

    __tablename__ = "improvement_signals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    """The finding, the finding of a complaint, the survey."""
    source_id: Mapped[UUID]
    """What an improvement names: the finding, the complaint, the survey."""
    number: Mapped[str]
    key: Mapped[str]
    """Clause of a finding, category of a complaint, questionnaire of a survey."""
    department: Mapped[str | None]
    happened_at: Mapped[datetime]
    matter_id: Mapped[UUID | None]
    is_void: Mapped[bool]
    version: Mapped[int] = mapped_column(BigInteger)
    """Of the aggregate, as far as it was heard."""

    __table_args__ = (
        UniqueConstraint("company", "kind", "subject_id"),
        CheckConstraint("kind in ('finding', 'complaint', 'survey')", name="kind"),
        Index(
            "ix_improvement_signals_count",
            "company",
            "kind",
            "key",
            "happened_at",
            postgresql_where=text("not is_void"),
        ),
        Index("ix_improvement_signals_source", "company", "kind", "source_id"),
    )
