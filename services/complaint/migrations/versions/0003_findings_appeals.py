"""Findings with their measures and counters, and the appeals against them.

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
create sequence appeal_numbers;

create table complaint_findings (
  id uuid not null,
  company text not null,
  complaint_id uuid not null,
  cycle integer not null,
  state text not null,
  revision integer not null default 1,
  verdict text not null,
  facts text not null,
  root_cause text,
  department text,
  person_ids uuid[] not null default '{}',
  is_preventable boolean,
  is_reported_upward boolean,
  is_raised_again boolean not null default false,
  marks text[] not null default '{}',
  remedies text[] not null default '{}',
  attachment_ids uuid[] not null default '{}',
  planned_measures jsonb not null default '[]',
  drafted_by uuid not null,
  drafted_at timestamptz not null,
  confirmed_by uuid,
  confirmed_at timestamptz,
  return_reason text,
  told_by uuid,
  told_at timestamptz,
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_complaint_findings primary key (id),
  constraint uq_complaint_findings_company_complaint_id_cycle unique (company, complaint_id, cycle),
  constraint fk_complaint_findings_complaint_id_complaints foreign key (complaint_id) references complaints (id),
  constraint ck_complaint_findings_state check (state in ('draft', 'returned', 'confirmed', 'suspended',
    'overturned'))
);
create index ix_complaint_findings_complaint on complaint_findings (complaint_id, cycle);
create index ix_complaint_findings_department on complaint_findings (company, department, id desc);
create index ix_complaint_findings_persons on complaint_findings using gin (person_ids);
create index ix_complaint_findings_attachments on complaint_findings using gin (attachment_ids);

create table complaint_finding_acts (
  id uuid not null,
  company text not null,
  finding_id uuid not null,
  complaint_id uuid not null,
  revision integer not null,
  act text not null,
  at timestamptz not null,
  actor_id uuid not null,
  from_state text,
  to_state text not null,
  reason text,
  content jsonb,
  appeal_id uuid,
  constraint pk_complaint_finding_acts primary key (id),
  constraint fk_complaint_finding_acts_finding_id_complaint_findings
    foreign key (finding_id) references complaint_findings (id)
);
create index ix_complaint_finding_acts_finding on complaint_finding_acts (finding_id, at);
create index ix_complaint_finding_acts_complaint on complaint_finding_acts (complaint_id, at);

create table corrective_measures (
  id uuid not null,
  company text not null,
  finding_id uuid not null,
  complaint_id uuid not null,
  description text not null,
  owner_id uuid not null,
  team text,
  department text,
  urgency text not null,
  state text not null,
  round integer not null default 1,
  note text,
  proof_ids uuid[] not null default '{}',
  assigned_at timestamptz not null,
  done_by uuid,
  done_at timestamptz,
  verified_by uuid,
  verified_at timestamptz,
  rejection text,
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_corrective_measures primary key (id),
  constraint fk_corrective_measures_finding_id_complaint_findings
    foreign key (finding_id) references complaint_findings (id),
  constraint ck_corrective_measures_state check (state in ('assigned', 'done', 'verified', 'cancelled'))
);
create index ix_corrective_measures_finding on corrective_measures (finding_id, id);
create index ix_corrective_measures_complaint on corrective_measures (complaint_id, id);
create index ix_corrective_measures_owner on corrective_measures (company, owner_id, id desc);
create index ix_corrective_measures_proofs on corrective_measures using gin (proof_ids);

create table finding_responsibilities (
  id uuid not null,
  company text not null,
  person_id uuid not null,
  finding_id uuid not null,
  complaint_id uuid not null,
  complained_at timestamptz not null,
  year integer not null,
  standing text not null,
  constraint pk_finding_responsibilities primary key (id),
  constraint uq_finding_responsibilities_company_person_id_finding_id unique (company, person_id, finding_id),
  constraint fk_finding_responsibilities_finding_id_complaint_findings
    foreign key (finding_id) references complaint_findings (id),
  constraint ck_finding_responsibilities_standing check (standing in ('counted', 'suspended', 'revoked'))
);
create index ix_finding_responsibilities_year on finding_responsibilities (company, year, person_id);

create table repeated_consequences (
  id uuid not null,
  company text not null,
  person_id uuid not null,
  year integer not null,
  rule text not null,
  clause text not null,
  state text not null,
  count integer not null,
  finding_id uuid not null,
  matter_id uuid not null,
  proposed_at timestamptz not null,
  retracted_at timestamptz,
  version bigint not null default 1,
  constraint pk_repeated_consequences primary key (id),
  constraint fk_repeated_consequences_finding_id_complaint_findings
    foreign key (finding_id) references complaint_findings (id),
  constraint ck_repeated_consequences_state check (state in ('proposed', 'retracted'))
);
create unique index uq_repeated_consequences_open on repeated_consequences (company, person_id, year, rule)
  where state = 'proposed';

create table appeals (
  id uuid not null,
  company text not null,
  number text not null,
  complaint_id uuid not null,
  finding_id uuid not null,
  cycle integer not null,
  finding_revision integer not null,
  appellant text not null,
  appellant_key text not null,
  appellant_id uuid,
  appellant_department text,
  channel text,
  grounds text[] not null,
  statement text not null,
  attachment_ids uuid[] not null default '{}',
  instance integer not null,
  state text not null,
  step text not null,
  posts text[] not null default '{}',
  lodged_by uuid not null,
  lodged_at timestamptz not null,
  admitted_at timestamptz,
  outcome text,
  outcome_reason text,
  decided_by uuid,
  decided_at timestamptz,
  closed_at timestamptz,
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_appeals primary key (id),
  constraint uq_appeals_company_number unique (company, number),
  constraint fk_appeals_complaint_id_complaints foreign key (complaint_id) references complaints (id),
  constraint fk_appeals_finding_id_complaint_findings foreign key (finding_id) references complaint_findings (id),
  constraint ck_appeals_state check (state in ('lodged', 'in_review', 'decided', 'closed', 'refused', 'withdrawn')),
  constraint ck_appeals_appellant check (appellant in ('customer', 'department', 'employee'))
);
create index ix_appeals_list on appeals (company, id desc);
create index ix_appeals_complaint on appeals (complaint_id, id);
create index ix_appeals_finding on appeals (finding_id, id);
create index ix_appeals_attachments on appeals using gin (attachment_ids);
create unique index uq_appeals_open on appeals (company, finding_id, appellant_key)
  where state in ('lodged', 'in_review');

create table appeal_acts (
  id uuid not null,
  company text not null,
  appeal_id uuid not null,
  complaint_id uuid not null,
  act text not null,
  step text not null,
  at timestamptz not null,
  actor_id uuid not null,
  from_state text,
  to_state text not null,
  outcome text,
  reason text,
  constraint pk_appeal_acts primary key (id),
  constraint fk_appeal_acts_appeal_id_appeals foreign key (appeal_id) references appeals (id)
);
create index ix_appeal_acts_appeal on appeal_acts (appeal_id, at);
create index ix_appeal_acts_complaint on appeal_acts (complaint_id, at)
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table appeal_acts, appeals, repeated_consequences, finding_responsibilities, corrective_measures")
    op.execute("drop table complaint_finding_acts, complaint_findings")
    op.execute("drop sequence appeal_numbers")
