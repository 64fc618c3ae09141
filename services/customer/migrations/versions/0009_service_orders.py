"""Service orders: the order from request to close, and everything that was done to it.

Revision ID: 0009
Revises: 0008
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ORDERS = """
create sequence order_number_sequence;

create table service_orders (
  id uuid not null,
  company text not null,
  number text not null,
  customer_id uuid,
  premises_id uuid,
  meter_id uuid,
  contract_id uuid,
  work text not null,
  place text,
  state text not null,
  tier text not null,
  tier_rank integer not null,
  party text,
  is_emergency boolean not null default false,
  is_priority boolean not null default false,
  channel text not null,
  channel_reference text,
  origin text not null,
  origin_id uuid,
  summary text not null,
  details jsonb not null default '{}',
  result jsonb not null default '{}',
  done text[] not null default '{}',
  appointment_from timestamptz,
  appointment_until timestamptz,
  requested_at timestamptz not null,
  acknowledged_at timestamptz,
  ready_at timestamptz,
  department_order_at timestamptz,
  alarm_at timestamptz,
  contract_due_at timestamptz,
  period_from timestamptz,
  period_until timestamptz,
  impeded_at timestamptz,
  solution_named_at timestamptz,
  solution_due_at timestamptz,
  dispatched_at timestamptz,
  arrived_at timestamptz,
  entered_at timestamptz,
  started_at timestamptz,
  attended_at timestamptz,
  progress_told_at timestamptz,
  completed_at timestamptz,
  confirmed_at timestamptz,
  acceptance_invited_at timestamptz,
  accepted_at timestamptz,
  reported_at timestamptz,
  closed_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text,
  pause_reason text,
  paused_until timestamptz,
  is_repeat_entry boolean not null default false,
  repeat_of_id uuid,
  is_emergency_crew boolean not null default false,
  assigned_ids uuid[] not null default '{}',
  led_by_ids uuid[] not null default '{}',
  arranged_by_id uuid,
  attended_posts text[] not null default '{}',
  owner_id uuid,
  team text,
  department text,
  posts text[] not null default '{}',
  due_at timestamptz,
  rank_at timestamptz,
  priority_rank smallint not null default 2,
  matter_id uuid not null,
  policy_pack text not null,
  policy_version text not null,
  policy_sha256 text not null,
  opened_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_service_orders primary key (id),
  constraint uq_service_orders_company_number unique (company, number),
  constraint fk_service_orders_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_service_orders_premises_id_premises foreign key (premises_id) references premises (id),
  constraint fk_service_orders_meter_id_meters foreign key (meter_id) references meters (id),
  constraint ck_service_orders_state check (state in ('requested', 'appointed', 'dispatched', 'arrived', 'working',
    'impeded', 'completed', 'confirmed', 'accepted', 'reported', 'closed', 'cancelled')),
  constraint ck_service_orders_origin
    check (origin in ('request', 'authority', 'plan', 'follow_up', 'filed_afterwards', 'interruption')),
  constraint ck_service_orders_appointment check (appointment_until >= appointment_from),
  constraint ck_service_orders_cancelled check ((state = 'cancelled') = (cancelled_at is not null)),
  constraint ck_service_orders_completed
    check (completed_at is not null or state not in ('completed', 'confirmed', 'accepted', 'reported', 'closed'))
);
create index ix_service_orders_company on service_orders (company, id desc);
create index ix_service_orders_customer on service_orders (customer_id, id desc) where customer_id is not null;
create index ix_service_orders_premises on service_orders (premises_id, work, entered_at)
  where premises_id is not null and entered_at is not null;
create index ix_service_orders_department on service_orders (company, department, id desc);
create index ix_service_orders_assigned on service_orders using gin (assigned_ids);
create index ix_service_orders_channel on service_orders (company, channel_reference)
  where channel_reference is not null;
create index ix_service_orders_origin on service_orders (company, origin_id) where origin_id is not null;
create unique index uq_service_orders_authorisation on service_orders (company, origin_id)
  where origin in ('authority', 'filed_afterwards');
create index ix_service_orders_queue on service_orders
  (company, is_emergency desc, rank_at nulls last, priority_rank, tier_rank, id)
  where state in ('requested', 'appointed');
create index ix_service_orders_crew on service_orders (company, team)
  where state in ('dispatched', 'arrived', 'working');
create index ix_service_orders_completed on service_orders (company, completed_at) where completed_at is not null
"""

ACTS = """
create table service_order_acts (
  id uuid not null,
  company text not null,
  order_id uuid not null,
  act text not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  actor text not null,
  from_state text,
  to_state text not null,
  reason text,
  said jsonb not null default '{}',
  constraint pk_service_order_acts primary key (id),
  constraint fk_service_order_acts_order_id_service_orders foreign key (order_id) references service_orders (id)
);
create index ix_service_order_acts_order on service_order_acts (order_id, id)
"""

AUTHORITIES = """
create table authority_works (
  id uuid not null,
  company text not null,
  number text not null,
  authority text not null,
  category text not null,
  work text not null,
  department text,
  customer_id uuid,
  complaint_id uuid,
  requested_by uuid not null,
  is_filed_afterwards boolean not null,
  started_at timestamptz not null,
  deadline_at timestamptz,
  matter_id uuid,
  order_id uuid,
  learned_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_authority_works primary key (id),
  constraint fk_authority_works_order_id_service_orders foreign key (order_id) references service_orders (id)
);
create index ix_authority_works_company on authority_works (company, id desc)
"""


def upgrade() -> None:
    """Orders, the append-only book of what was done to them, and the authorities that need work."""
    for part in (ORDERS, ACTS, AUTHORITIES):
        for statement in part.strip().split(";\n"):
            op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """The service has no orders again."""
    op.execute("drop table authority_works, service_order_acts, service_orders")
    op.execute("drop sequence order_number_sequence")
