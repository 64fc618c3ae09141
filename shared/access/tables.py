"""The projections of access: staff (fed by incentive) and the aliases of merged customers."""

from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Index, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB


class AccessTables(NamedTuple):
    """Both tables of one schema."""

    staff: Table
    customer_aliases: Table


def access_tables(metadata: MetaData) -> AccessTables:
    """Declare them in `metadata`, exactly as migration 0001 creates them."""
    staff = Table(
        "staff",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("company", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("state", Text, nullable=False),
        Column("department", Text),
        Column("team", Text),
        Column("superior_id", Uuid),
        Column("posts", ARRAY(Text), nullable=False, server_default=text("'{}'")),
        Column("deputies", JSONB, nullable=False, server_default=text("'[]'")),
        Column("lines", ARRAY(Text), nullable=False, server_default=text("'{}'")),
        CheckConstraint("state in ('active', 'on_leave', 'left')", name="state"),
    )
    Index("ix_staff_company", staff.c.company, staff.c.department)
    Index("ix_staff_posts", staff.c.posts, postgresql_using="gin")
    aliases = Table(
        "customer_aliases",
        metadata,
        Column("from_id", Uuid, primary_key=True),
        Column("company", Text, nullable=False),
        Column("to_id", Uuid, nullable=False),
        Column("version", BigInteger, nullable=False),
    )
    return AccessTables(staff, aliases)
