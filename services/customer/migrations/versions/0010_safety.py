"""Safety inspections of homes and commercial sites, hazards with their follow-up, inspection plans.

Revision ID: 0010
Revises: 0009
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLANS = """
set local lock_timeout = '5s';
create table safety_plans (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  commitment text not null,
  metric text not null,
  state text not null,
  tier text not null,
  party text not null,
  customer_class text not null,
  district text,
  period_from timestamptz not null,
  period_until timestamptz not null,
  is_led boolean not null default false,
  led_by text[] not null default '{}',
  performed_by text[] not null default '{}',
  arranged_by text,
  done text[] not null default '{}',
  order_id uuid,
  batch_id uuid,
  attempts smallint not null default 0,
  refusals smallint not null default 0,
  last_outcome text,
  last_visited_at timestamptz,
  next_attempt_on date,
  entered_at timestamptz,
  inspection_id uuid,
  policy_pack text not null,
  policy_version text not null,
  generated_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_safety_plans primary key (id),
  constraint fk_safety_plans_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_safety_plans_order_id_service_orders foreign key (order_id) references service_orders (id),
  constraint uq_safety_plans_company_customer_id_commitment_period_from
    unique (company, customer_id, commitment, period_from),
  constraint ck_safety_plans_state check (state in ('planned', 'ordered', 'entered', 'exhausted', 'cancelled')),
  constraint ck_safety_plans_period check (period_until > period_from),
  constraint ck_safety_plans_entered check ((state = 'entered') = (entered_at is not null))
);
create index ix_safety_plans_company on safety_plans (company, id);
create index ix_safety_plans_period on safety_plans (company, period_until, tier, state);
create index ix_safety_plans_open on safety_plans (company, period_until, id) where state in ('planned', 'ordered');
create index ix_safety_plans_customer on safety_plans (customer_id, period_until);
create index ix_safety_plans_batch on safety_plans (company, batch_id) where batch_id is not null
"""

INSPECTIONS = """
create sequence safety_inspection_number_sequence;

create table safety_inspections (
  id uuid not null,
  company text not null,
  number text not null,
  customer_id uuid not null,
  premises_id uuid,
  order_id uuid,
  plan_id uuid,
  hazard_id uuid,
  outcome text not null,
  visited_at timestamptz not null,
  visited_by uuid not null,
  present_ids uuid[] not null default '{}',
  is_led boolean not null default false,
  attempt smallint not null,
  is_notice_left boolean not null default false,
  next_attempt_on date,
  is_exhausted boolean not null default false,
  is_followed boolean not null default false,
  checks jsonb not null default '{}',
  equipment_checked smallint not null default 0,
  hazards_found smallint not null default 0,
  hazards_seen_again smallint not null default 0,
  tier text not null,
  note text,
  file_ids uuid[] not null default '{}',
  matter_id uuid not null,
  policy_pack text not null,
  policy_version text not null,
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_safety_inspections primary key (id),
  constraint uq_safety_inspections_company_number unique (company, number),
  constraint fk_safety_inspections_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_safety_inspections_order_id_service_orders foreign key (order_id) references service_orders (id),
  constraint fk_safety_inspections_plan_id_safety_plans foreign key (plan_id) references safety_plans (id),
  constraint ck_safety_inspections_outcome check (outcome in ('entered', 'not_at_home', 'refused')),
  constraint ck_safety_inspections_attempt check (attempt > 0),
  constraint ck_safety_inspections_next check (outcome <> 'entered' or next_attempt_on is null)
);
create index ix_safety_inspections_company on safety_inspections (company, id);
create index ix_safety_inspections_timeline on safety_inspections (company, customer_id, visited_at, id);
create index ix_safety_inspections_files on safety_inspections using gin (file_ids);
create index ix_safety_inspections_order on safety_inspections (order_id) where order_id is not null;
create index ix_safety_inspections_next on safety_inspections (company, next_attempt_on, id)
  where next_attempt_on is not null and not is_followed
"""

HAZARDS = """
create sequence safety_hazard_number_sequence;

create table safety_hazards (
  id uuid not null,
  company text not null,
  number text not null,
  customer_id uuid not null,
  premises_id uuid not null,
  equipment_id uuid,
  inspection_id uuid,
  order_id uuid,
  kind text not null,
  severity text not null,
  description text not null,
  state text not null,
  tier text not null,
  found_at timestamptz not null,
  found_by uuid not null,
  seen_again smallint not null default 0,
  last_seen_at timestamptz not null,
  told_at timestamptz,
  told_by uuid,
  told_by_way text,
  gas_stopped_at timestamptz,
  gas_stopped_by uuid,
  gas_not_stopped_reason text,
  gas_restored_at timestamptz,
  follow_up_order_id uuid,
  follow_ups smallint not null default 0,
  resolved_at timestamptz,
  resolved_by uuid,
  resolution text,
  proof_ids uuid[] not null default '{}',
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawn_reason text,
  owner_id uuid not null,
  team text,
  department text,
  posts text[] not null default '{}',
  matter_id uuid not null,
  policy_pack text not null,
  policy_version text not null,
  recorded_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_safety_hazards primary key (id),
  constraint uq_safety_hazards_company_number unique (company, number),
  constraint fk_safety_hazards_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_safety_hazards_premises_id_premises foreign key (premises_id) references premises (id),
  constraint fk_safety_hazards_equipment_id_gas_equipment foreign key (equipment_id) references gas_equipment (id),
  constraint fk_safety_hazards_inspection_id_safety_inspections
    foreign key (inspection_id) references safety_inspections (id),
  constraint ck_safety_hazards_state check (state in ('open', 'resolved', 'withdrawn')),
  constraint ck_safety_hazards_resolved
    check ((state = 'resolved') = (resolved_at is not null) and (resolved_at is null or cardinality(proof_ids) > 0)),
  constraint ck_safety_hazards_withdrawn check ((state = 'withdrawn') = (withdrawn_at is not null)),
  constraint ck_safety_hazards_gas check (gas_restored_at is null or gas_stopped_at is not null)
);
create unique index uq_safety_hazards_open on safety_hazards (premises_id, kind, equipment_id) nulls not distinct
  where state = 'open';
create index ix_safety_hazards_proof on safety_hazards using gin (proof_ids);
create index ix_safety_hazards_company on safety_hazards (company, id);
create index ix_safety_hazards_timeline on safety_hazards (company, customer_id, found_at, id);
create index ix_safety_hazards_open on safety_hazards (company, severity, id) where state = 'open'
"""


def upgrade() -> None:
    """Expand."""
    for block in (PLANS, INSPECTIONS, HAZARDS):
        for statement in block.split(";\n"):
            op.execute(statement)


def downgrade() -> None:
    """Contract."""
    for table in ("safety_hazards", "safety_inspections", "safety_plans"):
        op.execute(f"drop table if exists {table}")
    for numbers in ("safety_hazard_number_sequence", "safety_inspection_number_sequence"):
        op.execute(f"drop sequence if exists {numbers}")
