"""Figures: answers of callbacks, frozen periods and who was counted.  Redress of missed commitments.

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create table complaint_callbacks (
  id uuid not null,
  company text not null,
  complaint_id uuid not null,
  cycle integer,
  outcome text not null,
  is_satisfied boolean,
  called_at timestamptz not null,
  version bigint not null,
  constraint pk_complaint_callbacks primary key (id)
);
create index ix_complaint_callbacks_called on complaint_callbacks (company, called_at);
create index ix_complaint_callbacks_complaint on complaint_callbacks (complaint_id);

create table indicator_freezes (
  company text not null,
  period text not null,
  policy_version text not null,
  namings jsonb not null,
  customers jsonb not null,
  report jsonb,
  frozen_at timestamptz not null,
  constraint pk_indicator_freezes primary key (company, period)
);

create table indicator_cases (
  company text not null,
  period text not null,
  figure text not null,
  ref_id uuid not null,
  complaint_id uuid not null,
  cycle integer not null,
  at timestamptz not null,
  is_numerator boolean not null,
  is_denominator boolean not null,
  is_untargeted boolean not null,
  is_unanswered boolean not null,
  tier text,
  grade text,
  category text not null,
  department text,
  channel text not null,
  constraint pk_indicator_cases primary key (company, period, figure, ref_id)
);

create index ix_complaints_opened on complaints (company, opened_at);
create index ix_clocks_period on clocks (company, (coalesce(deadline_at, started_at)))
  where state <> 'cancelled' and not is_aim;
create index ix_clocks_breached on clocks (company, detected_at) where breached_at is not null;

create table redress (
  id uuid not null,
  company text not null,
  clock_id uuid not null,
  complaint_id uuid not null,
  cycle integer not null,
  metric text not null,
  commitment text not null,
  tier text,
  authority text not null,
  clause text not null,
  state text not null,
  per text not null,
  unit_fen bigint not null,
  period_minutes integer,
  cap_fen bigint,
  amount_fen bigint not null,
  steps integer not null,
  breached_at timestamptz not null,
  next_step_at timestamptz,
  ended_at timestamptz,
  proposed_at timestamptz not null,
  authorisation_id uuid,
  submitted_by uuid,
  submitted_at timestamptz,
  approved_at timestamptz,
  paid_by uuid,
  paid_at timestamptz,
  payment_reference text,
  proof_ids uuid[] not null default '{}',
  refused_at timestamptz,
  withdrawn_at timestamptz,
  owner_id uuid,
  team text,
  department text,
  posts text[] not null default '{}',
  customer_id uuid,
  policy_pack text not null,
  policy_version text not null,
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_redress primary key (id),
  constraint uq_redress_clock_id unique (clock_id),
  constraint fk_redress_complaint_id_complaints foreign key (complaint_id) references complaints (id),
  constraint ck_redress_state check (state in ('accruing', 'proposed', 'submitted', 'approved', 'paid', 'refused',
    'withdrawn')),
  constraint ck_redress_per check (per in ('once', 'period')),
  constraint ck_redress_amount check (amount_fen > 0 and (cap_fen is null or amount_fen <= cap_fen))
);
create index ix_redress_list on redress (company, id desc);
create index ix_redress_complaint on redress (complaint_id, id);
create index ix_redress_open on redress (company, id) where state in ('accruing', 'proposed', 'submitted', 'approved');
create unique index uq_redress_authorisation on redress (authorisation_id) where authorisation_id is not null;
create index ix_redress_proofs on redress using gin (proof_ids);

create table redress_marks (
  company text not null,
  looked_until timestamptz not null,
  constraint pk_redress_marks primary key (company)
)
"""


def upgrade() -> None:
    """Create the tables and the indexes that count by time."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table redress_marks, redress")
    op.execute("drop index ix_clocks_breached, ix_clocks_period, ix_complaints_opened")
    op.execute("drop table indicator_cases, indicator_freezes, complaint_callbacks")
