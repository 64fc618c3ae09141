"""Messages with their attempts and opt-outs; occasions and members, greetings, gifts, activities and invitations.

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
create table messages (
  id uuid not null,
  company text not null,
  cause text not null,
  source text not null,
  source_id uuid,
  customer_id uuid not null,
  person_id uuid,
  purpose text not null,
  template text not null,
  template_version integer not null,
  parameters jsonb not null default '{}',
  state text not null,
  reason text,
  queued_by uuid,
  queued_at timestamptz not null,
  month text not null,
  is_counted boolean not null,
  ready_at timestamptz not null,
  lease_until timestamptz,
  attempts integer not null default 0,
  checks integer not null default 0,
  provider_reference text,
  sent_at timestamptz,
  unknown_since timestamptz,
  settled_at timestamptz,
  matter_id uuid,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_messages primary key (id),
  constraint uq_messages_company_cause unique (company, cause),
  constraint ck_messages_state check (state in ('queued', 'sending', 'sent', 'unknown', 'delivered', 'refused',
    'failed', 'suppressed')),
  constraint ck_messages_lease check ((state = 'sending') = (lease_until is not null))
);
create index ix_messages_due on messages (ready_at, id) where state in ('queued', 'unknown', 'sent');
create index ix_messages_lease on messages (lease_until) where state = 'sending';
create index ix_messages_list on messages (company, id desc);
create index ix_messages_customer on messages (company, customer_id, month);
create index ix_messages_source on messages (source_id) where source_id is not null;
create unique index uq_messages_reference on messages (provider_reference) where provider_reference is not null;

create table message_attempts (
  id uuid not null,
  company text not null,
  message_id uuid not null,
  position integer not null,
  kind text not null,
  result text not null,
  detail text,
  at timestamptz not null,
  constraint pk_message_attempts primary key (id),
  constraint fk_message_attempts_message_id_messages foreign key (message_id) references messages (id),
  constraint uq_message_attempts_message_id_position unique (message_id, position),
  constraint ck_message_attempts_kind check (kind in ('send', 'ask')),
  constraint ck_message_attempts_result check (result in ('accepted', 'delivered', 'refused', 'failed', 'unknown',
    'absent', 'later'))
);

create table message_opt_outs (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  purpose text not null,
  source text not null,
  set_by uuid not null,
  set_at timestamptz not null,
  ended_source text,
  ended_by uuid,
  ended_at timestamptz,
  version bigint not null default 1,
  constraint pk_message_opt_outs primary key (id),
  constraint ck_message_opt_outs_ended check ((ended_at is null) = (ended_by is null))
);
create unique index uq_message_opt_outs_open on message_opt_outs (company, customer_id, purpose)
  where ended_at is null;
create index ix_message_opt_outs_list on message_opt_outs (company, id desc);
create index ix_message_opt_outs_customer on message_opt_outs (customer_id);

create table care_occasions (
  id uuid not null,
  company text not null,
  version bigint not null,
  customer_id uuid not null,
  member_id uuid,
  member_customer_id uuid,
  occasion text not null,
  circle text,
  month integer,
  day integer,
  is_lunar boolean not null default false,
  is_ended boolean not null,
  constraint pk_care_occasions primary key (id)
);
create index ix_care_occasions_day on care_occasions (company, occasion, is_lunar, month, day, id) where not is_ended;

create table care_members (
  id uuid not null,
  company text not null,
  version bigint not null,
  group_id uuid not null,
  kind text not null,
  circle text,
  rank text,
  is_served boolean not null,
  is_active boolean not null,
  member_customer_id uuid,
  constraint pk_care_members primary key (id)
);
create index ix_care_members_group on care_members (company, group_id, id) where is_active;

create table greetings (
  id uuid not null,
  company text not null,
  key text not null,
  rule text not null,
  occasion text not null,
  festival text,
  occasion_id uuid,
  customer_id uuid not null,
  member_id uuid,
  circle text,
  tier text,
  channel text not null,
  on_date date not null,
  due_at timestamptz not null,
  gift_fen bigint,
  state text not null,
  reason text,
  owner_id uuid,
  team text,
  department text,
  posts text[] not null default '{}',
  message_id uuid,
  planned_at timestamptz not null,
  done_by uuid,
  done_at timestamptz,
  note text,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_greetings primary key (id),
  constraint uq_greetings_company_key unique (company, key),
  constraint ck_greetings_occasion check (occasion in ('festival', 'birthday', 'great_day')),
  constraint ck_greetings_channel check (channel in ('sms', 'call', 'mail', 'in_person')),
  constraint ck_greetings_state check (state in ('planned', 'done', 'skipped', 'cancelled')),
  constraint ck_greetings_done check ((state = 'done') = (done_at is not null))
);
create index ix_greetings_list on greetings (company, on_date, id);
create index ix_greetings_customer on greetings (customer_id);
create index ix_greetings_occasion on greetings (occasion_id) where state = 'planned';
create index ix_greetings_message on greetings (message_id) where state = 'planned' and message_id is not null;

create table gifts (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  member_id uuid,
  greeting_id uuid,
  occasion text not null,
  kind text not null,
  value_fen bigint not null,
  year integer not null,
  state text not null,
  exceeded text[] not null default '{}',
  reason text,
  given_by uuid not null,
  team text,
  department text,
  posts text[] not null default '{}',
  recorded_at timestamptz not null,
  given_on date,
  decided_by uuid,
  decided_at timestamptz,
  decision_reason text,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_gifts primary key (id),
  constraint fk_gifts_greeting_id_greetings foreign key (greeting_id) references greetings (id),
  constraint ck_gifts_value check (value_fen > 0),
  constraint ck_gifts_state check (state in ('proposed', 'approved', 'refused', 'given')),
  constraint ck_gifts_given check ((state = 'given') = (given_on is not null)),
  constraint ck_gifts_decided check ((state in ('approved', 'refused')) <= (decided_at is not null))
);
create index ix_gifts_list on gifts (company, id desc);
create index ix_gifts_receiver on gifts (company, customer_id, year);
create index ix_gifts_year on gifts (company, year, state);

create table activities (
  id uuid not null,
  company text not null,
  kind text not null,
  title text not null,
  place text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  seats integer,
  tiers text[] not null,
  state text not null,
  reason text,
  owner_id uuid not null,
  team text,
  department text,
  posts text[] not null default '{}',
  opened_at timestamptz not null,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_activities primary key (id),
  constraint ck_activities_state check (state in ('planned', 'held', 'cancelled')),
  constraint ck_activities_time check (starts_at < ends_at)
);
create index ix_activities_list on activities (company, id desc);

create table activity_invitations (
  id uuid not null,
  company text not null,
  activity_id uuid not null,
  customer_id uuid not null,
  tier text,
  state text not null,
  message_id uuid,
  invited_by uuid not null,
  invited_at timestamptz not null,
  answered_at timestamptz,
  answered_by uuid,
  version bigint not null default 1,
  constraint pk_activity_invitations primary key (id),
  constraint fk_activity_invitations_activity_id_activities foreign key (activity_id) references activities (id),
  constraint uq_activity_invitations_activity_id_customer_id unique (activity_id, customer_id),
  constraint ck_activity_invitations_state check (state in ('invited', 'accepted', 'declined', 'attended', 'absent'))
);
create index ix_activity_invitations_list on activity_invitations (activity_id, id);
create index ix_activity_invitations_customer on activity_invitations (customer_id)
"""


def upgrade() -> None:
    """Add what messages and care need."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for table in (
        "activity_invitations",
        "activities",
        "gifts",
        "greetings",
        "care_members",
        "care_occasions",
        "message_opt_outs",
        "message_attempts",
        "messages",
    ):
        op.execute(f"drop table {table}")
