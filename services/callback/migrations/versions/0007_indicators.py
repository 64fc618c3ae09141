"""Figures: periods that are closed for ever; what follows from callbacks is listed newest first.

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the closed periods and what the figures and lists search by."""
    op.execute(
        "create table indicator_freezes ("
        " company text not null, period text not null, policy_version text not null, figures jsonb not null,"
        " frozen_at timestamptz not null, constraint pk_indicator_freezes primary key (company, period))"
    )
    op.execute("create index ix_callback_draws_period on callback_draws (company, occurred_at)")
    op.execute("create index ix_callback_consequences_list on callback_consequences (company, id desc)")


def downgrade() -> None:
    """Drop them."""
    op.execute("drop index ix_callback_consequences_list")
    op.execute("drop index ix_callback_draws_period")
    op.execute("drop table indicator_freezes")
