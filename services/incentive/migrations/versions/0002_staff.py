"""The staff directory.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STAFF = """
create table staff_members (
  id uuid not null,
  company text not null,
  login text not null,
  name text not null,
  title text,
  state text not null,
  posts text[] not null default '{}',
  department text,
  team text,
  superior_id uuid,
  lines text[] not null default '{}',
  deputies jsonb not null default '[]',
  entry_on date,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by uuid,
  version bigint not null default 1,
  constraint pk_staff_members primary key (id),
  constraint uq_staff_members_company_login unique (company, login),
  constraint ck_staff_members_state check (state in ('active', 'on_leave', 'left')),
  constraint ck_staff_members_superior check (superior_id <> id)
);
create index ix_staff_members_department on staff_members (company, department, team);
create index ix_staff_members_superior on staff_members (superior_id);
create index ix_staff_members_posts on staff_members using gin (posts);
"""


def upgrade() -> None:
    """Create the directory; the search path is the service's schema."""
    for statement in STAFF.strip().split(";\n"):
        op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Drop it."""
    op.execute("drop table staff_members")
