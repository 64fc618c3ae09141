"""Monthly summaries, themed reports, archives.

Revision ID: 0009
Revises: 0008
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create table monthly_summaries (
  id uuid not null,
  company text not null,
  department text not null,
  month text not null,
  period_from timestamptz not null,
  period_until timestamptz not null,
  state text not null,
  posts text[] not null default '{}',
  achievements text,
  measures text,
  problems text,
  suggestions text,
  written_by uuid,
  written_at timestamptz,
  made_by uuid,
  made_at timestamptz not null,
  due_at timestamptz,
  edition integer not null default 0,
  is_late boolean,
  signed_by uuid,
  signed_at timestamptz,
  noted_by uuid,
  noted_at timestamptz,
  return_reason text,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_monthly_summaries primary key (id),
  constraint uq_monthly_summaries_company_month_department unique (company, month, department),
  constraint ck_monthly_summaries_state check (state in ('draft', 'submitted', 'returned', 'noted')),
  constraint ck_monthly_summaries_period check (period_from < period_until),
  constraint ck_monthly_summaries_signed check ((state = 'draft') = (signed_at is null)),
  constraint ck_monthly_summaries_edition check ((edition = 0) = (signed_at is null) and edition >= 0),
  constraint ck_monthly_summaries_noted check ((state = 'noted') = (noted_at is not null)),
  constraint ck_monthly_summaries_returned check (state <> 'returned' or return_reason is not null)
);
create index ix_monthly_summaries_list on monthly_summaries (company, id desc);
create index ix_monthly_summaries_unopened on monthly_summaries (company, period_until) where due_at is null;

create table monthly_summary_editions (
  id uuid not null,
  company text not null,
  summary_id uuid not null,
  edition integer not null,
  achievements text not null,
  measures text not null,
  problems text not null,
  suggestions text not null,
  figures jsonb not null,
  digest text not null,
  signed_by uuid not null,
  signed_at timestamptz not null,
  verdict text,
  words text,
  judged_by uuid,
  judged_at timestamptz,
  constraint pk_monthly_summary_editions primary key (id),
  constraint fk_monthly_summary_editions_summary_id_monthly_summaries
    foreign key (summary_id) references monthly_summaries (id),
  constraint uq_monthly_summary_editions_summary_id_edition unique (summary_id, edition),
  constraint ck_monthly_summary_editions_verdict check (verdict in ('noted', 'returned')),
  constraint ck_monthly_summary_editions_judged check ((verdict is null) = (judged_at is null)),
  constraint ck_monthly_summary_editions_four_eyes check (judged_by <> signed_by)
);

create table themed_reports (
  id uuid not null,
  company text not null,
  quarter text not null,
  period_from timestamptz not null,
  period_until timestamptz not null,
  due_at timestamptz,
  state text not null,
  posts text[] not null default '{}',
  summary text,
  causes text,
  demands text,
  written_by uuid,
  written_at timestamptz,
  made_at timestamptz not null,
  submitted_by uuid,
  submitted_at timestamptz,
  is_late boolean,
  returned_by uuid,
  returned_at timestamptz,
  return_reason text,
  approved_by uuid,
  approved_at timestamptz,
  figures jsonb,
  digest text,
  published_by uuid,
  published_at timestamptz,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_themed_reports primary key (id),
  constraint uq_themed_reports_company_quarter unique (company, quarter),
  constraint ck_themed_reports_state check (state in ('draft', 'submitted', 'returned', 'approved', 'published')),
  constraint ck_themed_reports_period check (period_from < period_until),
  constraint ck_themed_reports_submitted check ((state = 'draft') = (submitted_at is null)),
  constraint ck_themed_reports_approved check ((state in ('approved', 'published')) = (approved_at is not null)),
  constraint ck_themed_reports_frozen check ((approved_at is null) = (figures is null)),
  constraint ck_themed_reports_digest check ((figures is null) = (digest is null)),
  constraint ck_themed_reports_published check ((state = 'published') = (published_at is not null)),
  constraint ck_themed_reports_four_eyes check (approved_by <> submitted_by and approved_by <> written_by)
);
create index ix_themed_reports_list on themed_reports (company, id desc);

create table archives (
  id uuid not null,
  company text not null,
  inspection_id uuid not null,
  edition integer not null,
  number text not null,
  kind text not null,
  department text not null,
  team text,
  held_at timestamptz not null,
  file_id uuid not null,
  sha256 text not null,
  size bigint not null,
  entries integer not null,
  index_digest text not null,
  made_by uuid not null,
  made_at timestamptz not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_archives primary key (id),
  constraint fk_archives_inspection_id_inspections foreign key (inspection_id) references inspections (id),
  constraint uq_archives_inspection_id_edition unique (inspection_id, edition),
  constraint uq_archives_inspection_id_index_digest unique (inspection_id, index_digest),
  constraint ck_archives_edition check (edition >= 1)
);
create index ix_archives_list on archives (company, id desc);
create index ix_archives_file on archives (file_id)
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for table in ("archives", "themed_reports", "monthly_summary_editions", "monthly_summaries"):
        op.execute(f"drop table {table}")
