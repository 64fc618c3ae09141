"""How what followed from a callback stands with its owner.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the target's state and the version that said it; the owner names its states, so there is no list of them."""
    op.execute("alter table callback_consequences add column target_state text")
    op.execute("alter table callback_consequences add column target_version bigint not null default 0")


def downgrade() -> None:
    """Drop them."""
    op.execute("alter table callback_consequences drop column target_version")
    op.execute("alter table callback_consequences drop column target_state")
