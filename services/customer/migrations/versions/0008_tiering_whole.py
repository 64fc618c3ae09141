"""Tiering whole: proposals of departments and events, single reviews, terms of tiers, yearly figures, service plans.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PROPOSALS = """
set local lock_timeout = '5s';
alter table tier_proposals
  alter column run_id drop not null,
  add column source text not null default 'rule',
  add column proposed_by uuid,
  add column department text,
  add column cause text,
  add column reason text,
  add column stated_facts jsonb not null default '{}',
  add column is_upgrade boolean not null default false,
  add column base_tier text,
  add column base_rule text,
  add column is_base_settled boolean not null default false,
  add column decision_reason text,
  add column effective_on date,
  add column in_force_at timestamptz,
  add column ended_at timestamptz,
  add column review_due_on date,
  add column holds_until date,
  drop constraint ck_tier_proposals_state,
  add constraint ck_tier_proposals_state
    check (state in ('proposed', 'confirmed', 'scheduled', 'rejected', 'superseded', 'withdrawn')),
  add constraint ck_tier_proposals_source check (source in ('rule', 'department', 'event', 'review')),
  add constraint ck_tier_proposals_origin check (run_id is not null or source <> 'rule'),
  add constraint ck_tier_proposals_four_eyes check (decided_by <> proposed_by),
  add constraint ck_tier_proposals_ended check (ended_at is null or state = 'confirmed' and ended_at >= in_force_at);
update tier_proposals p set in_force_at = p.decided_at, ended_at = l.following
from (
  select id, lead(decided_at) over (partition by customer_id order by decided_at, id) as following
  from tier_proposals where state = 'confirmed'
) l
where l.id = p.id;
alter table tier_proposals
  add constraint ck_tier_proposals_in_force check ((state = 'confirmed') = (in_force_at is not null));
drop index ix_tier_proposals_confirmed;
create index ix_tier_proposals_confirmed on tier_proposals (customer_id, in_force_at desc) where state = 'confirmed';
create index ix_tier_proposals_ledger on tier_proposals (company, tier, customer_id) where state = 'confirmed';
create index ix_tier_proposals_held on tier_proposals (customer_id)
  where state = 'confirmed' and ended_at is null and holds_until is not null;
create index ix_tier_proposals_due on tier_proposals (company, review_due_on)
  where state = 'confirmed' and ended_at is null and review_due_on is not null;
create unique index uq_tier_proposals_scheduled on tier_proposals (customer_id) where state = 'scheduled';
create index ix_tier_proposals_effective on tier_proposals (company, effective_on) where state = 'scheduled'
"""

FIGURES = """
create table customer_years (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  year smallint not null,
  sales_fen bigint not null,
  purchases integer,
  profit_fen bigint,
  import_id uuid not null,
  imported_at timestamptz not null,
  constraint pk_customer_years primary key (id),
  constraint uq_customer_years_company_year_customer_id unique (company, year, customer_id),
  constraint fk_customer_years_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_customer_years_figures check (sales_fen >= 0 and purchases >= 0),
  constraint ck_customer_years_year check (year between 1990 and 2200)
);

create table sales_years (
  id uuid not null,
  company text not null,
  year smallint not null,
  total_fen numeric(24,0) not null,
  is_stated boolean not null,
  customers bigint not null,
  import_id uuid not null,
  imported_by text,
  imported_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_sales_years primary key (id),
  constraint uq_sales_years_company_year unique (company, year),
  constraint ck_sales_years_figures check (total_fen >= 0 and customers >= 0)
)
"""

PLANS = """
create sequence service_plan_number_sequence;

create table service_plans (
  id uuid not null,
  company text not null,
  number text not null,
  customer_id uuid not null,
  state text not null,
  title text not null,
  need text not null,
  tier text not null,
  party text not null,
  from_on date not null,
  until_on date not null,
  terms jsonb not null,
  proposed_by uuid not null,
  proposed_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  decision_reason text,
  review_due_on date,
  reviewed_by uuid,
  reviewed_at timestamptz,
  ended_by text,
  ended_at timestamptz,
  end_reason text,
  policy_pack text not null,
  policy_version text not null,
  posts text[] not null default '{}',
  owner_id uuid,
  version bigint not null default 1,
  constraint pk_service_plans primary key (id),
  constraint uq_service_plans_company_number unique (company, number),
  constraint fk_service_plans_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_service_plans_state
    check (state in ('proposed', 'approved', 'rejected', 'withdrawn', 'ended', 'expired')),
  constraint ck_service_plans_dates check (until_on >= from_on),
  constraint ck_service_plans_four_eyes check (decided_by <> proposed_by),
  constraint ck_service_plans_ended check ((state in ('ended', 'expired')) = (ended_at is not null))
);
create index ix_service_plans_company on service_plans (company, id desc);
create index ix_service_plans_customer on service_plans (customer_id, id desc);
create unique index uq_service_plans_proposed on service_plans (customer_id) where state = 'proposed';
create index ix_service_plans_standing on service_plans (customer_id, from_on, until_on) where state = 'approved';
create index ix_service_plans_until on service_plans (company, until_on) where state = 'approved';
create index ix_service_plans_due on service_plans (company, review_due_on)
  where state = 'approved' and review_due_on is not null
"""


def upgrade() -> None:
    """Proposals without a run, terms in force with their ends; figures by year; plans of single customers."""
    for part in (PROPOSALS, FIGURES, PLANS):
        for statement in part.strip().split(";\n"):
            op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Back to proposals of runs only; what others proposed cannot be kept."""
    op.execute("drop table service_plans, sales_years, customer_years")
    op.execute("drop sequence service_plan_number_sequence")
    op.execute("delete from tier_proposals where run_id is null")
    op.execute(
        "drop index uq_tier_proposals_scheduled, ix_tier_proposals_effective, ix_tier_proposals_due,"
        " ix_tier_proposals_held, ix_tier_proposals_ledger, ix_tier_proposals_confirmed"
    )
    op.execute("alter table tier_proposals drop constraint ck_tier_proposals_in_force")
    op.execute("update tier_proposals set state = 'withdrawn' where state in ('scheduled', 'rejected')")
    op.execute(
        "alter table tier_proposals drop constraint ck_tier_proposals_state, drop constraint ck_tier_proposals_source,"
        " drop constraint ck_tier_proposals_origin, drop constraint ck_tier_proposals_four_eyes,"
        " drop constraint ck_tier_proposals_ended, alter column run_id set not null, drop column source,"
        " drop column proposed_by, drop column department, drop column cause, drop column reason,"
        " drop column stated_facts, drop column is_upgrade, drop column base_tier, drop column base_rule,"
        " drop column is_base_settled, drop column decision_reason, drop column effective_on,"
        " drop column in_force_at, drop column ended_at, drop column review_due_on, drop column holds_until"
    )
    op.execute(
        "alter table tier_proposals add constraint ck_tier_proposals_state"
        " check (state in ('proposed', 'confirmed', 'superseded', 'withdrawn'))"
    )
    op.execute(
        "create index ix_tier_proposals_confirmed on tier_proposals (customer_id, decided_at desc)"
        " where state = 'confirmed'"
    )
