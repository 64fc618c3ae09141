"""What a closed survey says for ever: counts per tier, scores per dimension."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base


class ResultRow(Base):
    """The counts of one tier when the survey was closed."""

    __tablename__ = "survey_results"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"))
    tier: Mapped[str]
    population: Mapped[int] = mapped_column(BigInteger)
    sampled: Mapped[int] = mapped_column(BigInteger)
    invited: Mapped[int] = mapped_column(BigInteger)
    responded: Mapped[int] = mapped_column(BigInteger)
    rated: Mapped[int] = mapped_column(BigInteger)
    """Responses that answer the overall question."""
    satisfied: Mapped[int] = mapped_column(BigInteger)
    lower_percent: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    upper_percent: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))

    __table_args__ = (
        UniqueConstraint("survey_id", "tier"),
        CheckConstraint(
            "satisfied between 0 and rated and rated <= responded and responded <= sampled and sampled <= population",
            name="counts",
        ),
    )


class ScoreRow(Base):
    """The scores of one dimension in one tier when the survey was closed; the mean is total over answered."""

    __tablename__ = "survey_scores"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"))
    tier: Mapped[str]
    dimension: Mapped[str]
    answered: Mapped[int] = mapped_column(BigInteger)
    unanswered: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (UniqueConstraint("survey_id", "tier", "dimension"),)
