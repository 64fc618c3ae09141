"""The tables of queued and scheduled work as SQLAlchemy sees them; the DDL is in each service's first migration."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

_EMPTY = text("'{}'")


def job_tables(metadata: MetaData) -> tuple[Table, ...]:
    """Declare `jobs` and `schedules` in `metadata`."""
    jobs = Table(
        "jobs",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("company", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("args", JSONB, nullable=False, server_default=_EMPTY),
        Column("state", Text, nullable=False),
        Column("progress_done", BigInteger, nullable=False, server_default=text("0")),
        Column("progress_total", BigInteger),
        Column("cursor", JSONB, nullable=False, server_default=_EMPTY),
        Column("result", JSONB, nullable=False, server_default=_EMPTY),
        Column("error", Text),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("run_after", DateTime(timezone=True), nullable=False),
        Column("lease_until", DateTime(timezone=True)),
        Column("lease_token", Uuid),
        Column("created_by", Text),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("started_at", DateTime(timezone=True)),
        Column("finished_at", DateTime(timezone=True)),
        Column("version", BigInteger, nullable=False, server_default=text("1")),
        CheckConstraint("state in ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
        Index("ix_jobs_ready", "run_after", postgresql_where=text("state in ('queued', 'running')")),
        Index("ix_jobs_company", "company", "kind", "id"),
    )
    schedules = Table(
        "schedules",
        metadata,
        Column("kind", Text, primary_key=True),
        Column("company", Text, primary_key=True),
        Column("every", Text, nullable=False),
        Column("args", JSONB, nullable=False, server_default=_EMPTY),
        Column("next_at", DateTime(timezone=True), nullable=False),
        Column("last_at", DateTime(timezone=True)),
        Index("ix_schedules_next", "next_at"),
    )
    return jobs, schedules
