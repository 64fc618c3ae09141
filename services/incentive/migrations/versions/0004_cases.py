"""Cases of rewards and penalties.

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
create sequence incentive_case_numbers;

create table incentive_cases (
  id uuid not null,
  company text not null,
  number text not null,
  proposal_id uuid not null,
  source text not null,
  provision text not null,
  kind text not null,
  level integer,
  chain text not null,
  subject_type text not null,
  subject text not null,
  department text,
  team text,
  head_id uuid,
  named_ids uuid[] default '{}' not null,
  shares jsonb default '[]' not null,
  facts text,
  evidence_digest text not null,
  amounts jsonb not null,
  matter_id uuid not null,
  cause_type text not null,
  cause_id uuid not null,
  happened_at timestamptz not null,
  state text not null,
  round integer not null,
  step integer not null,
  signer_ids uuid[] default '{}' not null,
  posts text[] default '{}' not null,
  opened_at timestamptz not null,
  opened_by uuid not null,
  raised_by uuid,
  decided_at timestamptz,
  month text,
  told_at timestamptz,
  told_by uuid,
  hearing_until timestamptz,
  effective_at timestamptz,
  effect integer default '0' not null,
  appeal_until timestamptz,
  held_at timestamptz,
  ended_at timestamptz,
  ended_for text,
  policy_version text not null,
  version bigint default '1' not null,
  constraint pk_incentive_cases primary key (id),
  constraint uq_incentive_cases_company_number unique (company, number),
  constraint uq_incentive_cases_company_proposal_id unique (company, proposal_id),
  constraint ck_incentive_cases_state
    check (state in ('talk', 'settled', 'signing', 'returned', 'rejected', 'dropped', 'approved', 'hearing',
      'considering', 'effective', 'contested', 'reversed')),
  constraint ck_incentive_cases_kind check (kind in ('reward', 'penalty')),
  constraint ck_incentive_cases_subject_type check (subject_type in ('employee', 'department', 'customer')),
  constraint ck_incentive_cases_ended_for check (ended_for in ('office', 'cause_retracted', 'appeal')),
  constraint ck_incentive_cases_ended check ((state in ('dropped', 'reversed')) = (ended_for is not null)),
  constraint ck_incentive_cases_effect check ((state in ('effective', 'contested')) <= (effect > 0))
);

create index ix_incentive_cases_cause on incentive_cases (company, cause_id);

create index ix_incentive_cases_hearing on incentive_cases (company, hearing_until)
  where state = 'hearing' and held_at is null;

create index ix_incentive_cases_list on incentive_cases (company, id desc);

create index ix_incentive_cases_month on incentive_cases (company, month, state);

create index ix_incentive_cases_named on incentive_cases using gin (named_ids);

create index ix_incentive_cases_signers on incentive_cases using gin (signer_ids);

create index ix_incentive_cases_subject on incentive_cases (company, subject, happened_at);

create table case_signatures (
  id uuid not null,
  company text not null,
  case_id uuid not null,
  round integer not null,
  step integer not null,
  name text not null,
  act text not null,
  signer_id uuid not null,
  acting_for_id uuid,
  posts text[] default '{}' not null,
  opinion text not null,
  amounts jsonb not null,
  digest text not null,
  signed_at timestamptz not null,
  constraint pk_case_signatures primary key (id),
  constraint uq_case_signatures_company_case_id_round_step unique (company, case_id, round, step),
  constraint ck_case_signatures_act check (act in ('sign', 'send_back', 'reject')),
  constraint fk_case_signatures_case_id_incentive_cases foreign key(case_id) references incentive_cases (id)
);

create index ix_case_signatures_signer on case_signatures (company, signer_id, signed_at);

create table case_statements (
  id uuid not null,
  company text not null,
  case_id uuid not null,
  made_by uuid not null,
  made_at timestamptz not null,
  is_waived boolean not null,
  words text,
  file_ids uuid[] default '{}' not null,
  outcome text,
  considered_by uuid,
  considered_at timestamptz,
  reason text,
  amounts_before jsonb,
  constraint pk_case_statements primary key (id),
  constraint uq_case_statements_company_case_id unique (company, case_id),
  constraint ck_case_statements_outcome check (outcome in ('upheld', 'lowered', 'rejected')),
  constraint ck_case_statements_words check (is_waived = (words is null)),
  constraint ck_case_statements_considered check ((outcome is null) = (considered_at is null)),
  constraint fk_case_statements_case_id_incentive_cases foreign key(case_id) references incentive_cases (id)
);

create index ix_case_statements_files on case_statements using gin (file_ids);

create table case_appeals (
  id uuid not null,
  company text not null,
  case_id uuid not null,
  appealed_by uuid not null,
  appealed_at timestamptz not null,
  grounds text not null,
  file_ids uuid[] default '{}' not null,
  state text not null,
  decided_by uuid,
  decided_at timestamptz,
  reason text,
  amounts_before jsonb,
  version bigint default '1' not null,
  constraint pk_case_appeals primary key (id),
  constraint uq_case_appeals_company_case_id unique (company, case_id),
  constraint ck_case_appeals_state
    check (state in ('open', 'upheld', 'lowered', 'overturned', 'withdrawn', 'superseded')),
  constraint ck_case_appeals_decided
    check ((state in ('upheld', 'lowered', 'overturned')) = (decided_by is not null)),
  constraint fk_case_appeals_case_id_incentive_cases foreign key(case_id) references incentive_cases (id)
);

create index ix_case_appeals_files on case_appeals using gin (file_ids);

create index ix_case_appeals_open on case_appeals (company, appealed_at) where state = 'open';

create table case_talks (
  id uuid not null,
  company text not null,
  case_id uuid not null,
  held_by uuid not null,
  held_at timestamptz not null,
  summary text not null,
  reply text not null,
  recorded_at timestamptz not null,
  constraint pk_case_talks primary key (id),
  constraint uq_case_talks_company_case_id unique (company, case_id),
  constraint fk_case_talks_case_id_incentive_cases foreign key(case_id) references incentive_cases (id)
)

"""

GUARD = """
create function refuse_signature_change() returns trigger language plpgsql as $$
begin
  raise exception 'a signature is never changed' using errcode = '23514';
end
$$
"""
"""What was signed stays as it was, whoever writes: the last line behind the use cases."""

GUARDED = """
create trigger tr_case_signatures_kept before update or delete on case_signatures
  for each row execute function refuse_signature_change()
"""


def upgrade() -> None:
    """Create the tables and the guard of the signatures; the search path is the service's schema."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)
    op.execute(GUARD)
    op.execute(GUARDED)


def downgrade() -> None:
    """Drop them."""
    for table in ("case_talks", "case_appeals", "case_statements", "case_signatures", "incentive_cases"):
        op.execute(f"drop table {table}")
    op.execute("drop function refuse_signature_change()")
    op.execute("drop sequence incentive_case_numbers")
