"""The programme: plans of year, quarter and month, what they hold, how they were adjusted.

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create table inspection_plans (
  id uuid not null,
  company text not null,
  level text not null,
  pace text not null,
  period text not null,
  place text not null,
  department text,
  team text,
  period_from timestamptz not null,
  period_until timestamptz not null,
  due_at timestamptz not null,
  state text not null,
  owner_id uuid,
  posts text[] not null default '{}',
  made_by uuid,
  made_at timestamptz not null,
  submitted_by uuid,
  submitted_at timestamptz,
  approved_by uuid,
  approved_at timestamptz,
  is_late boolean,
  returned_by uuid,
  returned_at timestamptz,
  return_reason text,
  ended_at timestamptz,
  adjustments integer not null default 0,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_inspection_plans primary key (id),
  constraint uq_inspection_plans_company_level_pace_period_place unique (company, level, pace, period, place),
  constraint ck_inspection_plans_level check (level in ('company', 'department', 'team')),
  constraint ck_inspection_plans_pace check (pace in ('month', 'quarter', 'year')),
  constraint ck_inspection_plans_state check (state in ('draft', 'submitted', 'approved', 'ended')),
  constraint ck_inspection_plans_period check (period_from < period_until),
  constraint ck_inspection_plans_ended check ((state = 'ended') = (ended_at is not null)),
  constraint ck_inspection_plans_four_eyes check (state <> 'approved' or approved_by <> submitted_by)
);
create index ix_inspection_plans_list on inspection_plans (company, id desc);
create index ix_inspection_plans_open on inspection_plans (company, period_until) where state <> 'ended';

create table planned_inspections (
  id uuid not null,
  company text not null,
  plan_id uuid not null,
  level text not null,
  occasion text,
  key text,
  kind text not null,
  theme text,
  department text not null,
  team text,
  led_by text,
  is_announced boolean not null,
  window_from timestamptz not null,
  window_until timestamptz not null,
  state text not null,
  inspector_id uuid,
  is_named boolean not null,
  gap text,
  posts text[] not null default '{}',
  moves integer not null,
  planned_at timestamptz not null,
  opened_at timestamptz,
  method text,
  held_on date,
  sample_size integer,
  checks text,
  companion_ids uuid[] not null default '{}',
  execution_by uuid,
  execution_at timestamptz,
  inspection_id uuid,
  taken_at timestamptz,
  done_at timestamptz,
  is_late boolean,
  missed_at timestamptz,
  cancel_reason text,
  ended_at timestamptz,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_planned_inspections primary key (id),
  constraint fk_planned_inspections_plan_id_inspection_plans
    foreign key (plan_id) references inspection_plans (id),
  constraint uq_planned_inspections_plan_id_key unique (plan_id, key),
  constraint ck_planned_inspections_level check (level in ('company', 'department', 'team')),
  constraint ck_planned_inspections_state
    check (state in ('planned', 'prepared', 'done', 'missed', 'cancelled')),
  constraint ck_planned_inspections_window check (window_from < window_until),
  constraint ck_planned_inspections_gap check ((inspector_id is null) = (gap is not null)),
  constraint ck_planned_inspections_inspection
    check ((state in ('prepared', 'done')) = (inspection_id is not null)),
  constraint ck_planned_inspections_done check ((state = 'done') = (done_at is not null)),
  constraint ck_planned_inspections_cancelled check ((state = 'cancelled') = (cancel_reason is not null)),
  constraint ck_planned_inspections_execution check ((execution_at is null) = (method is null)),
  constraint ck_planned_inspections_sample_size check (sample_size is null or sample_size >= 0)
);
create index ix_planned_inspections_list on planned_inspections (company, id desc);
create index ix_planned_inspections_due on planned_inspections (company, window_until, state);
create index ix_planned_inspections_load on planned_inspections (company, inspector_id) where ended_at is null;
create index ix_planned_inspections_unopened on planned_inspections (company, window_from)
  where opened_at is null and ended_at is null;

create table inspection_plan_adjustments (
  id uuid not null,
  company text not null,
  plan_id uuid not null,
  planned_id uuid not null,
  position integer not null,
  act text not null,
  reason text not null,
  is_after_approval boolean not null,
  before jsonb not null default '{}',
  after jsonb not null default '{}',
  adjusted_by uuid not null,
  adjusted_at timestamptz not null,
  constraint pk_inspection_plan_adjustments primary key (id),
  constraint fk_inspection_plan_adjustments_plan_id_inspection_plans
    foreign key (plan_id) references inspection_plans (id),
  constraint fk_inspection_plan_adjustments_planned_id_planned_inspections
    foreign key (planned_id) references planned_inspections (id),
  constraint uq_inspection_plan_adjustments_plan_id_position unique (plan_id, position),
  constraint ck_inspection_plan_adjustments_act check (act in ('add', 'move', 'cancel', 'assign'))
);
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table inspection_plan_adjustments, planned_inspections, inspection_plans")
