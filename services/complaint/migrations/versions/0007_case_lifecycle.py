"""A case's life beyond its handling: answers by kind, leaders, consultations, acceptance, reports, outside answers.

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LIFECYCLE = """
alter table complaints
  add column answer text,
  add column is_constructive boolean not null default false,
  add column praised_staff_ids uuid[] not null default '{}',
  add column investigation text,
  add column remedies text[] not null default '{}',
  add column authorisation_id uuid,
  add column leader_post text,
  add column leader_id uuid,
  add column acceptance text,
  add column invited_at timestamptz,
  add column accepted_at timestamptz,
  add column reported_at timestamptz,
  add column held_until timestamptz,
  add column holding_count integer not null default 0,
  add column external_answer text,
  add column external_answered_at timestamptz,
  add column involved_posts text[] not null default '{}',
  add constraint ck_complaints_acceptance check (acceptance in ('invited', 'told', 'accepted', 'refused'));
alter table complaints
  add column reader_posts text[] generated always as (posts || involved_posts) stored;

create table consultations (
  id uuid not null,
  company text not null,
  complaint_id uuid not null,
  cycle integer not null,
  coordination text,
  state text not null,
  question text not null,
  posts text[] not null,
  departments text[] not null default '{}',
  requested_by uuid,
  requested_at timestamptz not null,
  due_at timestamptz,
  answer text,
  answered_by uuid,
  answered_post text,
  answered_at timestamptz,
  version bigint not null default 1,
  constraint pk_consultations primary key (id),
  constraint fk_consultations_complaint_id_complaints foreign key (complaint_id) references complaints (id),
  constraint ck_consultations_state check (state in ('asked', 'answered', 'withdrawn'))
);
create index ix_consultations_complaint on consultations (complaint_id, id);
create index ix_consultations_posts on consultations using gin (posts) where state = 'asked'
"""


def upgrade() -> None:
    """Add what a case remembers of its life, and the consultations."""
    for statement in LIFECYCLE.strip().split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table consultations")
    op.execute(
        "alter table complaints drop column reader_posts, drop column involved_posts,"
        " drop column external_answered_at, drop column external_answer, drop column holding_count,"
        " drop column held_until, drop column reported_at, drop column accepted_at, drop column invited_at,"
        " drop column acceptance, drop column leader_id, drop column leader_post, drop column authorisation_id,"
        " drop column remedies, drop column investigation, drop column praised_staff_ids,"
        " drop column is_constructive, drop column answer"
    )
