"""Figures: frozen periods, what was counted in them, and the indexes that count by time.

Revision ID: 0014
Revises: 0013
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FIGURES = """
set local lock_timeout = '5s';
create table indicator_freezes (
  company text not null,
  period text not null,
  policy_version text not null,
  namings jsonb not null,
  supply jsonb not null,
  frozen_at timestamptz not null,
  constraint pk_indicator_freezes primary key (company, period)
);

create table indicator_members (
  company text not null,
  period text not null,
  figure text not null,
  ref_id uuid not null,
  subject_type text not null,
  subject_id uuid not null,
  at timestamptz not null,
  is_numerator boolean not null,
  is_denominator boolean not null,
  is_untargeted boolean not null,
  is_unanswered boolean not null,
  seconds bigint,
  tier text,
  category text,
  department text,
  channel text,
  constraint pk_indicator_members primary key (company, period, figure, ref_id)
);

create index ix_service_orders_entered on service_orders (company, entered_at) where entered_at is not null;
create index ix_clocks_period on clocks (company, (coalesce(deadline_at, started_at)))
  where state <> 'cancelled' and not is_aim
"""


def upgrade() -> None:
    """Build."""
    for statement in FIGURES.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.execute("drop index ix_clocks_period, ix_service_orders_entered")
    op.execute("drop table indicator_members, indicator_freezes")
