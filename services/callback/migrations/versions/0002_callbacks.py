"""Callbacks: what is known of customers, the draw, the calls and their answers, what follows; opinions.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create table customers (
  id uuid not null,
  company text not null,
  version bigint not null,
  kind text,
  customer_class text,
  party text,
  standing text,
  tier text,
  tier_effective_at timestamptz,
  tier_version bigint not null default 0,
  account_manager_id uuid,
  district text,
  tags text[] not null default '{}',
  erased_at timestamptz,
  constraint pk_customers primary key (id)
);
create index ix_customers_tier on customers (company, tier, id) where standing = 'active';

create sequence callback_numbers;
create sequence opinion_numbers;

create table draw_strata (
  id uuid not null,
  company text not null,
  business text not null,
  tier text not null,
  policy_pack text not null,
  policy_version text not null,
  name text not null,
  seed text not null,
  numerator bigint not null,
  denominator bigint not null,
  offset_numerator numeric(20, 0) not null,
  seen bigint not null default 0,
  drawn bigint not null default 0,
  constraint pk_draw_strata primary key (id),
  constraint uq_draw_strata_company_business_tier_policy_version unique (company, business, tier, policy_version),
  constraint ck_draw_strata_share check (denominator >= 1 and numerator between 0 and denominator),
  constraint ck_draw_strata_counts check (drawn between 0 and seen)
);

create table callback_draws (
  id uuid not null,
  company text not null,
  stratum_id uuid not null,
  position bigint not null,
  business text not null,
  subject_type text not null,
  subject_id uuid not null,
  occasion text not null,
  customer_id uuid not null,
  event_id uuid,
  occurred_at timestamptz not null,
  drawn_at timestamptz not null,
  is_drawn boolean not null,
  callback_id uuid,
  constraint pk_callback_draws primary key (id),
  constraint fk_callback_draws_stratum_id_draw_strata foreign key (stratum_id) references draw_strata (id),
  constraint uq_callback_draws_stratum_id_position unique (stratum_id, position),
  constraint uq_callback_draws_company_business_subject_id_occasion unique (company, business, subject_id, occasion),
  constraint ck_callback_draws_drawn check (is_drawn = (callback_id is not null))
);

create table callbacks (
  id uuid not null,
  company text not null,
  number text not null,
  business text not null,
  tier text not null,
  subject_type text not null,
  subject_id uuid not null,
  subject_number text,
  work text,
  cycle integer,
  customer_id uuid not null,
  staff_ids uuid[] not null default '{}',
  state text not null,
  queue text not null,
  is_in_person boolean not null default false,
  posts text[] not null default '{}',
  department text,
  owner_id uuid,
  team text,
  script text not null,
  script_version integer not null,
  occurred_at timestamptz not null,
  earliest_at timestamptz not null,
  latest_at timestamptz not null,
  ready_at timestamptz not null,
  lease_until timestamptz,
  claimed_at timestamptz,
  claim_count integer not null default 0,
  claim_ticket uuid,
  contacted_at timestamptz,
  contact_count integer not null default 0,
  attempts integer not null default 0,
  outcome text,
  score integer,
  is_satisfied boolean,
  reasons text[] not null default '{}',
  words text,
  completed_by uuid,
  completed_at timestamptz,
  drawn_at timestamptz not null,
  matter_id uuid,
  correlation_id uuid not null,
  hops integer not null,
  event_id uuid,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_callbacks primary key (id),
  constraint uq_callbacks_company_number unique (company, number),
  constraint ck_callbacks_state check (state in ('scheduled', 'waiting', 'claimed', 'done', 'missed')),
  constraint ck_callbacks_holder check ((state = 'claimed') = (lease_until is not null)),
  constraint ck_callbacks_window check (earliest_at < latest_at)
);
create index ix_callbacks_queue on callbacks (company, queue, latest_at, id) where state = 'waiting';
create index ix_callbacks_ready on callbacks (company, ready_at) where state = 'scheduled';
create index ix_callbacks_lease on callbacks (company, lease_until) where state = 'claimed';
create unique index uq_callbacks_ticket on callbacks (claim_ticket) where claim_ticket is not null;
create index ix_callbacks_holder on callbacks (owner_id) where state = 'claimed';
create index ix_callbacks_window on callbacks (company, latest_at) where state in ('scheduled', 'waiting', 'claimed');
create index ix_callbacks_list on callbacks (company, latest_at, id);
create index ix_callbacks_subject on callbacks (subject_id);
create index ix_callbacks_customer on callbacks (customer_id);
create index ix_callbacks_completed on callbacks (company, completed_at) where completed_at is not null;

create table callback_attempts (
  id uuid not null,
  company text not null,
  callback_id uuid not null,
  position integer not null,
  staff_id uuid not null,
  result text not null,
  called_at timestamptz not null,
  recorded_at timestamptz not null,
  call_again_at timestamptz,
  constraint pk_callback_attempts primary key (id),
  constraint fk_callback_attempts_callback_id_callbacks foreign key (callback_id) references callbacks (id),
  constraint uq_callback_attempts_callback_id_position unique (callback_id, position),
  constraint ck_callback_attempts_result check (result in ('reached', 'no_answer', 'refused', 'wrong_number',
    'call_again'))
);

create table callback_answers (
  id uuid not null,
  company text not null,
  callback_id uuid not null,
  question text not null,
  kind text not null,
  choice text,
  score integer,
  is_yes boolean,
  text text,
  is_unsatisfied boolean not null,
  constraint pk_callback_answers primary key (id),
  constraint fk_callback_answers_callback_id_callbacks foreign key (callback_id) references callbacks (id),
  constraint uq_callback_answers_callback_id_question unique (callback_id, question),
  constraint ck_callback_answers_kind check (kind in ('choice', 'score', 'yes_no', 'text'))
);

create table callback_consequences (
  id uuid not null,
  company text not null,
  callback_id uuid not null,
  kind text not null,
  state text not null,
  event_id uuid,
  need text,
  praised_staff_ids uuid[] not null default '{}',
  words text,
  target_type text,
  target_id uuid,
  target_number text,
  owner_id uuid,
  team text,
  department text,
  posts text[] not null default '{}',
  raised_at timestamptz not null,
  linked_at timestamptz,
  constraint pk_callback_consequences primary key (id),
  constraint fk_callback_consequences_callback_id_callbacks foreign key (callback_id) references callbacks (id),
  constraint uq_callback_consequences_callback_id_kind unique (callback_id, kind),
  constraint ck_callback_consequences_kind check (kind in ('complaint', 'opinion', 'praise', 'finding', 'need')),
  constraint ck_callback_consequences_state check (state in ('raised', 'linked'))
);
create unique index uq_callback_consequences_event on callback_consequences (event_id) where event_id is not null;
create index ix_callback_consequences_target on callback_consequences (target_id) where target_id is not null;

create table opinions (
  id uuid not null,
  company text not null,
  number text not null,
  kind text not null,
  source text not null,
  source_id uuid,
  state text not null,
  words text,
  customer_id uuid,
  tier text,
  owner_id uuid,
  team text,
  department text not null,
  posts text[] not null default '{}',
  opened_by uuid,
  opened_at timestamptz not null,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  is_on_time boolean,
  told_by uuid,
  told_at timestamptz,
  matter_id uuid not null,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_opinions primary key (id),
  constraint uq_opinions_company_number unique (company, number),
  constraint ck_opinions_state check (state in ('open', 'answered', 'told')),
  constraint ck_opinions_answer check ((state = 'open') = (answered_at is null))
);
create index ix_opinions_list on opinions (company, id desc);
create index ix_opinions_open on opinions (company, department) where state = 'open';
create index ix_opinions_source on opinions (source_id) where source_id is not null
"""


def upgrade() -> None:
    """Add what callbacks need."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for table in (
        "opinions",
        "callback_consequences",
        "callback_answers",
        "callback_attempts",
        "callbacks",
        "callback_draws",
        "draw_strata",
        "customers",
    ):
        op.execute(f"drop table {table}")
    op.execute("drop sequence opinion_numbers")
    op.execute("drop sequence callback_numbers")
