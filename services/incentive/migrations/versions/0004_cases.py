"""Cases of rewards and penalties.

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES: tuple[str, ...] = ()


def upgrade() -> None:
    """Create the tables; the search path is the service's schema."""
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
