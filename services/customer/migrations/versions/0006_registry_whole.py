"""The whole registry: address parts, meter exchanges, gas equipment, contracts, persons, tags, accounts, history.

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WIDENED = """
alter table customers
  add column registered_by text,
  add column updated_by text,
  add column account_state text not null default 'open',
  add column account_opened_on date,
  add column account_closed_on date,
  add constraint ck_customers_account_state check (account_state in ('none', 'open', 'closed'));
update customers set account_state = 'closed' where standing = 'closed';

alter table premises
  add column province text,
  add column city text,
  add column street text,
  add column building text,
  add column unit text,
  add column room text,
  add column created_by text;
create index ix_premises_company_district on premises (company, district, id) where district is not null;
create index ix_premises_company_community on premises (company, community, id) where community is not null;

alter table meters
  add column initial_reading numeric(12,3),
  add column last_reading numeric(12,3),
  add column last_read_on date,
  add column removed_on date,
  add column removed_reason text,
  add column replaces_id uuid,
  add column created_by text,
  add constraint ck_meters_readings check (initial_reading >= 0 and last_reading >= 0);

alter table phones add column created_by text;
alter table group_members add column created_by text
"""

PREMISES = """
create table meter_exchanges (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  premises_id uuid,
  removed_meter_id uuid not null,
  installed_meter_id uuid not null,
  removed_reading numeric(12,3) not null,
  installed_reading numeric(12,3) not null,
  reason text not null,
  exchanged_on date not null,
  exchanged_by uuid,
  order_id uuid,
  recorded_by text,
  recorded_at timestamptz not null,
  constraint pk_meter_exchanges primary key (id),
  constraint uq_meter_exchanges_removed_meter_id unique (removed_meter_id),
  constraint uq_meter_exchanges_installed_meter_id unique (installed_meter_id),
  constraint fk_meter_exchanges_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_meter_exchanges_removed_meter_id_meters foreign key (removed_meter_id) references meters (id),
  constraint fk_meter_exchanges_installed_meter_id_meters foreign key (installed_meter_id) references meters (id),
  constraint ck_meter_exchanges_readings check (removed_reading >= 0 and installed_reading >= 0)
);
create index ix_meter_exchanges_customer on meter_exchanges (company, customer_id, id);

create table gas_equipment (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  premises_id uuid not null,
  kind text not null,
  brand text,
  model text,
  number text,
  installed_on date,
  service_years integer,
  expires_on date,
  hazards text[] not null default '{}',
  state text not null,
  removed_on date,
  created_by text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_gas_equipment primary key (id),
  constraint fk_gas_equipment_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_gas_equipment_premises_id_premises foreign key (premises_id) references premises (id),
  constraint ck_gas_equipment_state check (state in ('in_use', 'removed')),
  constraint ck_gas_equipment_service_years check (service_years > 0)
);
create index ix_gas_equipment_customer on gas_equipment (customer_id);
create unique index uq_gas_equipment_number on gas_equipment (company, customer_id, number) where number is not null;
create index ix_gas_equipment_overdue on gas_equipment (company, expires_on, id) where state = 'in_use';
create index ix_gas_equipment_hazards on gas_equipment (company, id)
  where state = 'in_use' and cardinality(hazards) > 0;

insert into gas_equipment (id, company, customer_id, premises_id, kind, brand, model, installed_on, state, created_at,
  updated_at)
select gen_random_uuid(), p.company, p.customer_id, p.id, coalesce(e.said ->> 'kind', 'other'), e.said ->> 'brand',
  e.said ->> 'model',
  case when e.said ->> 'installed_on' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then cast(e.said ->> 'installed_on' as date) end,
  'in_use', p.created_at, p.created_at
from premises p cross join lateral jsonb_array_elements(p.equipment) as e (said)
where jsonb_typeof(p.equipment) = 'array' and jsonb_typeof(e.said) = 'object';

insert into schedules (kind, company, every, args, next_at)
select distinct 'equipment_life', company, 'day@00:20', cast('{}' as jsonb), timestamptz '2000-01-01 00:00:00+00'
from gas_equipment
on conflict do nothing
"""

PEOPLE = """
create table contact_persons (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  premises_id uuid,
  name text,
  relation text not null,
  title text,
  cipher text,
  phone_index text,
  last4_index text,
  is_reachable_in_emergency boolean not null default false,
  state text not null,
  created_by text,
  created_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_contact_persons primary key (id),
  constraint fk_contact_persons_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_contact_persons_premises_id_premises foreign key (premises_id) references premises (id),
  constraint ck_contact_persons_state check (state in ('active', 'withdrawn'))
);
create index ix_contact_persons_customer on contact_persons (customer_id);
create index ix_contact_persons_company_phone on contact_persons (company, phone_index);
create index ix_contact_persons_company_last4 on contact_persons (company, last4_index);

create table vulnerable_persons (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  premises_id uuid not null,
  name text,
  kind text not null,
  tag text not null,
  until date,
  note text,
  state text not null,
  recorded_by text,
  recorded_at timestamptz not null,
  ended_by text,
  ended_at timestamptz,
  end_reason text,
  version bigint not null default 1,
  constraint pk_vulnerable_persons primary key (id),
  constraint fk_vulnerable_persons_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_vulnerable_persons_premises_id_premises foreign key (premises_id) references premises (id),
  constraint ck_vulnerable_persons_state check (state in ('active', 'ended', 'expired'))
);
create index ix_vulnerable_persons_customer on vulnerable_persons (customer_id);
create index ix_vulnerable_persons_company on vulnerable_persons (company, id) where state = 'active';
create index ix_vulnerable_persons_until on vulnerable_persons (company, until)
  where state = 'active' and until is not null;

create table customer_tags (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  tag text not null,
  source text not null,
  reason text,
  until date,
  state text not null,
  set_by text,
  set_at timestamptz not null,
  ended_by text,
  ended_at timestamptz,
  end_reason text,
  version bigint not null default 1,
  constraint pk_customer_tags primary key (id),
  constraint fk_customer_tags_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_customer_tags_source check (source in ('person', 'import', 'takeover')),
  constraint ck_customer_tags_state check (state in ('active', 'removed', 'expired'))
);
create unique index uq_customer_tags_standing on customer_tags (customer_id, tag) where state = 'active';
create index ix_customer_tags_customer on customer_tags (customer_id, id);
create index ix_customer_tags_until on customer_tags (company, until) where state = 'active' and until is not null;

insert into customer_tags (id, company, customer_id, tag, source, state, set_at)
select gen_random_uuid(), c.company, c.id, t.tag, 'takeover', 'active', c.updated_at
from customers c cross join lateral (select distinct unnest(c.tags)) as t (tag)
"""

ACCOUNTS = """
create table contracts (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  premises_id uuid,
  number text not null,
  kind text not null,
  capacity_m3_day numeric(12,3),
  signed_on date not null,
  due_on date,
  valid_until date,
  state text not null,
  fulfilled_on date,
  ended_on date,
  end_reason text,
  tier text not null,
  created_by text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_contracts primary key (id),
  constraint uq_contracts_company_number unique (company, number),
  constraint fk_contracts_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_contracts_premises_id_premises foreign key (premises_id) references premises (id),
  constraint ck_contracts_state check (state in ('signed', 'fulfilled', 'ended', 'cancelled')),
  constraint ck_contracts_fulfilled check ((state = 'fulfilled') <= (fulfilled_on is not null)),
  constraint ck_contracts_capacity check (capacity_m3_day >= 0)
);
create index ix_contracts_customer on contracts (customer_id);
create index ix_contracts_due on contracts (company, due_on, id) where due_on is not null;

create table account_changes (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  kind text not null,
  effective_on date not null,
  reason text,
  former_name text,
  former_identity_kind text,
  former_identity_cipher text,
  former_identity_index text,
  readings jsonb not null default '[]',
  order_id uuid,
  recorded_by text,
  recorded_at timestamptz not null,
  version bigint not null,
  constraint pk_account_changes primary key (id),
  constraint fk_account_changes_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_account_changes_kind check (kind in ('opened', 'transferred', 'closed'))
);
create index ix_account_changes_customer on account_changes (company, customer_id, id);

create table customer_changes (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  version bigint not null,
  at timestamptz not null,
  actor text,
  subject text not null,
  subject_id uuid,
  action text not null,
  field text,
  is_personal boolean not null default false,
  old_value text,
  new_value text,
  constraint pk_customer_changes primary key (id),
  constraint ck_customer_changes_action check (action in ('entered', 'changed', 'ended')),
  constraint ck_customer_changes_personal check (not is_personal or (old_value is null and new_value is null))
);
create index ix_customer_changes_customer on customer_changes (company, customer_id, id)
"""


def upgrade() -> None:
    """Widen what there is, add what was missing, and copy equipment and tags into rows of their own."""
    for part in (WIDENED, PREMISES, PEOPLE, ACCOUNTS):
        for statement in part.strip().split(";\n"):
            op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """The release before knows neither the tables, nor the columns, nor the jobs."""
    op.execute("delete from schedules where kind in ('equipment_life', 'mark_expiry')")
    op.execute(
        "drop table customer_changes, account_changes, contracts, customer_tags, vulnerable_persons, contact_persons,"
        " gas_equipment, meter_exchanges"
    )
    op.execute("alter table group_members drop column created_by")
    op.execute("alter table phones drop column created_by")
    op.execute(
        "alter table meters drop column initial_reading, drop column last_reading, drop column last_read_on,"
        " drop column removed_on, drop column removed_reason, drop column replaces_id, drop column created_by"
    )
    op.execute(
        "alter table premises drop column province, drop column city, drop column street, drop column building,"
        " drop column unit, drop column room, drop column created_by"
    )
    op.execute(
        "alter table customers drop column registered_by, drop column updated_by, drop column account_state,"
        " drop column account_opened_on, drop column account_closed_on"
    )
