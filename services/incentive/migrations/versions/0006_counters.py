"""Counters: what was heard of causes, tallies, what counts in them; and what effective cases leave standing.

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
create table counter_causes (
  company text not null,
  cause_type text not null,
  cause_id uuid not null,
  version bigint not null,
  heard_at timestamptz not null,
  constraint pk_counter_causes primary key (company, cause_type, cause_id)
);

create table counter_tallies (
  id uuid not null,
  company text not null,
  counter text not null,
  subject_type text not null,
  subject text not null,
  staff_id uuid,
  department text,
  team text,
  year integer not null,
  count integer default '0' not null,
  reached_at timestamptz,
  reached_id uuid,
  version bigint default '1' not null,
  constraint pk_counter_tallies primary key (id),
  constraint uq_counter_tallies_company_counter_subject_type_subject_year
    unique (company, counter, subject_type, subject, year),
  constraint ck_counter_tallies_subject_type check (subject_type in ('employee', 'department')),
  constraint ck_counter_tallies_reached check ((reached_at is null) = (reached_id is null))
);

create index ix_counter_tallies_list on counter_tallies (company, id desc);

create index ix_counter_tallies_subject on counter_tallies (company, subject, year);

create table counted (
  id uuid not null,
  company text not null,
  tally_id uuid not null,
  counter text not null,
  subject_type text not null,
  subject text not null,
  department text,
  year integer not null,
  cause_type text not null,
  cause_id uuid not null,
  counts_as uuid not null,
  matter_id uuid not null,
  number text,
  provision text,
  happened_at timestamptz not null,
  state text not null,
  counted_at timestamptz not null,
  ended_at timestamptz,
  ended_for text,
  version bigint default '1' not null,
  constraint pk_counted primary key (id),
  constraint uq_counted_company_counter_subject_type_subject_cause_id
    unique (company, counter, subject_type, subject, cause_id),
  constraint ck_counted_state check (state in ('counted', 'held', 'ended')),
  constraint ck_counted_ended check ((state = 'counted') = (ended_at is null)),
  constraint ck_counted_ended_for check ((ended_at is null) = (ended_for is null)),
  constraint fk_counted_tally_id_counter_tallies foreign key(tally_id) references counter_tallies (id)
);

create index ix_counted_cause on counted (company, cause_type, cause_id);

create index ix_counted_tally on counted (tally_id);

create table standings (
  id uuid not null,
  company text not null,
  case_id uuid not null,
  provision text not null,
  kind text not null,
  grade text,
  subject_type text not null,
  subject text not null,
  staff_id uuid,
  department text,
  team text,
  period text not null,
  until_period text,
  since timestamptz not null,
  ended_at timestamptz,
  ended_for text,
  lifted_at timestamptz,
  lifted_by uuid,
  lift_reason text,
  version bigint default '1' not null,
  constraint pk_standings primary key (id),
  constraint uq_standings_company_case_id_kind_subject_type_subject
    unique (company, case_id, kind, subject_type, subject),
  constraint ck_standings_kind check (kind in ('awards_lost', 'suspended', 'warned', 'month_grade')),
  constraint ck_standings_ended_for check (ended_for in ('suspended', 'reversed', 'lifted')),
  constraint ck_standings_ended check ((ended_at is null) = (ended_for is null)),
  constraint ck_standings_grade check ((kind = 'month_grade') = (grade is not null)),
  constraint ck_standings_subject_type check (subject_type in ('employee', 'department')),
  constraint ck_standings_lifted check ((lifted_at is null) = (lift_reason is null))
);

create index ix_standings_kind on standings (company, kind, period);

create index ix_standings_list on standings (company, id desc);

create index ix_standings_subject on standings (company, subject_type, subject);
"""


def upgrade() -> None:
    """Create the tables; the search path is the service's schema."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for table in ("standings", "counted", "counter_tallies", "counter_causes"):
        op.execute(f"drop table {table}")
