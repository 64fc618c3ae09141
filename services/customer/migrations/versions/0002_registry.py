"""Customers, premises, meters, phones, group members, contacts and what an import needs.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REGISTRY = """
create sequence customer_number_sequence;

create table customers (
  id uuid not null,
  company text not null,
  number text not null,
  name text,
  name_key text,
  name_bigrams text[] not null default '{}',
  kind text not null,
  customer_class text not null,
  party text not null,
  standing text not null,
  capacity_m3_day numeric(12,3),
  daily_volume_m3 numeric(12,3),
  member_count integer not null default 0,
  tags text[] not null default '{}',
  facts jsonb not null default '{}',
  account_manager_id uuid,
  district text,
  identity_kind text,
  identity_cipher text,
  identity_index text,
  tier text not null,
  tier_rule text,
  tier_confirmed_at timestamptz,
  tier_policy_version text,
  merged_into uuid,
  erased_at timestamptz,
  row_hash bytea,
  registered_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_customers primary key (id),
  constraint uq_customers_company_number unique (company, number),
  constraint ck_customers_kind check (kind in ('residential', 'commercial', 'industrial')),
  constraint ck_customers_class check (customer_class in ('a', 'b')),
  constraint ck_customers_party check (party in ('individual', 'unit', 'group')),
  constraint ck_customers_standing check (standing in ('active', 'suspended', 'closed', 'merged', 'withdrawn')),
  constraint ck_customers_identity_kind check (identity_kind in ('resident_id', 'uscc', 'other')),
  constraint ck_customers_volumes check (capacity_m3_day >= 0 and daily_volume_m3 >= 0 and member_count >= 0),
  constraint ck_customers_named check (name is not null or erased_at is not null)
);
create index ix_customers_company_id on customers (company, id);
create index ix_customers_company_tier on customers (company, tier, id);
create index ix_customers_name_bigrams on customers using gin (name_bigrams);
create index ix_customers_tags on customers using gin (tags);
create index ix_customers_identity on customers (company, identity_index) where identity_index is not null;

create table premises (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  address text,
  address_key text,
  address_bigrams text[] not null default '{}',
  district text,
  community text,
  kind text not null,
  equipment jsonb not null default '[]',
  state text not null,
  is_primary boolean not null default false,
  created_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_premises primary key (id),
  constraint fk_premises_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_premises_kind check (kind in ('residence', 'shop', 'factory', 'office', 'public', 'other')),
  constraint ck_premises_state check (state in ('in_use', 'stopped', 'withdrawn'))
);
create index ix_premises_customer on premises (customer_id);
create index ix_premises_address_bigrams on premises using gin (address_bigrams);

create table meters (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  premises_id uuid,
  number text not null,
  kind text not null,
  state text not null,
  installed_on date,
  created_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_meters primary key (id),
  constraint uq_meters_company_number unique (company, number),
  constraint fk_meters_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_meters_premises_id_premises foreign key (premises_id) references premises (id),
  constraint ck_meters_kind check (kind in ('diaphragm', 'ic_card', 'iot', 'rotary', 'turbine', 'ultrasonic', 'other')),
  constraint ck_meters_state check (state in ('in_use', 'removed'))
);
create index ix_meters_customer on meters (customer_id);

create table group_members (
  id uuid not null,
  company text not null,
  group_id uuid not null,
  number text not null,
  name text,
  kind text not null,
  title text,
  born_on date,
  customer_id uuid,
  state text not null,
  created_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_group_members primary key (id),
  constraint uq_group_members_group_id_number unique (group_id, number),
  constraint fk_group_members_group_id_customers foreign key (group_id) references customers (id),
  constraint ck_group_members_state check (state in ('active', 'left'))
);

create table phones (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  member_id uuid,
  label text,
  cipher text,
  phone_index text,
  last4_index text,
  is_primary boolean not null default false,
  state text not null,
  created_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_phones primary key (id),
  constraint uq_phones_customer_id_phone_index unique (customer_id, phone_index),
  constraint fk_phones_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_phones_member_id_group_members foreign key (member_id) references group_members (id),
  constraint ck_phones_state check (state in ('active', 'withdrawn'))
);
create index ix_phones_company_phone on phones (company, phone_index);
create index ix_phones_company_last4 on phones (company, last4_index);
"""

CONTACTS = """
create table contacts (
  id uuid not null,
  company text not null,
  channel text not null,
  direction text not null,
  customer_id uuid,
  candidates smallint not null default 0,
  phone_cipher text,
  phone_index text,
  last4_index text,
  line text,
  staff_id uuid,
  started_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  ring_seconds integer,
  outcome text not null,
  topic text,
  summary text,
  recording text,
  matter_id uuid,
  created_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_contacts primary key (id),
  constraint ck_contacts_channel check (channel in ('hotline', 'counter', 'online', 'sms', 'visit', 'mail', 'other')),
  constraint ck_contacts_direction check (direction in ('inbound', 'outbound')),
  constraint ck_contacts_outcome check (outcome in ('ongoing', 'answered', 'abandoned', 'missed')),
  constraint ck_contacts_times check (answered_at >= started_at and ended_at >= started_at and ring_seconds >= 0)
);
create index ix_contacts_customer on contacts (company, customer_id, id);
create index ix_contacts_phone on contacts (company, phone_index);
create index ix_contacts_staff on contacts (company, staff_id, id);
"""

IMPORTS = """
create table import_parts (
  import_id uuid not null,
  part integer not null,
  company text not null,
  cipher text not null,
  constraint pk_import_parts primary key (import_id, part)
);

create table import_errors (
  import_id uuid not null,
  sheet smallint not null,
  line integer not null,
  position smallint not null,
  company text not null,
  column_name text not null,
  rule text not null,
  message text not null,
  constraint pk_import_errors primary key (import_id, sheet, line, position)
);

create table reveals (
  id uuid not null,
  company text not null,
  actor text not null,
  customer_id uuid not null,
  field text not null,
  reason text not null,
  grant_id uuid,
  on_date date not null,
  at timestamptz not null,
  constraint pk_reveals primary key (id),
  constraint uq_reveals_grant_id unique (grant_id)
);
create index ix_reveals_quota on reveals (company, actor, on_date);
create index ix_reveals_customer on reveals (customer_id, at);
"""


def upgrade() -> None:
    """Create the registry; the search path is the service's schema."""
    for part in (REGISTRY, CONTACTS, IMPORTS):
        for statement in part.strip().split(";\n"):
            op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Drop it in the order of its references."""
    op.execute(
        "drop table reveals, import_errors, import_parts, contacts, phones, group_members, meters, premises, customers"
    )
    op.execute("drop sequence customer_number_sequence")
