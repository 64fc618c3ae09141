"""Rectification notices.

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create sequence notice_numbers;

create table rectification_notices (
  id uuid not null,
  company text not null,
  number text not null,
  department text not null,
  team text,
  severity text not null,
  clause text not null,
  words text,
  state text not null,
  cycle integer not null,
  deadline_at timestamptz,
  is_late boolean not null,
  is_mended boolean,
  standing integer not null,
  year integer,
  responsible_id uuid,
  posts text[] not null default '{}',
  drafted_by uuid,
  drafted_at timestamptz not null,
  issued_by uuid,
  issued_at timestamptz,
  acknowledged_by uuid,
  acknowledged_at timestamptz,
  ended_at timestamptz,
  cancel_reason text,
  matter_id uuid not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_rectification_notices primary key (id),
  constraint uq_rectification_notices_company_number unique (company, number),
  constraint ck_rectification_notices_state check (state in ('draft', 'issued', 'acknowledged', 'planned', 'mended',
    'returned', 'verified', 'escalated', 'closed', 'cancelled')),
  constraint ck_rectification_notices_cycle check (cycle >= 1),
  constraint ck_rectification_notices_standing check (standing >= 0)
);
create index ix_rectification_notices_list on rectification_notices (company, id desc);
create index ix_rectification_notices_year on rectification_notices (company, year, department);

create table notice_findings (
  id uuid not null,
  company text not null,
  notice_id uuid not null,
  finding_id uuid not null,
  position integer not null,
  severity text not null,
  clause text not null,
  person_id uuid,
  is_open boolean not null,
  left_at timestamptz,
  left_reason text,
  constraint pk_notice_findings primary key (id),
  constraint uq_notice_findings_notice_id_finding_id unique (notice_id, finding_id)
);
create unique index uq_notice_findings_open on notice_findings (finding_id) where is_open;
create index ix_notice_findings_finding on notice_findings (finding_id);

create table rectification_rounds (
  id uuid not null,
  company text not null,
  notice_id uuid not null,
  cycle integer not null,
  started_at timestamptz not null,
  deadline_at timestamptz not null,
  extensions integer not null,
  extended_days integer not null,
  late_at timestamptz,
  measure text,
  responsible_id uuid,
  planned_on date,
  planned_by uuid,
  planned_at timestamptz,
  report text,
  proof_ids uuid[] not null default '{}',
  mended_by uuid,
  mended_at timestamptz,
  verdict text,
  verdict_words text,
  verified_by uuid,
  verified_at timestamptz,
  is_accepted boolean,
  acceptance text,
  accepted_by uuid,
  accepted_at timestamptz,
  constraint pk_rectification_rounds primary key (id),
  constraint uq_rectification_rounds_notice_id_cycle unique (notice_id, cycle),
  constraint ck_rectification_rounds_verdict check (verdict in ('mended', 'not_mended'))
);
create index ix_rectification_rounds_proof on rectification_rounds using gin (proof_ids);

create table notice_steps (
  id uuid not null,
  company text not null,
  notice_id uuid not null,
  act text not null,
  state text not null,
  cycle integer not null,
  words text,
  from_deadline_at timestamptz,
  to_deadline_at timestamptz,
  finding_id uuid,
  taken_by uuid,
  taken_at timestamptz not null,
  constraint pk_notice_steps primary key (id)
);
create index ix_notice_steps_notice on notice_steps (notice_id, id);

create table notice_consequences (
  id uuid not null,
  company text not null,
  department text not null,
  year integer not null,
  consequence text not null,
  clause text not null,
  state text not null,
  count integer not null,
  notice_ids uuid[] not null,
  matter_id uuid not null,
  proposed_at timestamptz not null,
  withdrawn_at timestamptz,
  version bigint not null default 1,
  constraint pk_notice_consequences primary key (id),
  constraint ck_notice_consequences_state check (state in ('proposed', 'withdrawn'))
);
create unique index uq_notice_consequences_proposed on notice_consequences (company, year, department, consequence)
  where state = 'proposed';
create index ix_notice_consequences_year on notice_consequences (company, year, department);
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for table in (
        "notice_consequences",
        "notice_steps",
        "rectification_rounds",
        "notice_findings",
        "rectification_notices",
    ):
        op.execute(f"drop table {table}")
    op.execute("drop sequence notice_numbers")
