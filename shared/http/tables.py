"""The idempotency table as SQLAlchemy sees it; the DDL is in each service's first migration."""

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, MetaData, SmallInteger, Table, Text, Uuid


def door_tables(metadata: MetaData) -> tuple[Table, ...]:
    """Declare `idempotency` in `metadata`."""
    idempotency = Table(
        "idempotency",
        metadata,
        Column("company", Text, primary_key=True),
        Column("subject", Text, primary_key=True),
        Column("operation", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("status", SmallInteger, nullable=False),
        Column("resource_id", Uuid),
        Column("resource_version", BigInteger),
        Column("at", DateTime(timezone=True), nullable=False),
        Index("ix_idempotency_at", "at"),
    )
    return (idempotency,)
