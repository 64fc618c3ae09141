"""Monthly sheets with their lines, and what is published within the company.

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
create table assessment_sheets (
  id uuid not null,
  company text not null,
  month text not null,
  month_id uuid not null,
  subject_type text not null,
  subject text not null,
  employee_id uuid,
  department text,
  team text,
  edition integer not null,
  corrects_id uuid,
  reason text,
  state text not null,
  opening_points integer,
  points integer,
  year_points integer,
  fen bigint,
  band_grade text,
  grade text,
  digest text,
  drafted_at timestamptz not null,
  released_at timestamptz,
  released_by uuid,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_assessment_sheets primary key (id),
  constraint uq_assessment_sheets_company_month_subject_type_subject_edition
    unique (company, month, subject_type, subject, edition),
  constraint uq_assessment_sheets_corrects_id unique (corrects_id),
  constraint fk_assessment_sheets_corrects_id_assessment_sheets
    foreign key (corrects_id) references assessment_sheets (id),
  constraint ck_assessment_sheets_state check (state in ('draft', 'released')),
  constraint ck_assessment_sheets_subject_type check (subject_type in ('employee', 'department')),
  constraint ck_assessment_sheets_employee check ((subject_type = 'employee') = (employee_id is not null)),
  constraint ck_assessment_sheets_digest check ((state = 'released') = (digest is not null)),
  constraint ck_assessment_sheets_four_eyes check (released_by <> employee_id),
  constraint ck_assessment_sheets_edition check ((edition = 1) = (corrects_id is null))
);
create index ix_assessment_sheets_list on assessment_sheets (company, id desc);
create index ix_assessment_sheets_department on assessment_sheets (company, department, month);
create index ix_assessment_sheets_employee on assessment_sheets (company, employee_id, month);

create table assessment_lines (
  id uuid not null,
  company text not null,
  sheet_id uuid not null,
  position integer not null,
  line text not null,
  case_id uuid not null,
  number text,
  provision text not null,
  source text,
  of_month text not null,
  is_reversal boolean not null,
  points integer not null,
  year_points integer not null,
  fen bigint not null,
  happened_at timestamptz,
  posted_at timestamptz not null,
  proposal_id uuid,
  cause_type text,
  cause_id uuid,
  matter_id uuid,
  constraint pk_assessment_lines primary key (id),
  constraint uq_assessment_lines_sheet_id_position unique (sheet_id, position),
  constraint fk_assessment_lines_sheet_id_assessment_sheets foreign key (sheet_id) references assessment_sheets (id)
);
create index ix_assessment_lines_case on assessment_lines (company, case_id);

create table publications (
  id uuid not null,
  company text not null,
  case_id uuid not null,
  number text not null,
  provision text not null,
  kind text not null,
  level integer,
  subject_type text not null,
  employee_id uuid,
  shares jsonb not null default '[]',
  department text,
  month text,
  state text not null,
  published_at timestamptz not null,
  withdrawn_at timestamptz,
  version bigint not null default 1,
  constraint pk_publications primary key (id),
  constraint uq_publications_company_case_id unique (company, case_id),
  constraint ck_publications_state check (state in ('published', 'withdrawn')),
  constraint ck_publications_withdrawn check ((state = 'withdrawn') = (withdrawn_at is not null))
);
create index ix_publications_list on publications (company, state, id desc)
"""

KEEP = """
create function keep_released_assessment() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or tg_table_name = 'assessment_lines' or old.state = 'released' then
    raise exception 'a released assessment never changes' using errcode = '23514';
  end if;
  return new;
end
$$
"""


def upgrade() -> None:
    """Create the tables and what guards them."""
    for statement in TABLES.strip().split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(KEEP)
    for table in ("assessment_sheets", "assessment_lines"):
        op.execute(
            f"create trigger tr_{table}_kept before update or delete on {table} for each row"
            " execute function keep_released_assessment()"
        )


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table publications, assessment_lines, assessment_sheets")
    op.execute("drop function keep_released_assessment()")
