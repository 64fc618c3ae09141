"""Facts: what happened, as inspections sample it and summaries count it; the samples drawn.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create table facts (
  id uuid not null,
  company text not null,
  kind text not null,
  subject_id uuid not null,
  number text,
  happened_at timestamptz not null,
  ended_at timestamptz,
  department text,
  team text,
  staff_id uuid,
  tier text,
  category text,
  clause text,
  of_kind text,
  of_id uuid,
  is_late boolean not null default false,
  is_satisfied boolean,
  is_void boolean not null default false,
  amount integer not null,
  matter_id uuid,
  version bigint not null,
  constraint pk_facts primary key (id),
  constraint uq_facts_company_kind_subject_id unique (company, kind, subject_id),
  constraint ck_facts_kind check (kind in ('case', 'order', 'call', 'clock', 'entry')),
  constraint ck_facts_amount check (amount >= 1)
);
create index ix_facts_frame on facts (company, kind, happened_at, department);

create table samples (
  id uuid not null,
  company text not null,
  name text not null,
  seed text not null,
  kind text not null,
  department text,
  team text,
  category text,
  since timestamptz not null,
  until timestamptz not null,
  size integer not null,
  population integer not null,
  drawn integer not null,
  drawn_by uuid,
  drawn_at timestamptz not null,
  constraint pk_samples primary key (id),
  constraint ck_samples_kind check (kind in ('case', 'order', 'call', 'clock', 'entry')),
  constraint ck_samples_period check (since < until),
  constraint ck_samples_counts check (size >= 1 and drawn between 0 and least(size, population))
);
create index ix_samples_list on samples (company, id desc);

create table sample_members (
  id uuid not null,
  company text not null,
  sample_id uuid not null,
  position integer not null,
  subject_id uuid not null,
  number text,
  staff_id uuid,
  constraint pk_sample_members primary key (id),
  constraint fk_sample_members_sample_id_samples foreign key (sample_id) references samples (id),
  constraint uq_sample_members_sample_id_position unique (sample_id, position),
  constraint uq_sample_members_sample_id_subject_id unique (sample_id, subject_id)
);
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table sample_members, samples, facts")
