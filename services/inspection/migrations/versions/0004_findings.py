"""Findings and good examples.

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
create sequence finding_numbers;

create table findings (
  id uuid not null,
  company text not null,
  number text not null,
  inspection_id uuid,
  inspection_kind text,
  source_type text not null,
  source_id uuid,
  severity text,
  drafted_severity text,
  is_good_example boolean not null,
  is_publishable boolean not null,
  clause text not null,
  department text not null,
  team text,
  person_id uuid,
  words text not null,
  advice text,
  remedy text not null,
  points integer not null,
  recurrence_of uuid,
  state text not null,
  evidence_ids uuid[] not null default '{}',
  posts text[] not null default '{}',
  found_at timestamptz not null,
  raised_by uuid,
  raised_at timestamptz not null,
  confirmed_by uuid,
  confirmed_at timestamptz,
  is_agreed boolean,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  decision text,
  decided_by uuid,
  decided_at timestamptz,
  mended_at timestamptz,
  ended_at timestamptz,
  void_reason text,
  matter_id uuid not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_findings primary key (id),
  constraint uq_findings_company_number unique (company, number),
  constraint ck_findings_state
    check (state in ('draft', 'confirmed', 'contested', 'answered', 'closed', 'overturned', 'void')),
  constraint ck_findings_source_type check (source_type in
    ('inspection', 'complaint', 'order', 'callback', 'clock', 'entry_check', 'observation')),
  constraint ck_findings_remedy check (remedy in ('on_spot', 'notice', 'none')),
  constraint ck_findings_severity check (is_good_example = (severity is null)),
  constraint ck_findings_points check (points >= 0)
);
create index ix_findings_list on findings (company, id desc);
create index ix_findings_recurrence on findings (company, department, clause, found_at);
create index ix_findings_person on findings (company, person_id, id desc);
create index ix_findings_inspection on findings (inspection_id);
create index ix_findings_evidence on findings using gin (evidence_ids);
"""


def upgrade() -> None:
    """Create the table."""
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    op.execute("drop table findings")
    op.execute("drop sequence finding_numbers")
