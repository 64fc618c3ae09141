"""Delegation of authority: authorisations with their steps, abuse, and the monthly ledger.

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
alter table customers add column tags text[] not null default '{}';

create sequence authorisation_numbers;

create table authorisations (
  id uuid not null,
  company text not null,
  number text not null,
  authority text not null,
  category text not null,
  state text not null,
  requested_by uuid not null,
  department text,
  team text,
  posts text[] not null default '{}',
  decided_post text,
  decided_by uuid,
  customer_id uuid,
  complaint_id uuid,
  order_id uuid,
  tier text not null,
  facts jsonb not null default '{}',
  attachment_ids uuid[] not null default '{}',
  reason text not null,
  quantity integer,
  amount_fen bigint,
  executed_fen bigint,
  exceeded text[] not null default '{}',
  split_with uuid[] not null default '{}',
  related_departments text[] not null default '{}',
  order_department text,
  liaison_matter text,
  liaison_owner_id uuid,
  liaison_deadline_at timestamptz,
  requested_at timestamptz not null,
  requested_month text not null,
  approved_at timestamptz,
  executed_at timestamptz,
  executed_recorded_at timestamptz,
  result text,
  closed_at timestamptz,
  ledger_month text,
  is_late boolean not null default false,
  check_stratum text,
  check_number bigint,
  check_percent integer,
  is_drawn boolean not null default false,
  check_means text,
  is_in_order boolean,
  check_finding text,
  checked_by uuid,
  checked_at timestamptz,
  is_abused boolean not null default false,
  policy_pack text not null,
  policy_version text not null,
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_authorisations primary key (id),
  constraint uq_authorisations_company_number unique (company, number),
  constraint ck_authorisations_state check (state in ('pending', 'approved', 'executed', 'completed', 'rejected',
    'withdrawn')),
  constraint ck_authorisations_executed check (executed_fen <= amount_fen)
);
create index ix_authorisations_list on authorisations (company, id desc);
create index ix_authorisations_customer on authorisations (company, customer_id, requested_month);
create index ix_authorisations_person on authorisations (company, requested_by, requested_month);
create index ix_authorisations_matter on authorisations (company, matter_id);
create index ix_authorisations_ledger on authorisations (company, ledger_month);
create index ix_authorisations_approved on authorisations (company, approved_at) where state = 'approved';
create index ix_authorisations_posts on authorisations using gin (posts);
create index ix_authorisations_attachments on authorisations using gin (attachment_ids);

create table authorisation_steps (
  id uuid not null,
  company text not null,
  authorisation_id uuid not null,
  position integer not null,
  code text not null,
  stage text not null,
  text text not null,
  posts text[] not null,
  condition text,
  files_order boolean not null default false,
  limit_budget integer,
  limit_unit text,
  limit_calendar text,
  state text not null,
  done_by uuid,
  done_post text,
  done_at timestamptz,
  note text,
  order_id uuid,
  constraint pk_authorisation_steps primary key (id),
  constraint uq_authorisation_steps_authorisation_id_position unique (authorisation_id, position),
  constraint fk_authorisation_steps_authorisation_id_authorisations foreign key (authorisation_id)
    references authorisations (id),
  constraint ck_authorisation_steps_state check (state in ('pending', 'done', 'refused'))
);

create table authorisation_acts (
  id uuid not null,
  company text not null,
  authorisation_id uuid not null,
  act text not null,
  step text,
  at timestamptz not null,
  actor_id uuid not null,
  actor_post text,
  from_state text,
  to_state text not null,
  reason text,
  constraint pk_authorisation_acts primary key (id),
  constraint fk_authorisation_acts_authorisation_id_authorisations foreign key (authorisation_id)
    references authorisations (id)
);
create index ix_authorisation_acts_authorisation on authorisation_acts (authorisation_id, at);

create table authority_abuses (
  id uuid not null,
  company text not null,
  authorisation_id uuid not null,
  kind text not null,
  facts text not null,
  person_id uuid not null,
  department text,
  points integer not null,
  damage_fen bigint,
  decided_by_post text,
  clause text not null,
  attachment_ids uuid[] not null default '{}',
  reported_by uuid not null,
  reported_at timestamptz not null,
  decision text,
  decided_by uuid,
  decided_at timestamptz,
  constraint pk_authority_abuses primary key (id),
  constraint uq_authority_abuses_authorisation_id unique (authorisation_id),
  constraint fk_authority_abuses_authorisation_id_authorisations foreign key (authorisation_id)
    references authorisations (id),
  constraint ck_authority_abuses_kind check (kind in ('beyond_authority', 'faked'))
);

create table authority_ledgers (
  id uuid not null,
  company text not null,
  month text not null,
  state text not null,
  posts text[] not null default '{}',
  seed text not null,
  summary jsonb not null default '{}',
  digest text,
  drafted_at timestamptz not null,
  signed_at timestamptz,
  locked_at timestamptz,
  locked_by uuid,
  version bigint not null default 1,
  constraint pk_authority_ledgers primary key (id),
  constraint uq_authority_ledgers_company_month unique (company, month),
  constraint ck_authority_ledgers_state check (state in ('draft', 'signing', 'signed', 'locked'))
);

create table authority_ledger_acts (
  id uuid not null,
  company text not null,
  ledger_id uuid not null,
  act text not null,
  post text,
  actor_id uuid not null,
  at timestamptz not null,
  note text,
  constraint pk_authority_ledger_acts primary key (id),
  constraint fk_authority_ledger_acts_ledger_id_authority_ledgers foreign key (ledger_id)
    references authority_ledgers (id)
);
create index ix_authority_ledger_acts_ledger on authority_ledger_acts (ledger_id, at);

create table authority_ledger_entries (
  id uuid not null,
  company text not null,
  month text not null,
  authorisation_id uuid not null,
  number text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  occurred_month text not null,
  is_late boolean not null,
  customer_id uuid,
  complaint_id uuid,
  order_id uuid,
  authority text not null,
  item text not null,
  conditions text[] not null default '{}',
  handler_id uuid not null,
  department text,
  decided_post text,
  approved_fen bigint,
  executed_fen bigint,
  result text,
  constraint pk_authority_ledger_entries primary key (id),
  constraint uq_authority_ledger_entries_authorisation_id unique (authorisation_id),
  constraint fk_authority_ledger_entries_authorisation_id_authorisations foreign key (authorisation_id)
    references authorisations (id)
);
create index ix_authority_ledger_entries_month on authority_ledger_entries (company, month, occurred_at, id);

create table authority_draws (
  id uuid not null,
  company text not null,
  month text not null,
  stratum text not null,
  uses bigint not null,
  constraint pk_authority_draws primary key (id),
  constraint uq_authority_draws_company_month_stratum unique (company, month, stratum)
)
"""

GUARD = """
create function guard_authority_ledger() returns trigger language plpgsql as $$
begin
  if exists (select 1 from authority_ledgers l where l.state <> 'draft'
             and (l.company, l.month) in ((new.company, new.month), (old.company, old.month))) then
    raise exception 'this month of the authority ledger is closed' using errcode = '23514';
  end if;
  return coalesce(new, old);
end
$$
"""
"""A closed month stays as it is, whoever writes: the last line behind the use cases."""

GUARDED = """
create trigger tr_authority_ledger_entries_guard before insert or update or delete on authority_ledger_entries
  for each row execute function guard_authority_ledger()
"""


def upgrade() -> None:
    """Create the tables, and the guard of closed months."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)
    op.execute(GUARD)
    op.execute(GUARDED)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table authority_draws, authority_ledger_entries, authority_ledger_acts, authority_ledgers")
    op.execute("drop table authority_abuses, authorisation_acts, authorisation_steps, authorisations")
    op.execute("drop function guard_authority_ledger()")
    op.execute("drop sequence authorisation_numbers")
    op.execute("alter table customers drop column tags")
