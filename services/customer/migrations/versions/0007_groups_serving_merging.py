"""Group members with kind and rank, who serves whom, merges of duplicates with undo.

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GROUPS = """
alter table group_members
  add column unit_place smallint,
  add column department text,
  add column duty text,
  add column kind_source text not null default 'stated',
  add column derived_kind text,
  add column derived_by text,
  add column kind_reason text,
  add column kind_set_by uuid,
  add column kind_set_at timestamptz,
  add column own_rank text,
  add column rank text,
  add column circle text,
  add column is_served boolean not null default false,
  add column joined_on date,
  add column left_on date,
  add column is_settled boolean not null default false,
  add constraint ck_group_members_unit_place check (unit_place > 0),
  add constraint ck_group_members_duty check (duty in ('leader', 'contact', 'employee', 'outsider', 'machine')),
  add constraint ck_group_members_kind_source check (kind_source in ('stated', 'derived', 'corrected')),
  add constraint ck_group_members_corrected check (kind_source <> 'corrected' or kind_reason is not null),
  add constraint ck_group_members_dates check (left_on >= joined_on);
create index ix_group_members_served on group_members (company, group_id, number)
  where is_served and state = 'active';
create index ix_group_members_unsettled on group_members (company, id) where not is_settled;
create index ix_group_members_own on group_members (customer_id) where customer_id is not null;

create table member_changes (
  id uuid not null,
  company text not null,
  member_id uuid not null,
  group_id uuid not null,
  act text not null,
  at timestamptz not null,
  on_date date,
  actor_id uuid,
  from_kind text,
  to_kind text,
  from_rank text,
  to_rank text,
  reason text,
  constraint pk_member_changes primary key (id),
  constraint fk_member_changes_member_id_group_members foreign key (member_id) references group_members (id),
  constraint ck_member_changes_act
    check (act in ('joined', 'left', 'rejoined', 'changed', 'derived', 'corrected', 'restored', 'linked', 'unlinked'))
);
create index ix_member_changes_member on member_changes (company, member_id, id desc);

create table unit_days (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  name text not null,
  month smallint not null,
  day smallint not null,
  state text not null,
  created_by uuid not null,
  created_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_unit_days primary key (id),
  constraint fk_unit_days_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_unit_days_date check (month between 1 and 12 and day between 1 and 31),
  constraint ck_unit_days_state check (state in ('active', 'withdrawn'))
);
create unique index uq_unit_days_standing on unit_days (company, customer_id, month, day, name) where state = 'active';

create table group_sizes (
  group_id uuid not null,
  company text not null,
  stated integer,
  counted integer not null,
  shown integer not null,
  constraint pk_group_sizes primary key (group_id),
  constraint fk_group_sizes_group_id_customers foreign key (group_id) references customers (id),
  constraint ck_group_sizes_sizes check (stated >= 0 and counted >= 0 and shown >= 0)
);
"""

SERVING = """
create table service_assignments (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  slot text not null,
  post text not null,
  staff_id uuid not null,
  is_account_manager boolean not null default false,
  state text not null,
  reason text not null,
  replaces_id uuid,
  proposed_by uuid not null,
  proposed_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  from_at timestamptz,
  until_at timestamptz,
  ended_by uuid,
  end_reason text,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_service_assignments primary key (id),
  constraint fk_service_assignments_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_service_assignments_replaces_id_service_assignments
    foreign key (replaces_id) references service_assignments (id),
  constraint ck_service_assignments_state check (state in ('proposed', 'active', 'ended', 'refused')),
  constraint ck_service_assignments_four_eyes check (decided_by <> proposed_by),
  constraint ck_service_assignments_times check (until_at >= from_at and (state <> 'active' or from_at is not null))
);
create unique index uq_service_assignments_standing on service_assignments (company, customer_id, slot, staff_id)
  where state in ('proposed', 'active');
create index ix_service_assignments_customer on service_assignments (company, customer_id, id desc);
create index ix_service_assignments_staff on service_assignments (company, staff_id, id desc);
create index ix_service_assignments_load on service_assignments (company, slot, staff_id) where state = 'active';
"""

MERGING = """
create table customer_merges (
  id uuid not null,
  company text not null,
  losing_id uuid not null,
  surviving_id uuid not null,
  state text not null,
  rules text[] not null default '{}',
  reason text not null,
  standing_before text not null,
  survivor_before jsonb not null default '{}',
  survivor_after jsonb not null default '{}',
  merged_by uuid not null,
  merged_at timestamptz not null,
  undone_by uuid,
  undone_at timestamptz,
  undo_reason text,
  version bigint not null default 1,
  constraint pk_customer_merges primary key (id),
  constraint fk_customer_merges_losing_id_customers foreign key (losing_id) references customers (id),
  constraint fk_customer_merges_surviving_id_customers foreign key (surviving_id) references customers (id),
  constraint ck_customer_merges_state check (state in ('merged', 'undone')),
  constraint ck_customer_merges_undone check ((state = 'undone') = (undone_at is not null)),
  constraint ck_customer_merges_pair check (losing_id <> surviving_id)
);
create unique index uq_customer_merges_standing on customer_merges (losing_id) where state = 'merged';
create index ix_customer_merges_list on customer_merges (company, id desc);
create index ix_customer_merges_surviving on customer_merges (company, surviving_id);

create table merge_moves (
  merge_id uuid not null,
  place text not null,
  row_id uuid not null,
  company text not null,
  has_moved boolean not null,
  before jsonb not null default '{}',
  constraint pk_merge_moves primary key (merge_id, place, row_id),
  constraint fk_merge_moves_merge_id_customer_merges foreign key (merge_id) references customer_merges (id)
);

create table merge_candidates (
  id uuid not null,
  company text not null,
  first_id uuid not null,
  second_id uuid not null,
  rules text[] not null,
  state text not null,
  found_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  reason text,
  version bigint not null default 1,
  constraint pk_merge_candidates primary key (id),
  constraint uq_merge_candidates_company_first_id_second_id unique (company, first_id, second_id),
  constraint fk_merge_candidates_first_id_customers foreign key (first_id) references customers (id),
  constraint fk_merge_candidates_second_id_customers foreign key (second_id) references customers (id),
  constraint ck_merge_candidates_state check (state in ('open', 'merged', 'dismissed')),
  constraint ck_merge_candidates_pair check (first_id < second_id)
);
create index ix_merge_candidates_open on merge_candidates (company, id desc) where state = 'open';
create index ix_merge_candidates_second on merge_candidates (company, second_id);
create index ix_premises_company_address_key on premises (company, address_key) where state <> 'withdrawn';
"""

DOWNGRADE = """
drop index ix_premises_company_address_key;
drop table merge_candidates, merge_moves, customer_merges, service_assignments, group_sizes, unit_days, member_changes;
drop index ix_group_members_own;
drop index ix_group_members_unsettled;
drop index ix_group_members_served;
alter table group_members
  drop constraint ck_group_members_dates,
  drop constraint ck_group_members_corrected,
  drop constraint ck_group_members_kind_source,
  drop constraint ck_group_members_duty,
  drop constraint ck_group_members_unit_place,
  drop column is_settled,
  drop column left_on,
  drop column joined_on,
  drop column is_served,
  drop column circle,
  drop column rank,
  drop column own_rank,
  drop column kind_set_at,
  drop column kind_set_by,
  drop column kind_reason,
  drop column derived_by,
  drop column derived_kind,
  drop column kind_source,
  drop column duty,
  drop column department,
  drop column unit_place;
"""


def upgrade() -> None:
    """Widen the members; create the days, the sizes, the assignments and the merges."""
    for part in (GROUPS, SERVING, MERGING):
        for statement in part.strip().split(";\n"):
            op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Back to 0006 in the order of the references."""
    for statement in DOWNGRADE.strip().split(";\n"):
        op.execute(statement.rstrip(";"))
