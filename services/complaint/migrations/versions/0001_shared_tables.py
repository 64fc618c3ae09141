"""The tables that shared/ works on, in this service's own schema (copied per service, design.md 8).

Revision ID: 0001
Revises:
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CLOCK = """
create table clock_offset (
  id smallint not null default 1,
  seconds double precision not null default 0,
  constraint pk_clock_offset primary key (id),
  constraint ck_clock_offset_one_row check (id = 1)
);
insert into clock_offset (id, seconds) values (1, 0);

create table calendar_revisions (
  code text not null,
  revision integer not null,
  definition jsonb not null,
  sha256 text not null,
  source text not null,
  effective_at timestamptz not null,
  imported_by text,
  constraint pk_calendar_revisions primary key (code, revision)
);

create table clocks (
  id uuid not null,
  company text not null,
  subject_type text not null,
  subject_id uuid not null,
  metric text not null,
  cycle integer not null default 1,
  sequence integer not null default 1,
  version bigint not null default 1,
  state text not null,
  tier text,
  grade text,
  pack text not null,
  chapter text not null,
  policy_version text not null,
  clause text,
  calendar text not null,
  calendar_revision integer not null,
  unit text not null,
  budget bigint,
  budget_us bigint,
  consumed_us bigint not null default 0,
  running_since timestamptz,
  started_at timestamptz not null,
  deadline_at timestamptz,
  next_check_at timestamptz,
  paused_at timestamptz,
  pause_reason text,
  pause_until timestamptz,
  stopped_at timestamptz,
  breached_at timestamptz,
  detected_at timestamptz,
  breach_cause text,
  breach_retracted_at timestamptz,
  is_aim boolean not null default false,
  is_provisional boolean not null default false,
  is_consequence boolean not null default false,
  policy jsonb not null default '{}',
  pending jsonb not null default '[]',
  routing jsonb not null,
  owner_id uuid generated always as ((routing ->> 'owner_id')::uuid) stored,
  team text generated always as (routing ->> 'team') stored,
  department text generated always as (routing ->> 'department') stored,
  customer_id uuid,
  title text,
  matter_id uuid,
  correlation_id uuid,
  hops smallint not null default 0,
  constraint pk_clocks primary key (id),
  constraint uq_clocks_subject unique (subject_type, subject_id, metric, cycle, sequence),
  constraint ck_clocks_state check (state in ('running', 'paused', 'met', 'breached', 'cancelled')),
  constraint ck_clocks_unit check (unit in ('natural', 'business', 'working_day', 'calendar_day'))
);
create index ix_clocks_due on clocks (next_check_at) where next_check_at is not null;
create index ix_clocks_open on clocks (company, (coalesce(deadline_at, 'infinity'::timestamptz)))
  where stopped_at is null;
create index ix_clocks_owner on clocks (owner_id, (coalesce(deadline_at, 'infinity'::timestamptz)))
  where stopped_at is null;
create index ix_clocks_team on clocks (team, (coalesce(deadline_at, 'infinity'::timestamptz)))
  where stopped_at is null and team is not null;
create index ix_clocks_department on clocks (department, (coalesce(deadline_at, 'infinity'::timestamptz)))
  where stopped_at is null and department is not null;
create index ix_clocks_posts on clocks using gin ((routing -> 'posts')) where stopped_at is null;
create index ix_clocks_customer on clocks (customer_id) where stopped_at is null and customer_id is not null;
create index ix_clocks_calendar on clocks (calendar, calendar_revision) where stopped_at is null;

create table clock_events (
  at timestamptz not null,
  id uuid not null,
  clock_id uuid not null,
  company text not null,
  fact text not null,
  level text,
  occurred_at timestamptz not null,
  actor text,
  cause text,
  reason text,
  detail jsonb not null default '{}',
  constraint pk_clock_events primary key (at, id),
  constraint ck_clock_events_fact check (fact in ('started', 'paused', 'resumed', 'retargeted', 'recalendared',
    'warned', 'escalated', 'breached', 'breach_retracted', 'met', 'cancelled', 'corrected'))
) partition by range (at);
create table clock_events_default partition of clock_events default;
create index ix_clock_events_clock on clock_events (clock_id, at);

create table clock_segments (
  id uuid not null,
  clock_id uuid not null,
  company text not null,
  owner_id uuid,
  team text,
  department text,
  from_at timestamptz not null,
  until_at timestamptz,
  consumed_us bigint,
  constraint pk_clock_segments primary key (id),
  constraint fk_clock_segments_clock_id_clocks foreign key (clock_id) references clocks (id)
);
create index ix_clock_segments_clock on clock_segments (clock_id, from_at);

create table frozen_indicators (
  company text not null,
  period text not null,
  code text not null,
  tier text not null,
  numerator bigint not null,
  denominator bigint not null,
  untargeted bigint not null,
  unanswered bigint not null,
  frozen_at timestamptz not null,
  constraint pk_frozen_indicators primary key (company, period, code, tier)
);
"""

EVENTS = """
create table outbox (
  seq bigint generated always as identity,
  at timestamptz not null,
  id uuid not null,
  company text not null,
  type text not null,
  aggregate_type text not null,
  aggregate_id uuid not null,
  aggregate_version bigint not null,
  matter_id uuid,
  correlation_id uuid not null,
  causation_id uuid,
  hops smallint not null default 0,
  actor text,
  traceparent text,
  routing jsonb not null,
  payload jsonb not null,
  published_at timestamptz,
  stream_seq bigint,
  attempts integer not null default 0,
  refusal text,
  constraint pk_outbox primary key (at, seq)
) partition by range (at);
create table outbox_default partition of outbox default;
create index ix_outbox_unpublished on outbox (seq) where published_at is null;
create index ix_outbox_id on outbox (id);
create index ix_outbox_aggregate on outbox (aggregate_id, aggregate_version);

create table inbox (
  consumer text not null,
  event_id uuid not null,
  at timestamptz not null,
  constraint pk_inbox primary key (consumer, event_id)
);
create index ix_inbox_at on inbox (at);

create table dead_letters (
  id uuid not null,
  at timestamptz not null,
  consumer text not null,
  stream text not null,
  stream_seq bigint not null,
  event_id uuid,
  type text,
  company text,
  reason text not null,
  error text not null,
  raw bytea not null,
  attempts integer not null,
  replayed_at timestamptz,
  replay_outcome text,
  constraint pk_dead_letters primary key (id),
  constraint uq_dead_letters_message unique (consumer, stream, stream_seq)
);
create index ix_dead_letters_open on dead_letters (at) where replayed_at is null;
"""

DOOR = """
create table idempotency (
  company text not null,
  subject text not null,
  operation text not null,
  key text not null,
  fingerprint bytea not null,
  status smallint not null,
  resource_id uuid,
  resource_version bigint,
  at timestamptz not null,
  constraint pk_idempotency primary key (company, subject, operation, key)
);
create index ix_idempotency_at on idempotency (at);

create table policy_revisions (
  pack text not null,
  chapter text not null,
  version text not null,
  sha256 text not null,
  canonical text not null,
  state text not null,
  effective_on date not null,
  stored_at timestamptz not null,
  constraint pk_policy_revisions primary key (pack, chapter, version),
  constraint ck_policy_revisions_state check (state in ('draft', 'approved_inside', 'approved_by_director', 'filed'))
);

create table pack_companies (
  company text not null,
  pack text not null,
  name text not null,
  constraint pk_pack_companies primary key (company)
);

create table staff (
  id uuid not null,
  company text not null,
  version bigint not null,
  state text not null,
  department text,
  team text,
  superior_id uuid,
  posts text[] not null default '{}',
  deputies jsonb not null default '[]',
  lines text[] not null default '{}',
  constraint pk_staff primary key (id),
  constraint ck_staff_state check (state in ('active', 'on_leave', 'left'))
);
create index ix_staff_company on staff (company, department);
create index ix_staff_posts on staff using gin (posts);

create table customer_aliases (
  from_id uuid not null,
  company text not null,
  to_id uuid not null,
  version bigint not null,
  constraint pk_customer_aliases primary key (from_id)
);
"""

AUDIT = """
create table audit (
  seq bigint generated always as identity,
  at timestamptz not null,
  id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  company text not null,
  actor text,
  action text not null,
  resource_type text,
  resource_id uuid,
  reason text,
  detail jsonb not null default '{}',
  trace_id text,
  constraint pk_audit primary key (at, seq)
) partition by range (at);
create table audit_default partition of audit default;
create index ix_audit_order on audit (xid, seq);
create index ix_audit_resource on audit (resource_id, at);
create index ix_audit_actor on audit (company, actor, at);

create table audit_seals (
  number bigint not null,
  until_xid xid8 not null,
  row_count bigint not null,
  previous_hash text not null,
  hash text not null,
  row_digests bytea not null,
  sealed_at timestamptz not null,
  anchored_at timestamptz,
  constraint pk_audit_seals primary key (number)
);
"""

JOBS = """
create table jobs (
  id uuid not null,
  company text not null,
  kind text not null,
  args jsonb not null default '{}',
  state text not null,
  progress_done bigint not null default 0,
  progress_total bigint,
  cursor jsonb not null default '{}',
  result jsonb not null default '{}',
  error text,
  attempts integer not null default 0,
  run_after timestamptz not null,
  lease_until timestamptz,
  lease_token uuid,
  created_by text,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  version bigint not null default 1,
  constraint pk_jobs primary key (id),
  constraint ck_jobs_state check (state in ('queued', 'running', 'done', 'failed', 'cancelled'))
);
create index ix_jobs_ready on jobs (run_after) where state in ('queued', 'running');
create index ix_jobs_company on jobs (company, kind, id);

create table schedules (
  kind text not null,
  company text not null,
  every text not null,
  args jsonb not null default '{}',
  next_at timestamptz not null,
  last_at timestamptz,
  constraint pk_schedules primary key (kind, company)
);
create index ix_schedules_next on schedules (next_at);

create table stored_files (
  id uuid not null,
  company text not null,
  sha256 text not null,
  name text not null,
  media_type text not null,
  size bigint not null,
  created_by text,
  created_at timestamptz not null,
  constraint pk_stored_files primary key (id)
);
create index ix_stored_files_company on stored_files (company, sha256);
"""


def upgrade() -> None:
    """Create the shared tables; the search path is the service's schema."""
    for part in (CLOCK, EVENTS, DOOR, AUDIT, JOBS):
        for statement in part.strip().split(";\n"):
            op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Drop them in the order of their references."""
    op.execute(
        "drop table frozen_indicators, clock_segments, clock_events, clocks, calendar_revisions, clock_offset, outbox,"
        " inbox,"
        " dead_letters, idempotency, policy_revisions, pack_companies, staff, customer_aliases, audit, audit_seals,"
        " jobs, schedules, stored_files"
    )
