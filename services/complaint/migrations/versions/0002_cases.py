"""Complaint cases: the case, its steps, its emergency plan, and what is known here of customers.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CASES = """
create sequence complaint_numbers;

create table complaints (
  id uuid not null,
  company text not null,
  number text not null,
  kind text not null,
  channel text not null,
  external_source text,
  external_reference text,
  external_deadline_at timestamptz,
  category text not null,
  grade text,
  grade_reason text,
  state text not null,
  paused_reason text,
  summary text not null,
  description text,
  circumstances text[] not null default '{}',
  affected_customers integer not null default 1,
  attachment_ids uuid[] not null default '{}',
  customer_id uuid,
  customer_kind text,
  tier text not null,
  is_tier_default boolean not null,
  handling_level text,
  is_anonymous boolean not null default false,
  complainant_name text,
  complainant_phone text,
  complainant_phone_index text,
  complainant_phone_last4 text,
  first_responsible_id uuid not null,
  owner_id uuid,
  team text,
  department text,
  posts text[] not null default '{}',
  cycle integer not null default 1,
  opened_at timestamptz not null,
  cycle_started_at timestamptz not null,
  recorded_at timestamptz not null,
  acknowledged_at timestamptz,
  planned_at timestamptz,
  answered_by_post text,
  resolved_at timestamptz,
  closed_at timestamptz,
  resolution text,
  emergency_started_at timestamptz,
  policy_pack text not null,
  policy_version text not null,
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_complaints primary key (id),
  constraint uq_complaints_company_number unique (company, number),
  constraint ck_complaints_state check (state in ('received', 'acknowledged', 'assessed', 'planned', 'agreed',
    'resolved', 'closed')),
  constraint ck_complaints_kind check (kind in ('complaint', 'suggestion', 'opinion', 'praise')),
  constraint ck_complaints_affected check (affected_customers > 0)
);
create index ix_complaints_list on complaints (company, id desc);
create index ix_complaints_state on complaints (company, state, id desc);
create index ix_complaints_owner on complaints (company, owner_id, id desc) where state not in ('resolved', 'closed');
create index ix_complaints_department on complaints (company, department, id desc)
  where state not in ('resolved', 'closed');
create index ix_complaints_customer on complaints (customer_id, id desc);
create index ix_complaints_phone on complaints (company, complainant_phone_index);
create index ix_complaints_attachments on complaints using gin (attachment_ids);
create index ix_complaints_external on complaints (company, external_source, external_reference);

create table complaint_steps (
  at timestamptz not null,
  id uuid not null,
  complaint_id uuid not null,
  company text not null,
  cycle integer not null,
  action text not null,
  occurred_at timestamptz not null,
  judged_at timestamptz not null,
  actor_id uuid,
  actor_post text,
  from_state text,
  to_state text not null,
  note text,
  detail jsonb not null default '{}',
  constraint pk_complaint_steps primary key (at, id)
) partition by range (at);
create table complaint_steps_default partition of complaint_steps default;
create index ix_complaint_steps_complaint on complaint_steps (complaint_id, at);

create table emergency_steps (
  complaint_id uuid not null,
  code text not null,
  company text not null,
  position integer not null,
  text text not null,
  post text not null,
  owner_id uuid,
  due_at timestamptz not null,
  done_at timestamptz,
  done_by uuid,
  note text,
  constraint pk_emergency_steps primary key (complaint_id, code),
  constraint fk_emergency_steps_complaint_id_complaints foreign key (complaint_id) references complaints (id)
);

create table customers (
  id uuid not null,
  company text not null,
  version bigint not null,
  kind text,
  party text,
  standing text,
  tier text,
  tier_effective_at timestamptz,
  tier_version bigint not null default 0,
  account_manager_id uuid,
  constraint pk_customers primary key (id)
);
create index ix_customers_company on customers (company, id);
"""


def upgrade() -> None:
    """Create the cases' tables."""
    for statement in CASES.strip().split(";\n"):
        op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table emergency_steps, complaint_steps, complaints, customers")
    op.execute("drop sequence complaint_numbers")
