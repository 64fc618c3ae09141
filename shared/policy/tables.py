"""Stored revisions of the chapters and which company runs which pack (mirror of migration 0001)."""

from sqlalchemy import CheckConstraint, Column, Date, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP


def policy_tables(metadata: MetaData) -> tuple[Table, ...]:
    """Declare `policy_revisions` and `pack_companies`; `calendar_revisions` belongs to shared/sla."""
    revisions = Table(
        "policy_revisions",
        metadata,
        Column("pack", Text, primary_key=True),
        Column("chapter", Text, primary_key=True),
        Column("version", Text, primary_key=True),
        Column("sha256", Text, nullable=False),
        Column("canonical", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("effective_on", Date, nullable=False),
        Column("stored_at", TIMESTAMP(timezone=True), nullable=False),
        CheckConstraint("state in ('draft', 'approved_inside', 'approved_by_director', 'filed')", name="state"),
    )
    companies = Table(
        "pack_companies",
        metadata,
        Column("company", Text, primary_key=True),
        Column("pack", Text, nullable=False),
        Column("name", Text, nullable=False),
    )
    return revisions, companies
