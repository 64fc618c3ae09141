"""Inspections: forms, checked points, samples.

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create sequence inspection_numbers;

create table inspections (
  id uuid not null,
  company text not null,
  number text not null,
  planned_id uuid,
  follows_id uuid,
  source_id uuid,
  level text not null,
  kind text not null,
  theme text,
  method text not null,
  department text not null,
  team text,
  is_announced boolean not null,
  inspector_id uuid,
  checklist text not null,
  checklist_name text not null,
  policy_version text not null,
  held_on date,
  checks text,
  sample_size integer,
  sample_id uuid,
  state text not null,
  posts text[] not null default '{}',
  prepared_by uuid,
  prepared_at timestamptz not null,
  form_id uuid,
  form_digest text,
  held_at timestamptz,
  ended_at timestamptz,
  filled_at timestamptz,
  recorded_by uuid,
  recorded_at timestamptz,
  is_late boolean,
  place text,
  remarks text,
  advice text,
  score_got integer,
  score_of integer,
  score integer,
  reply text,
  is_reply_refused boolean not null default false,
  refusal_reason text,
  replied_by uuid,
  replied_at timestamptz,
  signed_by uuid,
  signed_at timestamptz,
  void_reason text,
  voided_by uuid,
  voided_at timestamptz,
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_inspections primary key (id),
  constraint uq_inspections_company_number unique (company, number),
  constraint uq_inspections_company_form_id unique (company, form_id),
  constraint ck_inspections_level check (level in ('company', 'department', 'team')),
  constraint ck_inspections_state check (state in ('prepared', 'recorded', 'replied', 'signed', 'void')),
  constraint ck_inspections_inspector check (inspector_id is not null or source_id is not null),
  constraint ck_inspections_recorded
    check (state in ('prepared', 'void') or (held_at is not null and recorded_at is not null)),
  constraint ck_inspections_times check (held_at is null or held_at <= ended_at),
  constraint ck_inspections_replied check (state not in ('replied', 'signed') or replied_at is not null),
  constraint ck_inspections_refused check (is_reply_refused = (refusal_reason is not null)),
  constraint ck_inspections_signed check ((state = 'signed') = (signed_at is not null)),
  constraint ck_inspections_void check ((state = 'void') = (void_reason is not null)),
  constraint ck_inspections_four_eyes
    check (replied_by is null or is_reply_refused or inspector_id is null or replied_by <> inspector_id),
  constraint ck_inspections_score check (score_got is null or score_got between 0 and score_of),
  constraint ck_inspections_sample_size check (sample_size is null or sample_size >= 0)
);
create index ix_inspections_list on inspections (company, id desc);
create index ix_inspections_department on inspections (company, department, held_at);
create index ix_inspections_inspector on inspections (company, inspector_id, id desc);
create index ix_inspections_planned on inspections (planned_id);
create unique index ix_inspections_source on inspections (company, source_id);

create table checked_points (
  id uuid not null,
  company text not null,
  inspection_id uuid not null,
  position integer not null,
  point text not null,
  question text not null,
  weight integer not null,
  clause text not null,
  severity text not null,
  answer text not null,
  remarks text,
  advice text,
  person_id uuid,
  evidence_ids uuid[] not null default '{}',
  finding_id uuid,
  constraint pk_checked_points primary key (id),
  constraint fk_checked_points_inspection_id_inspections foreign key (inspection_id) references inspections (id),
  constraint uq_checked_points_inspection_id_point unique (inspection_id, point),
  constraint ck_checked_points_answer check (answer in ('ok', 'not_ok', 'not_applicable')),
  constraint ck_checked_points_weight check (weight between 1 and 100),
  constraint ck_checked_points_finding check ((answer = 'not_ok') = (finding_id is not null))
);
create index ix_checked_points_evidence on checked_points using gin (evidence_ids);

create table checked_subjects (
  id uuid not null,
  company text not null,
  inspection_id uuid not null,
  position integer not null,
  subject_id uuid not null,
  number text,
  outcome text not null,
  words text,
  point text,
  constraint pk_checked_subjects primary key (id),
  constraint fk_checked_subjects_inspection_id_inspections foreign key (inspection_id) references inspections (id),
  constraint uq_checked_subjects_inspection_id_subject_id unique (inspection_id, subject_id),
  constraint ck_checked_subjects_outcome check (outcome in ('ok', 'failed', 'unchecked')),
  constraint ck_checked_subjects_point check ((outcome = 'failed') = (point is not null)),
  constraint ck_checked_subjects_words check (outcome = 'ok' or words is not null)
);

create table inspection_people (
  id uuid not null,
  company text not null,
  inspection_id uuid not null,
  staff_id uuid not null,
  part text not null,
  constraint pk_inspection_people primary key (id),
  constraint fk_inspection_people_inspection_id_inspections foreign key (inspection_id) references inspections (id),
  constraint uq_inspection_people_inspection_id_staff_id unique (inspection_id, staff_id),
  constraint ck_inspection_people_part check (part in ('inspector', 'companion', 'present'))
);

create table inspection_good_examples (
  id uuid not null,
  company text not null,
  inspection_id uuid not null,
  position integer not null,
  clause text not null,
  words text not null,
  person_id uuid,
  is_publishable boolean not null,
  evidence_ids uuid[] not null default '{}',
  finding_id uuid not null,
  constraint pk_inspection_good_examples primary key (id),
  constraint fk_inspection_good_examples_inspection_id_inspections
    foreign key (inspection_id) references inspections (id),
  constraint uq_inspection_good_examples_inspection_id_position unique (inspection_id, position)
);
create index ix_inspection_good_examples_evidence on inspection_good_examples using gin (evidence_ids);
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table inspection_good_examples, inspection_people, checked_subjects, checked_points, inspections")
    op.execute("drop sequence inspection_numbers")
