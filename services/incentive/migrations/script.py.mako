"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""

from collections.abc import Sequence

from alembic import op

revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Literal DDL, no project imports; expand in one commit, contract in a later one."""
    op.execute("set local lock_timeout = '5s'")


def downgrade() -> None:
    """The way back."""
