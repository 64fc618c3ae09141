"""Hand-overs between shifts (交接班).

Revision ID: 0016
Revises: 0015
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = """
create table shift_hand_overs (
  id uuid not null,
  company text not null,
  number text not null,
  state text not null,
  shift text,
  note text not null,
  watch_outs text[] not null default '{}',
  matters jsonb not null default '[]',
  open_work jsonb not null default '[]',
  gathered_at timestamptz,
  missing_services text[] not null default '{}',
  team text,
  department text,
  posts text[] not null default '{}',
  handed_by uuid not null,
  handed_at timestamptz not null,
  to_staff_id uuid,
  taken_over_by uuid,
  taken_over_at timestamptz,
  remark text,
  version bigint not null default 1,
  constraint pk_shift_hand_overs primary key (id),
  constraint uq_shift_hand_overs_company_number unique (company, number),
  constraint ck_shift_hand_overs_state check (state in ('handed', 'taken_over')),
  constraint ck_shift_hand_overs_taken_over
    check ((state = 'taken_over') = (taken_over_at is not null)
      and (state = 'taken_over') = (taken_over_by is not null)),
  constraint ck_shift_hand_overs_not_own check (taken_over_by is null or taken_over_by <> handed_by)
)
"""


def upgrade() -> None:
    """Add the notes that one shift leaves for the next."""
    op.execute("create sequence shift_hand_over_number_sequence")
    op.execute(TABLE)
    op.execute("create index ix_shift_hand_overs_company on shift_hand_overs (company, id)")
    op.execute("create index ix_shift_hand_overs_waiting on shift_hand_overs (company, id) where state = 'handed'")


def downgrade() -> None:
    """The release before hands nothing over between shifts."""
    op.execute("drop table shift_hand_overs")
    op.execute("drop sequence shift_hand_over_number_sequence")
