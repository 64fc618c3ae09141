"""Which callback led to a case or to its new cycle: the customer's words stay with the callback.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create table case_callbacks (
  callback_id uuid not null,
  company text not null,
  callback_number text not null,
  complaint_id uuid not null,
  cycle integer not null,
  effect text not null,
  called_by uuid not null,
  reasons text[] not null default '{}',
  heard_at timestamptz not null,
  constraint pk_case_callbacks primary key (callback_id),
  constraint ck_case_callbacks_effect check (effect in ('reopened', 'passed_on', 'opened', 'joined'))
);
create index ix_case_callbacks_complaint on case_callbacks (complaint_id, heard_at)
"""


def upgrade() -> None:
    """Add the link."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    op.execute("drop table case_callbacks")
