"""Closed periods of the figures.

Revision ID: 0009
Revises: 0008
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        "create table indicator_freezes ("
        " company text not null, period text not null, policy_version text not null, figures jsonb not null,"
        " frozen_at timestamptz not null, constraint pk_indicator_freezes primary key (company, period))"
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("drop table indicator_freezes")
