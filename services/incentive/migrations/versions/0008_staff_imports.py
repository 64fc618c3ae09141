"""Imports of the staff directory, for the answer to a replay.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = """
create table staff_imports (
  id uuid not null,
  company text not null,
  sha256 text not null,
  created_ids uuid[] not null,
  changed_ids uuid[] not null,
  unchanged integer not null,
  imported_by uuid not null,
  imported_at timestamptz not null,
  constraint pk_staff_imports primary key (id)
);
create index ix_staff_imports_company on staff_imports (company, imported_at);
"""


def upgrade() -> None:
    """Create the table; the search path is the service's schema."""
    for statement in TABLE.strip().split(";\n"):
        op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Drop it."""
    op.execute("drop table staff_imports")
