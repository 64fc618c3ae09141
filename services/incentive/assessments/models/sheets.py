"""The tables of sheets and their lines; a trigger keeps what is released."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.incentive.database import Base


class AssessmentSheetRow(Base):
    """One subject's month in one edition; figures are written when it is released."""

    __tablename__ = "assessment_sheets"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    month: Mapped[str]
    month_id: Mapped[UUID]
    """Of the ledger."""
    subject_type: Mapped[str]
    subject: Mapped[str]
    employee_id: Mapped[UUID | None]
    department: Mapped[str | None]
    team: Mapped[str | None]
    edition: Mapped[int]
    """From 1; a correction is the next."""
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("assessment_sheets.id"))
    reason: Mapped[str | None]
    """Why it was corrected."""
    state: Mapped[str]
    opening_points: Mapped[int | None]
    points: Mapped[int | None]
    year_points: Mapped[int | None]
    fen: Mapped[int | None] = mapped_column(BigInteger)
    band_grade: Mapped[str | None]
    grade: Mapped[str | None]
    digest: Mapped[str | None]
    drafted_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[UUID | None]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "month", "subject_type", "subject", "edition"),
        UniqueConstraint("corrects_id"),
        CheckConstraint("state in ('draft', 'released')", name="state"),
        CheckConstraint("subject_type in ('employee', 'department')", name="subject_type"),
        CheckConstraint("(subject_type = 'employee') = (employee_id is not null)", name="employee"),
        CheckConstraint("(state = 'released') = (digest is not null)", name="digest"),
        CheckConstraint("released_by <> employee_id", name="four_eyes"),
        CheckConstraint("(edition = 1) = (corrects_id is null)", name="edition"),
        Index("ix_assessment_sheets_list", "company", text("id desc")),
        Index("ix_assessment_sheets_department", "company", "department", "month"),
        Index("ix_assessment_sheets_employee", "company", "employee_id", "month"),
    )


class AssessmentLineRow(Base):
    """One line of a released sheet, with what proves it."""

    __tablename__ = "assessment_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("assessment_sheets.id"))
    position: Mapped[int]
    line: Mapped[str]
    """A code of the pack, or `other`."""
    case_id: Mapped[UUID]
    number: Mapped[str | None]
    provision: Mapped[str]
    source: Mapped[str | None]
    of_month: Mapped[str]
    is_reversal: Mapped[bool]
    points: Mapped[int]
    year_points: Mapped[int]
    fen: Mapped[int] = mapped_column(BigInteger)
    happened_at: Mapped[datetime | None]
    posted_at: Mapped[datetime]
    proposal_id: Mapped[UUID | None]
    cause_type: Mapped[str | None]
    cause_id: Mapped[UUID | None]
    matter_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("sheet_id", "position"),
        Index("ix_assessment_lines_case", "company", "case_id"),
    )
