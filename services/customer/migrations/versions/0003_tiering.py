"""Runs of the tier rules and the proposals that they make.

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TIERING = """
create table tier_runs (
  id uuid not null,
  company text not null,
  state text not null,
  customer_ids uuid[],
  policy_pack text not null,
  policy_version text not null,
  policy_sha256 text not null,
  total_sales_fen numeric(24,0) not null,
  judged bigint not null default 0,
  written bigint not null default 0,
  summary jsonb not null default '[]',
  job_id uuid,
  note text,
  started_by uuid not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  confirmed_by uuid,
  confirmed_at timestamptz,
  confirmed_count bigint not null default 0,
  version bigint not null default 1,
  constraint pk_tier_runs primary key (id),
  constraint ck_tier_runs_state check (state in ('running', 'proposed', 'confirming', 'confirmed')),
  constraint ck_tier_runs_four_eyes check (confirmed_by <> started_by)
);
create index ix_tier_runs_company on tier_runs (company, id desc);

create table tier_proposals (
  id uuid not null,
  company text not null,
  run_id uuid not null,
  customer_id uuid not null,
  state text not null,
  tier text not null,
  from_tier text,
  rule text,
  matches text[] not null default '{}',
  facts jsonb not null default '{}',
  needs_person boolean not null,
  policy_version text not null,
  proposed_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  version bigint not null default 1,
  constraint pk_tier_proposals primary key (id),
  constraint fk_tier_proposals_run_id_tier_runs foreign key (run_id) references tier_runs (id),
  constraint fk_tier_proposals_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_tier_proposals_state check (state in ('proposed', 'confirmed', 'superseded'))
);
create unique index uq_tier_proposals_standing on tier_proposals (customer_id) where state = 'proposed';
create index ix_tier_proposals_company on tier_proposals (company, id desc);
create index ix_tier_proposals_run on tier_proposals (run_id, state, customer_id);
create index ix_tier_proposals_confirmed on tier_proposals (customer_id, decided_at desc) where state = 'confirmed';
"""


def upgrade() -> None:
    """Create the tiering tables; the search path is the service's schema."""
    for statement in TIERING.strip().split(";\n"):
        op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Drop them in the order of their references."""
    op.execute("drop table tier_proposals, tier_runs")
