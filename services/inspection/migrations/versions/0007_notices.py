"""Rectification notices.

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ""


def upgrade() -> None:
    """Create the tables."""
    if TABLES:
        op.execute(TABLES)


def downgrade() -> None:
    """Drop them."""
