"""Service improvement.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ""


def upgrade() -> None:
    """Create the tables."""
    if TABLES:
        op.execute(TABLES)


def downgrade() -> None:
    """Drop them."""
