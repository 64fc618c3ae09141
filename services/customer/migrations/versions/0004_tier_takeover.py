"""Later runs take over what earlier ones wait with: superseded runs, withdrawn proposals.

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

UPGRADE = """
set local lock_timeout = '5s';
alter table tier_runs
  add column superseded_by uuid,
  add column superseded_at timestamptz,
  add constraint fk_tier_runs_superseded_by_tier_runs foreign key (superseded_by) references tier_runs (id),
  drop constraint ck_tier_runs_state,
  add constraint ck_tier_runs_state
    check (state in ('running', 'proposed', 'confirming', 'confirmed', 'superseded')),
  add constraint ck_tier_runs_superseded check ((state = 'superseded') = (superseded_by is not null));
alter table tier_proposals
  drop constraint ck_tier_proposals_state,
  add constraint ck_tier_proposals_state check (state in ('proposed', 'confirmed', 'superseded', 'withdrawn'));
"""

DOWNGRADE = """
update tier_proposals set state = 'superseded' where state = 'withdrawn';
update tier_runs set state = 'proposed', superseded_by = null where state = 'superseded';
alter table tier_proposals
  drop constraint ck_tier_proposals_state,
  add constraint ck_tier_proposals_state check (state in ('proposed', 'confirmed', 'superseded'));
alter table tier_runs
  drop constraint ck_tier_runs_superseded,
  drop constraint ck_tier_runs_state,
  add constraint ck_tier_runs_state check (state in ('running', 'proposed', 'confirming', 'confirmed')),
  drop column superseded_at,
  drop column superseded_by;
"""


def upgrade() -> None:
    """Widen what the states may be; the release before writes none of the new ones."""
    for statement in UPGRADE.strip().split(";\n"):
        op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Back to the states of 0003; what was withdrawn counts as superseded, superseded runs wait again."""
    for statement in DOWNGRADE.strip().split(";\n"):
        op.execute(statement.rstrip(";"))
