"""Price list, charges, payments and paper documents of orders; three-way exceptions.

Revision ID: 0013
Revises: 0012
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PRICES = """
set local lock_timeout = '5s';
create table material_prices (
  id uuid not null,
  company text not null,
  code text not null,
  name text not null,
  unit text not null,
  price_fen bigint not null,
  valid_from date not null,
  valid_until date,
  created_by uuid not null,
  created_at timestamptz not null,
  changed_by uuid,
  updated_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_material_prices primary key (id),
  constraint uq_material_prices_company_code_valid_from unique (company, code, valid_from),
  constraint ck_material_prices_price check (price_fen >= 0),
  constraint ck_material_prices_validity check (valid_until >= valid_from)
);
create index ix_material_prices_company on material_prices (company, id desc)
"""

LINES = """
create table settlement_charges (
  id uuid not null,
  company text not null,
  order_id uuid not null,
  sort text not null,
  code text not null,
  name text not null,
  unit text not null,
  quantity numeric(12,3) not null,
  unit_price_fen bigint not null,
  amount_fen bigint not null,
  price_id uuid,
  authorisation_id uuid,
  reverses_id uuid,
  reason text,
  entered_by uuid not null,
  entered_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_settlement_charges primary key (id),
  constraint fk_settlement_charges_order_id_service_orders foreign key (order_id) references service_orders (id),
  constraint fk_settlement_charges_price_id_material_prices foreign key (price_id) references material_prices (id),
  constraint fk_settlement_charges_reverses_id_settlement_charges
    foreign key (reverses_id) references settlement_charges (id),
  constraint ck_settlement_charges_sort check (sort in ('material', 'fee', 'waiver')),
  constraint ck_settlement_charges_price check ((sort = 'material') = (price_id is not null)),
  constraint ck_settlement_charges_waiver check ((sort = 'waiver') = (authorisation_id is not null)),
  constraint ck_settlement_charges_reversal check ((reverses_id is null) = (reason is null)),
  constraint ck_settlement_charges_sign
    check (amount_fen = 0 or (amount_fen < 0) = ((sort = 'waiver') <> (reverses_id is not null)))
);
create unique index uq_settlement_charges_reverses on settlement_charges (reverses_id) where reverses_id is not null;
create index ix_settlement_charges_order on settlement_charges (order_id, id);
create index ix_settlement_charges_authorisation on settlement_charges (company, authorisation_id)
  where authorisation_id is not null;

create table settlement_payments (
  id uuid not null,
  company text not null,
  order_id uuid,
  reading_id uuid,
  amount_fen bigint not null,
  method text not null,
  receipt_number text not null,
  paid_at timestamptz not null,
  reverses_id uuid,
  reason text,
  entered_by uuid not null,
  entered_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_settlement_payments primary key (id),
  constraint fk_settlement_payments_order_id_service_orders foreign key (order_id) references service_orders (id),
  constraint fk_settlement_payments_reading_id_meter_readings
    foreign key (reading_id) references meter_readings (id),
  constraint fk_settlement_payments_reverses_id_settlement_payments
    foreign key (reverses_id) references settlement_payments (id),
  constraint ck_settlement_payments_subject check (num_nonnulls(order_id, reading_id) = 1),
  constraint ck_settlement_payments_reversal check ((reverses_id is null) = (reason is null)),
  constraint ck_settlement_payments_sign check ((reverses_id is null) = (amount_fen > 0) and amount_fen <> 0)
);
create unique index uq_settlement_payments_reverses on settlement_payments (reverses_id)
  where reverses_id is not null;
create index ix_settlement_payments_order on settlement_payments (order_id, id) where order_id is not null;
create index ix_settlement_payments_reading on settlement_payments (reading_id, id) where reading_id is not null;
create index ix_settlement_payments_receipt on settlement_payments (company, receipt_number);

create table settlement_documents (
  id uuid not null,
  company text not null,
  order_id uuid,
  reading_id uuid,
  sort text not null,
  number text not null,
  dated_on date not null,
  amount_fen bigint not null,
  quantities jsonb not null default '{}',
  reverses_id uuid,
  reason text,
  entered_by uuid not null,
  entered_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_settlement_documents primary key (id),
  constraint fk_settlement_documents_order_id_service_orders foreign key (order_id) references service_orders (id),
  constraint fk_settlement_documents_reading_id_meter_readings
    foreign key (reading_id) references meter_readings (id),
  constraint fk_settlement_documents_reverses_id_settlement_documents
    foreign key (reverses_id) references settlement_documents (id),
  constraint ck_settlement_documents_sort check (sort in ('order_sheet', 'invoice', 'reading_sheet')),
  constraint ck_settlement_documents_subject check (num_nonnulls(order_id, reading_id) = 1),
  constraint ck_settlement_documents_reversal check ((reverses_id is null) = (reason is null))
);
create unique index uq_settlement_documents_reverses on settlement_documents (reverses_id)
  where reverses_id is not null;
create index ix_settlement_documents_order on settlement_documents (order_id, id) where order_id is not null;
create index ix_settlement_documents_reading on settlement_documents (reading_id, id) where reading_id is not null;

create table order_settlements (
  id uuid not null,
  company text not null,
  order_id uuid not null,
  state text not null,
  charged_fen bigint not null,
  waived_fen bigint not null,
  paid_fen bigint not null,
  settled_at timestamptz,
  updated_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_order_settlements primary key (id),
  constraint uq_order_settlements_order_id unique (order_id),
  constraint fk_order_settlements_order_id_service_orders foreign key (order_id) references service_orders (id),
  constraint ck_order_settlements_state check (state in ('open', 'settled')),
  constraint ck_order_settlements_settled check (state <> 'settled' or settled_at is not null)
);
create index ix_order_settlements_company on order_settlements (company, id)
"""

EXCEPTIONS = """
create table three_way_exceptions (
  id uuid not null,
  company text not null,
  pair text not null,
  measure text not null,
  order_id uuid,
  reading_id uuid,
  customer_id uuid,
  state text not null,
  differs text[] not null,
  document_fen bigint,
  money_fen bigint,
  system_fen bigint,
  difference_fen bigint not null,
  quantities jsonb not null default '[]',
  tolerance_fen bigint not null,
  operator_id uuid,
  entered_at timestamptz not null,
  found_at timestamptz not null,
  found_by text not null,
  explanation text,
  handled_by uuid,
  handled_at timestamptz,
  confirmed_by uuid,
  confirmed_at timestamptz,
  owner_id uuid,
  team text,
  department text,
  posts text[] not null default '{}',
  matter_id uuid not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_three_way_exceptions primary key (id),
  constraint fk_three_way_exceptions_order_id_service_orders
    foreign key (order_id) references service_orders (id),
  constraint fk_three_way_exceptions_reading_id_meter_readings
    foreign key (reading_id) references meter_readings (id),
  constraint fk_three_way_exceptions_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_three_way_exceptions_subject check (num_nonnulls(order_id, reading_id) = 1),
  constraint ck_three_way_exceptions_measure check (measure in ('usage', 'materials')),
  constraint ck_three_way_exceptions_state check (state in ('open', 'explained', 'corrected', 'confirmed')),
  constraint ck_three_way_exceptions_handled
    check ((state = 'open') = (handled_at is null) and (state <> 'explained' or explanation is not null)),
  constraint ck_three_way_exceptions_confirmed
    check ((state = 'confirmed') = (confirmed_at is not null) and (confirmed_by is null or confirmed_by <> handled_by))
);
create index ix_three_way_exceptions_list on three_way_exceptions (company, id desc);
create unique index uq_three_way_exceptions_order on three_way_exceptions (order_id, pair)
  where order_id is not null and state <> 'confirmed';
create unique index uq_three_way_exceptions_reading on three_way_exceptions (reading_id, pair)
  where reading_id is not null and state <> 'confirmed';
create index ix_three_way_exceptions_found on three_way_exceptions (company, found_at)
"""


def upgrade() -> None:
    """Create the tables; the search path is the service's schema."""
    for part in (PRICES, LINES, EXCEPTIONS):
        for statement in part.strip().split(";\n"):
            op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Drop them in the order of their references."""
    op.execute(
        "drop table three_way_exceptions, order_settlements, settlement_documents, settlement_payments,"
        " settlement_charges, material_prices"
    )
