"""Files that imports left before there was a retention job are looked through as well.

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SCHEDULES = """
insert into schedules (kind, company, every, args, next_at)
select distinct 'import_retention', company, 'day@03:40', cast('{}' as jsonb), timestamptz '2000-01-01 00:00:00+00'
from import_parts
on conflict do nothing
"""


def upgrade() -> None:
    """Every later import sees to its company's schedule itself."""
    op.execute(SCHEDULES)


def downgrade() -> None:
    """The release before knows no such job."""
    op.execute("delete from schedules where kind = 'import_retention'")
