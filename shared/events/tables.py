"""Outbox, inbox and dead letters as SQLAlchemy tables, mirroring the migration 0001 of every service."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


def event_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Declare `outbox`, `inbox` and `dead_letters` in `metadata`."""
    return _outbox(metadata), _inbox(metadata), _dead_letters(metadata)


def _outbox(metadata: MetaData) -> Table:
    return Table(
        "outbox",
        metadata,
        Column("seq", BigInteger, Identity(always=True), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("id", Uuid, nullable=False),
        Column("company", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("aggregate_type", Text, nullable=False),
        Column("aggregate_id", Uuid, nullable=False),
        Column("aggregate_version", BigInteger, nullable=False),
        Column("matter_id", Uuid),
        Column("correlation_id", Uuid, nullable=False),
        Column("causation_id", Uuid),
        Column("hops", SmallInteger, nullable=False, server_default="0"),
        Column("actor", Text),
        Column("traceparent", Text),
        Column("routing", JSONB, nullable=False),
        Column("payload", JSONB, nullable=False),
        Column("published_at", DateTime(timezone=True)),
        Column("stream_seq", BigInteger),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("refusal", Text),
        PrimaryKeyConstraint("at", "seq"),
        Index("ix_outbox_unpublished", "seq", postgresql_where=text("published_at is null")),
        Index("ix_outbox_id", "id"),
        Index("ix_outbox_aggregate", "aggregate_id", "aggregate_version"),
        postgresql_partition_by="range (at)",
    )


def _inbox(metadata: MetaData) -> Table:
    return Table(
        "inbox",
        metadata,
        Column("consumer", Text, nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("consumer", "event_id"),
        Index("ix_inbox_at", "at"),
    )


def _dead_letters(metadata: MetaData) -> Table:
    return Table(
        "dead_letters",
        metadata,
        Column("id", Uuid, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("consumer", Text, nullable=False),
        Column("stream", Text, nullable=False),
        Column("stream_seq", BigInteger, nullable=False),
        Column("event_id", Uuid),
        Column("type", Text),
        Column("company", Text),
        Column("reason", Text, nullable=False),
        Column("error", Text, nullable=False),
        Column("raw", LargeBinary, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("replayed_at", DateTime(timezone=True)),
        Column("replay_outcome", Text),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("consumer", "stream", "stream_seq", name="uq_dead_letters_message"),
        Index("ix_dead_letters_open", "at", postgresql_where=text("replayed_at is null")),
    )
