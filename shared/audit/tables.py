"""The audit trail and the seals that chain it."""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import UserDefinedType
from typing_extensions import override


class Xid8(UserDefinedType[str]):
    """Postgres' 64-bit transaction id."""

    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        """The type's name in DDL."""
        return "xid8"


class AuditTables(NamedTuple):
    """Both tables of one schema."""

    audit: Table
    audit_seals: Table


def audit_tables(metadata: MetaData) -> AuditTables:
    """Declare them in `metadata`, exactly as migration 0001 creates them."""
    audit = Table(
        "audit",
        metadata,
        Column("seq", BigInteger, Identity(always=True), primary_key=True),
        Column("at", DateTime(timezone=True), primary_key=True),
        Column("id", Uuid, nullable=False),
        Column("xid", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
        Column("company", Text, nullable=False),
        Column("actor", Text),
        Column("action", Text, nullable=False),
        Column("resource_type", Text),
        Column("resource_id", Uuid),
        Column("reason", Text),
        Column("detail", JSONB, nullable=False, server_default=text("'{}'")),
        Column("trace_id", Text),
        postgresql_partition_by="RANGE (at)",
    )
    Index("ix_audit_order", audit.c.xid, audit.c.seq)
    Index("ix_audit_resource", audit.c.resource_id, audit.c.at)
    Index("ix_audit_actor", audit.c.company, audit.c.actor, audit.c.at)
    seals = Table(
        "audit_seals",
        metadata,
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("until_xid", Xid8, nullable=False),
        Column("row_count", BigInteger, nullable=False),
        Column("previous_hash", Text, nullable=False),
        Column("hash", Text, nullable=False),
        Column("row_digests", LargeBinary, nullable=False),
        Column("sealed_at", DateTime(timezone=True), nullable=False),
        Column("anchored_at", DateTime(timezone=True)),
    )
    return AuditTables(audit, seals)
