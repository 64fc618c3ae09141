"""Inspections: forms, checked points, samples.

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ""


def upgrade() -> None:
    """Create the tables."""
    if TABLES:
        op.execute(TABLES)


def downgrade() -> None:
    """Drop them."""
