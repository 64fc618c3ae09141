"""Members of groups may keep their birthday by the lunar calendar.

Revision ID: 0015
Revises: 0014
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the mark; whoever is known keeps the solar day."""
    op.execute("set local lock_timeout = '5s'")
    op.execute("alter table group_members add column is_lunar_birthday boolean not null default false")


def downgrade() -> None:
    """Drop it."""
    op.execute("alter table group_members drop column is_lunar_birthday")
