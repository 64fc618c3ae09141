"""Who serves whom, visits and services of the entitlements with their proofs and moves, plans, yearly evaluations.

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create table served_by (
  id uuid not null,
  company text not null,
  version bigint not null,
  customer_id uuid not null,
  slot text not null,
  post text not null,
  staff_id uuid not null,
  is_account_manager boolean not null,
  is_active boolean not null,
  constraint pk_served_by primary key (id)
);
create index ix_served_by_customer on served_by (company, customer_id, post) where is_active;

create sequence visit_numbers;

create table visit_plans (
  id uuid not null,
  company text not null,
  period text not null,
  state text not null,
  requested_by uuid,
  requested_at timestamptz not null,
  finished_at timestamptz,
  customers integer not null default 0,
  planned integer not null default 0,
  gaps integer not null default 0,
  withdrawn integer not null default 0,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_visit_plans primary key (id),
  constraint ck_visit_plans_state check (state in ('running', 'done')),
  constraint ck_visit_plans_finished check ((state = 'done') = (finished_at is not null))
);
create index ix_visit_plans_list on visit_plans (company, id desc);

create table visits (
  id uuid not null,
  company text not null,
  number text not null,
  plan_id uuid,
  service text not null,
  origin text not null,
  pace text not null,
  tier text not null,
  customer_id uuid not null,
  member_id uuid,
  subject_id uuid not null,
  window_key text,
  window_from timestamptz not null,
  window_until timestamptz,
  due_at timestamptz,
  planned_on date,
  state text not null,
  provider_post text not null,
  posts text[] not null default '{}',
  owner_id uuid,
  team text,
  department text,
  gap text,
  is_assigned boolean not null default false,
  moves integer not null default 0,
  pending_move_id uuid,
  reason text,
  cancel_reason text,
  is_excused boolean,
  note text,
  planned_at timestamptz not null,
  opened_at timestamptz,
  started_by uuid,
  visited_at timestamptz,
  done_by uuid,
  done_at timestamptz,
  is_late boolean,
  missed_at timestamptz,
  ended_at timestamptz,
  learnt text,
  matter_id uuid not null,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_visits primary key (id),
  constraint uq_visits_company_number unique (company, number),
  constraint fk_visits_plan_id_visit_plans foreign key (plan_id) references visit_plans (id),
  constraint ck_visits_origin check (origin in ('planned', 'started')),
  constraint ck_visits_state check (state in ('planned', 'rescheduled', 'done', 'cancelled', 'missed')),
  constraint ck_visits_window check ((origin = 'planned') <= (window_key is not null and window_until is not null
    and due_at is not null)),
  constraint ck_visits_started check ((origin = 'started') <= (reason is not null and started_by is not null)),
  constraint ck_visits_done check ((state = 'done') = (done_at is not null)),
  constraint ck_visits_cancelled check ((state = 'cancelled') = (cancel_reason is not null))
);
create unique index uq_visits_window on visits (company, service, subject_id, window_key) where origin = 'planned';
create index ix_visits_list on visits (company, window_from, id);
create index ix_visits_customer on visits (customer_id, window_from);
create index ix_visits_owner on visits (owner_id) where state in ('planned', 'rescheduled', 'missed');
create index ix_visits_gap on visits (company, id) where gap is not null and state in ('planned', 'rescheduled');
create index ix_visits_unopened on visits (company, window_from) where opened_at is null
  and state in ('planned', 'rescheduled');
create index ix_visits_due on visits (company, due_at) where state in ('planned', 'rescheduled');
create index ix_visits_missed on visits (company, due_at) where state = 'missed' and ended_at is null;
create index ix_visits_fulfilment on visits (company, due_at, tier, provider_post);

create table visit_participants (
  id uuid not null,
  company text not null,
  visit_id uuid not null,
  staff_id uuid not null,
  post text not null,
  constraint pk_visit_participants primary key (id),
  constraint fk_visit_participants_visit_id_visits foreign key (visit_id) references visits (id),
  constraint uq_visit_participants_visit_id_staff_id unique (visit_id, staff_id)
);

create table visit_proofs (
  id uuid not null,
  company text not null,
  visit_id uuid not null,
  kind text not null,
  file_id uuid,
  note text,
  constraint pk_visit_proofs primary key (id),
  constraint fk_visit_proofs_visit_id_visits foreign key (visit_id) references visits (id)
);
create index ix_visit_proofs_visit on visit_proofs (visit_id);
create index ix_visit_proofs_file on visit_proofs (file_id) where file_id is not null;

create table visit_findings (
  id uuid not null,
  company text not null,
  visit_id uuid not null,
  kind text not null,
  need text,
  department text not null,
  words text,
  opinion_id uuid,
  opinion_number text,
  event_id uuid,
  raised_at timestamptz not null,
  constraint pk_visit_findings primary key (id),
  constraint fk_visit_findings_visit_id_visits foreign key (visit_id) references visits (id),
  constraint ck_visit_findings_kind check (kind in ('need', 'suggestion'))
);
create index ix_visit_findings_visit on visit_findings (visit_id);

create table visit_moves (
  id uuid not null,
  company text not null,
  visit_id uuid not null,
  position integer not null,
  from_on date,
  to_on date not null,
  is_beyond boolean not null,
  reason text not null,
  state text not null,
  asked_by uuid not null,
  asked_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  decision_reason text,
  constraint pk_visit_moves primary key (id),
  constraint fk_visit_moves_visit_id_visits foreign key (visit_id) references visits (id),
  constraint uq_visit_moves_visit_id_position unique (visit_id, position),
  constraint ck_visit_moves_state check (state in ('taken', 'proposed', 'approved', 'refused', 'lapsed')),
  constraint ck_visit_moves_decided check ((state in ('approved', 'refused')) = (decided_at is not null))
);

create table account_evaluations (
  id uuid not null,
  company text not null,
  number text not null,
  customer_id uuid not null,
  tier text not null,
  year integer not null,
  state text not null,
  owner_id uuid,
  team text,
  department text,
  posts text[] not null default '{}',
  gap text,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  scores jsonb not null default '{}',
  summary text,
  needs text,
  improvements text[] not null default '{}',
  submitted_by uuid,
  submitted_at timestamptz,
  reviewed_by uuid,
  reviewed_at timestamptz,
  review_reason text,
  matter_id uuid not null,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_account_evaluations primary key (id),
  constraint uq_account_evaluations_company_number unique (company, number),
  constraint uq_account_evaluations_company_customer_id_year unique (company, customer_id, year),
  constraint ck_account_evaluations_state check (state in ('open', 'submitted', 'returned', 'agreed')),
  constraint ck_account_evaluations_reviewed check ((state in ('agreed', 'returned')) = (reviewed_at is not null))
);
create index ix_account_evaluations_list on account_evaluations (company, id desc);
create sequence account_evaluation_numbers
"""


def upgrade() -> None:
    """Add what visits and entitlements need."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for table in (
        "account_evaluations",
        "visit_moves",
        "visit_findings",
        "visit_proofs",
        "visit_participants",
        "visits",
        "visit_plans",
        "served_by",
    ):
        op.execute(f"drop table {table}")
    op.execute("drop sequence account_evaluation_numbers")
    op.execute("drop sequence visit_numbers")
