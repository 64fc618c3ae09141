"""The table of stored files as SQLAlchemy sees it; the DDL is in each service's first migration."""

from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Text, Uuid


def file_tables(metadata: MetaData) -> tuple[Table, ...]:
    """Declare `stored_files` in `metadata`."""
    stored_files = Table(
        "stored_files",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("company", Text, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("media_type", Text, nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("created_by", Text),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Index("ix_stored_files_company", "company", "sha256"),
    )
    return (stored_files,)
