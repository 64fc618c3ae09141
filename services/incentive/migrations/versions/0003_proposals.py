"""Proposals of rewards and penalties.

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
create sequence incentive_proposal_numbers;

create table incentive_proposals (
  id uuid not null,
  company text not null,
  number text not null,
  source text not null,
  provision text not null,
  kind text not null,
  level integer,
  gravity integer not null,
  subject_type text not null,
  subject text not null,
  department text,
  team text,
  named_ids uuid[] not null default '{}',
  shares jsonb not null default '[]',
  matter_id uuid not null,
  cause_type text not null,
  cause_id uuid not null,
  cause_event_id uuid,
  evidence jsonb not null,
  digest text not null,
  file_ids uuid[] not null default '{}',
  segments jsonb not null default '[]',
  share_us bigint,
  share_of_us bigint,
  suggested jsonb not null,
  confirmed jsonb,
  is_talk_suggested boolean not null,
  statement text,
  state text not null,
  posts text[] not null default '{}',
  happened_at timestamptz not null,
  drafted_at timestamptz not null,
  raised_by uuid,
  decided_by uuid,
  decided_at timestamptz,
  decision text,
  withdrawn_for text,
  withdrawn_at timestamptz,
  same_as_id uuid,
  suspended_at timestamptz,
  overturned_at timestamptz,
  cycle integer not null,
  case_id uuid,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_incentive_proposals primary key (id),
  constraint uq_incentive_proposals_company_number unique (company, number),
  constraint ck_incentive_proposals_state
    check (state in ('drafted', 'confirmed', 'dismissed', 'withdrawn', 'outside')),
  constraint ck_incentive_proposals_withdrawn_for
    check (withdrawn_for in ('cause_retracted', 'same_matter', 'raiser')),
  constraint ck_incentive_proposals_kind check (kind in ('reward', 'penalty')),
  constraint ck_incentive_proposals_subject_type check (subject_type in ('employee', 'department', 'customer')),
  constraint ck_incentive_proposals_confirmed check ((state = 'confirmed') = (confirmed is not null)),
  constraint ck_incentive_proposals_withdrawn check ((state = 'withdrawn') = (withdrawn_for is not null))
);
create unique index uq_incentive_proposals_matter
  on incentive_proposals (company, matter_id, subject_type, subject, provision)
  where state in ('drafted', 'confirmed', 'outside') and overturned_at is null;
create index ix_incentive_proposals_list on incentive_proposals (company, id desc);
create index ix_incentive_proposals_subject on incentive_proposals (company, subject, happened_at);
create index ix_incentive_proposals_matter on incentive_proposals (company, matter_id);
create index ix_incentive_proposals_cause on incentive_proposals (company, cause_id);
create index ix_incentive_proposals_drafted on incentive_proposals (company, drafted_at);
create index ix_incentive_proposals_files on incentive_proposals using gin (file_ids)
"""

GUARD = """
create function guard_incentive_evidence() returns trigger language plpgsql as $$
begin
  raise exception 'the evidence of a proposal is frozen' using errcode = '23514';
end
$$
"""
"""Later facts never change what a proposal rests on, whoever writes: the last line behind the use cases."""

GUARDED = """
create trigger tr_incentive_proposals_evidence before update on incentive_proposals
  for each row when (old.evidence is distinct from new.evidence or old.digest is distinct from new.digest
                     or old.segments is distinct from new.segments)
  execute function guard_incentive_evidence()
"""


def upgrade() -> None:
    """Create the table and the guard of its evidence; the search path is the service's schema."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)
    op.execute(GUARD)
    op.execute(GUARDED)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table incentive_proposals")
    op.execute("drop function guard_incentive_evidence()")
    op.execute("drop sequence incentive_proposal_numbers")
