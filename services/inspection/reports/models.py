"""Tables of the reports: monthly summaries with their signed editions, themed reports, archives."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing


class MonthlySummaryRow(Base):
    """A department's month, from its draft to the committee's note; `version` guards every change."""

    __tablename__ = "monthly_summaries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    department: Mapped[str]
    month: Mapped[str]
    """`2026-11`."""
    period_from: Mapped[datetime]
    period_until: Mapped[datetime]
    """Outside."""
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Whom it waits for."""
    achievements: Mapped[str | None]
    measures: Mapped[str | None]
    problems: Mapped[str | None]
    suggestions: Mapped[str | None]
    written_by: Mapped[UUID | None]
    written_at: Mapped[datetime | None]
    made_by: Mapped[UUID | None]
    """Null = the job."""
    made_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """By when it is signed; null = the month is not over, its clock has not begun."""
    edition: Mapped[int] = mapped_column(server_default="0")
    """The last one that was signed."""
    is_late: Mapped[bool | None]
    """First signed after it was due."""
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    noted_by: Mapped[UUID | None]
    noted_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "month", "department"),
        CheckConstraint("state in ('draft', 'submitted', 'returned', 'noted')", name="state"),
        CheckConstraint("period_from < period_until", name="period"),
        CheckConstraint("(state = 'draft') = (signed_at is null)", name="signed"),
        CheckConstraint("(edition = 0) = (signed_at is null) and edition >= 0", name="edition"),
        CheckConstraint("(state = 'noted') = (noted_at is not null)", name="noted"),
        CheckConstraint("state <> 'returned' or return_reason is not null", name="returned"),
        Index("ix_monthly_summaries_list", "company", text("id desc")),
        Index("ix_monthly_summaries_unopened", "company", "period_until", postgresql_where=text("due_at is null")),
    )

    @property
    def routing(self) -> Routing:
        """The department, and whom it waits for."""
        return Routing(department=self.department, posts=list(self.posts))

    @property
    def desk_routing(self) -> Routing:
        """Whom it waits for."""
        return Routing(posts=list(self.posts))


class SummaryEditionRow(Base):
    """A summary as it was signed: words and figures frozen under their digest; only the verdict is added."""

    __tablename__ = "monthly_summary_editions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    summary_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.monthly_summaries.id"))
    edition: Mapped[int]
    achievements: Mapped[str]
    measures: Mapped[str]
    problems: Mapped[str]
    suggestions: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[str]
    signed_by: Mapped[UUID]
    signed_at: Mapped[datetime]
    verdict: Mapped[str | None]
    words: Mapped[str | None]
    """Of the verdict: why it was returned, or what was noted."""
    judged_by: Mapped[UUID | None]
    judged_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("summary_id", "edition"),
        CheckConstraint("verdict in ('noted', 'returned')", name="verdict"),
        CheckConstraint("(verdict is null) = (judged_at is null)", name="judged"),
        CheckConstraint("judged_by <> signed_by", name="four_eyes"),
    )


class ThemedReportRow(Base):
    """The report on a quarter's themed inspections; `version` guards every change."""

    __tablename__ = "themed_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    quarter: Mapped[str]
    """`2026-Q4`."""
    period_from: Mapped[datetime]
    period_until: Mapped[datetime]
    """Outside."""
    due_at: Mapped[datetime | None]
    """By when it is submitted."""
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Whom it waits for."""
    summary: Mapped[str | None]
    causes: Mapped[str | None]
    demands: Mapped[str | None]
    written_by: Mapped[UUID | None]
    written_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    is_late: Mapped[bool | None]
    """First submitted after it was due."""
    returned_by: Mapped[UUID | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """As they were approved; before that they are live."""
    digest: Mapped[str | None]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "quarter"),
        CheckConstraint("state in ('draft', 'submitted', 'returned', 'approved', 'published')", name="state"),
        CheckConstraint("period_from < period_until", name="period"),
        CheckConstraint("(state = 'draft') = (submitted_at is null)", name="submitted"),
        CheckConstraint("(state in ('approved', 'published')) = (approved_at is not null)", name="approved"),
        CheckConstraint("(approved_at is null) = (figures is null)", name="frozen"),
        CheckConstraint("(figures is null) = (digest is null)", name="digest"),
        CheckConstraint("(state = 'published') = (published_at is not null)", name="published"),
        CheckConstraint("approved_by <> submitted_by and approved_by <> written_by", name="four_eyes"),
        Index("ix_themed_reports_list", "company", text("id desc")),
    )

    @property
    def routing(self) -> Routing:
        """Whom it waits for."""
        return Routing(posts=list(self.posts))


class ArchiveRow(Base):
    """The package of one inspection as it was made; never changed."""

    __tablename__ = "archives"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.inspections.id"))
    edition: Mapped[int]
    """Another one where something was added after the first was made."""
    number: Mapped[str]
    """Of the inspection, as are kind, department, team and time."""
    kind: Mapped[str]
    department: Mapped[str]
    team: Mapped[str | None]
    held_at: Mapped[datetime]
    file_id: Mapped[UUID]
    sha256: Mapped[str]
    """Of the package."""
    size: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int]
    index_digest: Mapped[str]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("inspection_id", "edition"),
        UniqueConstraint("inspection_id", "index_digest"),
        CheckConstraint("edition >= 1", name="edition"),
        Index("ix_archives_list", "company", text("id desc")),
        Index("ix_archives_file", "file_id"),
    )

    @property
    def routing(self) -> Routing:
        """The inspected department."""
        return Routing(team=self.team, department=self.department)
