"""Social supervision network: members, terms, activities, observations.

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
create sequence supervisor_numbers;
create sequence supervisor_activity_numbers;
create sequence observation_numbers;

create table supervisors (
  id uuid not null,
  company text not null,
  number text not null,
  name text,
  phone text,
  phone_index text,
  phone_last4 text,
  group_code text not null,
  staff_id uuid,
  state text not null,
  term integer not null,
  term_since date not null,
  term_until date not null,
  duties text[] not null default '{}',
  posts text[] not null default '{}',
  appointed_by uuid not null,
  appointed_at timestamptz not null,
  ended_by uuid,
  ended_at timestamptz,
  end_reason text,
  erased_by uuid,
  erased_at timestamptz,
  matter_id uuid not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_supervisors primary key (id),
  constraint uq_supervisors_company_number unique (company, number),
  constraint ck_supervisors_state check (state in ('active', 'ended')),
  constraint ck_supervisors_ended check ((state = 'ended') = (ended_at is not null)),
  constraint ck_supervisors_erased check ((erased_at is null) = (name is not null)),
  constraint ck_supervisors_contact check ((name is null) = (phone is null)),
  constraint ck_supervisors_term check (term_until >= term_since)
);
create index ix_supervisors_list on supervisors (company, id desc);
create unique index uq_supervisors_phone on supervisors (company, phone_index) where state = 'active';
create unique index uq_supervisors_account on supervisors (company, staff_id) where state = 'active';
create index ix_supervisors_term on supervisors (company, term_until) where state = 'active';

create table supervisor_terms (
  id uuid not null,
  company text not null,
  supervisor_id uuid not null,
  sequence integer not null,
  since date not null,
  until date not null,
  duties text[] not null default '{}',
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  noticed_at timestamptz,
  constraint pk_supervisor_terms primary key (id),
  constraint fk_supervisor_terms_supervisor_id_supervisors foreign key (supervisor_id) references supervisors (id),
  constraint uq_supervisor_terms_company_supervisor_id_sequence unique (company, supervisor_id, sequence),
  constraint ck_supervisor_terms_dates check (until >= since)
);

create table supervisor_activities (
  id uuid not null,
  company text not null,
  number text not null,
  supervisor_id uuid not null,
  staff_id uuid,
  kind text not null,
  is_announced boolean not null,
  department text,
  place text not null,
  purpose text not null,
  starts_at timestamptz not null,
  state text not null,
  posts text[] not null default '{}',
  invited_by uuid not null,
  invited_at timestamptz not null,
  reply text,
  replied_by uuid,
  replied_at timestamptz,
  held_at timestamptz,
  record text,
  photo_ids uuid[] not null default '{}',
  recorded_by uuid,
  recorded_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text,
  matter_id uuid not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_supervisor_activities primary key (id),
  constraint fk_supervisor_activities_supervisor_id_supervisors
    foreign key (supervisor_id) references supervisors (id),
  constraint uq_supervisor_activities_company_number unique (company, number),
  constraint ck_supervisor_activities_state
    check (state in ('invited', 'accepted', 'declined', 'held', 'cancelled')),
  constraint ck_supervisor_activities_held check ((state = 'held') = (held_at is not null)),
  constraint ck_supervisor_activities_cancelled check ((state = 'cancelled') = (cancelled_at is not null))
);
create index ix_supervisor_activities_list on supervisor_activities (company, id desc);
create index ix_supervisor_activities_supervisor on supervisor_activities (company, supervisor_id, id desc);
create index ix_supervisor_activities_photos on supervisor_activities using gin (photo_ids);

create table observations (
  id uuid not null,
  company text not null,
  number text not null,
  supervisor_id uuid not null,
  staff_id uuid,
  activity_id uuid,
  kind text not null,
  department text not null,
  team text,
  posts text[] not null default '{}',
  place text not null,
  words text not null,
  evidence_ids uuid[] not null default '{}',
  state text not null,
  seen_at timestamptz not null,
  filed_by uuid not null,
  filed_at timestamptz not null,
  answer_due_at timestamptz,
  answer text,
  drafted_by uuid,
  drafted_at timestamptz,
  returned_by uuid,
  returned_at timestamptz,
  return_reason text,
  reviewed_by uuid,
  reviewed_at timestamptz,
  is_on_time boolean,
  told_by uuid,
  told_at timestamptz,
  told_note text,
  finding_id uuid,
  complained_by uuid,
  complained_at timestamptz,
  public_words text,
  public_answer text,
  published_by uuid,
  published_at timestamptz,
  matter_id uuid not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_observations primary key (id),
  constraint fk_observations_supervisor_id_supervisors foreign key (supervisor_id) references supervisors (id),
  constraint fk_observations_activity_id_supervisor_activities
    foreign key (activity_id) references supervisor_activities (id),
  constraint uq_observations_company_number unique (company, number),
  constraint ck_observations_state check (state in ('filed', 'drafted', 'answered', 'told')),
  constraint ck_observations_reviewed check ((state in ('answered', 'told')) = (reviewed_at is not null)),
  constraint ck_observations_told check ((state = 'told') = (told_at is not null)),
  constraint ck_observations_published check ((public_words is null) = (published_at is null))
);
create index ix_observations_list on observations (company, id desc);
create index ix_observations_supervisor on observations (company, supervisor_id, id desc);
create index ix_observations_department on observations (company, department, id desc);
create index ix_observations_due on observations (company, answer_due_at);
create index ix_observations_filed on observations (company, filed_at);
create index ix_observations_evidence on observations using gin (evidence_ids);
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table observations, supervisor_activities, supervisor_terms, supervisors")
    op.execute("drop sequence observation_numbers, supervisor_activity_numbers, supervisor_numbers")
