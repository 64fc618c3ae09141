"""Stored files, as each schema has them (mirror of migration 0001)."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import TIMESTAMP


def file_tables(metadata: MetaData) -> tuple[Table, ...]:
    """Declare `stored_files` in `metadata`."""
    files = Table(
        "stored_files",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("company", Text, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("media_type", Text, nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("created_by", Text),
        Column("created_at", TIMESTAMP(timezone=True), nullable=False),
        Index("ix_stored_files_company", "company", "sha256"),
    )
    return (files,)
