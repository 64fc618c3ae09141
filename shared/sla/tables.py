"""Clocks, their events and segments, calendars and frozen figures, as each schema has them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

_TIME = TIMESTAMP(timezone=True)
_FACTS = (
    "started paused resumed retargeted recalendared warned escalated breached breach_retracted met cancelled corrected"
)


def clock_tables(metadata: MetaData) -> tuple[Table, ...]:
    """Declare the clock's tables in `metadata`, exactly as migration 0001 makes them."""
    return (
        _offset(metadata),
        _calendars(metadata),
        _clocks(metadata),
        _events(metadata),
        _segments(metadata),
        _frozen(metadata),
    )


def _offset(metadata: MetaData) -> Table:
    return Table(
        "clock_offset",
        metadata,
        Column("id", SmallInteger, primary_key=True, autoincrement=False, server_default="1"),
        Column("seconds", Double, nullable=False, server_default="0"),
        CheckConstraint("id = 1", name="one_row"),
    )


def _calendars(metadata: MetaData) -> Table:
    return Table(
        "calendar_revisions",
        metadata,
        Column("code", Text, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("definition", JSONB, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("effective_at", _TIME, nullable=False),
        Column("imported_by", Text),
        PrimaryKeyConstraint("code", "revision"),
    )


def _clocks(metadata: MetaData) -> Table:
    return Table(
        "clocks",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("company", Text, nullable=False),
        Column("subject_type", Text, nullable=False),
        Column("subject_id", Uuid, nullable=False),
        Column("metric", Text, nullable=False),
        Column("cycle", Integer, nullable=False, server_default="1"),
        Column("sequence", Integer, nullable=False, server_default="1"),
        Column("version", BigInteger, nullable=False, server_default="1"),
        Column("state", Text, nullable=False),
        Column("tier", Text),
        Column("grade", Text),
        Column("pack", Text, nullable=False),
        Column("chapter", Text, nullable=False),
        Column("policy_version", Text, nullable=False),
        Column("clause", Text),
        Column("calendar", Text, nullable=False),
        Column("calendar_revision", Integer, nullable=False),
        Column("unit", Text, nullable=False),
        Column("budget", BigInteger),
        Column("budget_us", BigInteger),
        Column("consumed_us", BigInteger, nullable=False, server_default="0"),
        Column("running_since", _TIME),
        Column("started_at", _TIME, nullable=False),
        Column("deadline_at", _TIME),
        Column("next_check_at", _TIME),
        Column("paused_at", _TIME),
        Column("pause_reason", Text),
        Column("pause_until", _TIME),
        Column("stopped_at", _TIME),
        Column("breached_at", _TIME),
        Column("detected_at", _TIME),
        Column("breach_cause", Text),
        Column("breach_retracted_at", _TIME),
        Column("is_aim", Boolean, nullable=False, server_default="false"),
        Column("is_provisional", Boolean, nullable=False, server_default="false"),
        Column("is_consequence", Boolean, nullable=False, server_default="false"),
        Column("policy", JSONB, nullable=False, server_default="{}"),
        Column("pending", JSONB, nullable=False, server_default="[]"),
        Column("routing", JSONB, nullable=False),
        Column("owner_id", Uuid, Computed("(routing ->> 'owner_id')::uuid", persisted=True)),
        Column("team", Text, Computed("routing ->> 'team'", persisted=True)),
        Column("department", Text, Computed("routing ->> 'department'", persisted=True)),
        Column("customer_id", Uuid),
        Column("title", Text),
        Column("matter_id", Uuid),
        Column("correlation_id", Uuid),
        Column("hops", SmallInteger, nullable=False, server_default="0"),
        UniqueConstraint("subject_type", "subject_id", "metric", "cycle", "sequence", name="uq_clocks_subject"),
        CheckConstraint("state in ('running', 'paused', 'met', 'breached', 'cancelled')", name="state"),
        CheckConstraint("unit in ('natural', 'business', 'working_day', 'calendar_day')", name="unit"),
        Index("ix_clocks_due", "next_check_at", postgresql_where=text("next_check_at is not null")),
        *_work_indexes(),
        Index("ix_clocks_calendar", "calendar", "calendar_revision", postgresql_where=text("stopped_at is null")),
    )


def _work_indexes() -> list[Index]:
    """What `shared.sla.work` walks, each in the order of deadlines; those without a limit come last."""
    due = text("(coalesce(deadline_at, 'infinity'::timestamptz))")
    is_open = "stopped_at is null"
    return [
        Index("ix_clocks_open", "company", due, postgresql_where=text(is_open)),
        Index("ix_clocks_owner", "owner_id", due, postgresql_where=text(is_open)),
        Index("ix_clocks_team", "team", due, postgresql_where=text(f"{is_open} and team is not null")),
        Index(
            "ix_clocks_department", "department", due, postgresql_where=text(f"{is_open} and department is not null")
        ),
        Index(
            "ix_clocks_posts",
            text("(routing -> 'posts')"),
            postgresql_using="gin",
            postgresql_where=text(is_open),
        ),
        Index(
            "ix_clocks_customer",
            "customer_id",
            postgresql_where=text(f"{is_open} and customer_id is not null"),
        ),
    ]


def _events(metadata: MetaData) -> Table:
    facts = ", ".join(f"'{fact}'" for fact in _FACTS.split())
    return Table(
        "clock_events",
        metadata,
        Column("at", _TIME, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("clock_id", Uuid, nullable=False),
        Column("company", Text, nullable=False),
        Column("fact", Text, nullable=False),
        Column("level", Text),
        Column("occurred_at", _TIME, nullable=False),
        Column("actor", Text),
        Column("cause", Text),
        Column("reason", Text),
        Column("detail", JSONB, nullable=False, server_default="{}"),
        CheckConstraint(f"fact in ({facts})", name="fact"),
        Index("ix_clock_events_clock", "clock_id", "at"),
        postgresql_partition_by="RANGE (at)",
    )


def _segments(metadata: MetaData) -> Table:
    return Table(
        "clock_segments",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("clock_id", Uuid, ForeignKey(f"{metadata.schema}.clocks.id"), nullable=False),
        Column("company", Text, nullable=False),
        Column("owner_id", Uuid),
        Column("team", Text),
        Column("department", Text),
        Column("from_at", _TIME, nullable=False),
        Column("until_at", _TIME),
        Column("consumed_us", BigInteger),
        Index("ix_clock_segments_clock", "clock_id", "from_at"),
    )


def _frozen(metadata: MetaData) -> Table:
    return Table(
        "frozen_indicators",
        metadata,
        Column("company", Text, primary_key=True),
        Column("period", Text, primary_key=True),
        Column("code", Text, primary_key=True),
        Column("tier", Text, primary_key=True),
        Column("numerator", BigInteger, nullable=False),
        Column("denominator", BigInteger, nullable=False),
        Column("untargeted", BigInteger, nullable=False),
        Column("unanswered", BigInteger, nullable=False),
        Column("frozen_at", _TIME, nullable=False),
    )
