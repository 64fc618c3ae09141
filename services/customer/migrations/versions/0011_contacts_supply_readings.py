"""Contacts whole (notices, hand-overs, standard answers), supply interruptions, meter readings and card gas sales.

Revision ID: 0011
Revises: 0010
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CONTACTS = """
set local lock_timeout = '5s';
alter table contacts
  add column rings smallint,
  add column delivery text,
  add column is_resolved boolean,
  add column first_contact_resolved boolean,
  add column judged_at timestamptz,
  drop constraint ck_contacts_channel,
  add constraint ck_contacts_channel
    check (channel in ('hotline', 'counter', 'online', 'sms', 'app', 'visit', 'mail', 'other')),
  add constraint ck_contacts_rings check (rings >= 0),
  add constraint ck_contacts_delivery check (delivery in ('queued', 'sent', 'delivered', 'failed')),
  add constraint ck_contacts_judged check ((first_contact_resolved is null) = (judged_at is null));
create index ix_contacts_timeline on contacts (company, customer_id, started_at, id);
drop index ix_contacts_customer;
create index ix_contacts_started on contacts (company, started_at);
create index ix_contacts_unjudged on contacts (company, ended_at) where is_resolved and judged_at is null;

create table matter_complaints (
  id uuid not null,
  company text not null,
  number text not null,
  customer_id uuid,
  matter_id uuid,
  kind text not null,
  category text not null,
  state text not null,
  opened_at timestamptz not null,
  version bigint not null,
  constraint pk_matter_complaints primary key (id)
);
create index ix_matter_complaints_timeline on matter_complaints (company, customer_id, opened_at, id);
create index ix_matter_complaints_matter on matter_complaints (company, matter_id) where matter_id is not null
"""

NOTICES = """
create sequence customer_notice_number_sequence;

create table customer_notices (
  id uuid not null,
  company text not null,
  number text not null,
  customer_id uuid not null,
  kind text not null,
  state text not null,
  title text not null,
  content text not null,
  order_id uuid,
  matter_id uuid,
  delivery text,
  issued_by uuid not null,
  issued_at timestamptz not null,
  delivered_by uuid,
  delivered_at timestamptz,
  file_id uuid,
  ended_by uuid,
  ended_at timestamptz,
  end_reason text,
  owner_id uuid not null,
  team text,
  department text,
  posts text[] not null default '{}',
  tier text not null,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_customer_notices primary key (id),
  constraint uq_customer_notices_company_number unique (company, number),
  constraint fk_customer_notices_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_customer_notices_state check (state in ('issued', 'delivered', 'withdrawn')),
  constraint ck_customer_notices_delivered check ((state = 'delivered') = (delivered_at is not null))
);
create index ix_customer_notices_company on customer_notices (company, id);
create index ix_customer_notices_timeline on customer_notices (company, customer_id, issued_at, id);
create index ix_customer_notices_file on customer_notices (file_id) where file_id is not null
"""

HAND_OVERS = """
create sequence hand_over_number_sequence;

create table hand_overs (
  id uuid not null,
  company text not null,
  number text not null,
  contact_id uuid,
  customer_id uuid,
  matter_id uuid,
  kind text not null,
  matter text not null,
  state text not null,
  tier text not null,
  department text not null,
  post text not null,
  owner_id uuid,
  team text,
  posts text[] not null default '{}',
  cycle smallint not null default 1,
  handed_by uuid not null,
  handed_at timestamptz not null,
  accepted_by uuid,
  accepted_at timestamptz,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  returned_by uuid,
  returned_at timestamptz,
  return_reason text,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_hand_overs primary key (id),
  constraint uq_hand_overs_company_number unique (company, number),
  constraint fk_hand_overs_contact_id_contacts foreign key (contact_id) references contacts (id),
  constraint fk_hand_overs_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_hand_overs_state check (state in ('handed', 'accepted', 'answered', 'returned')),
  constraint ck_hand_overs_answered check ((state = 'answered') = (answered_at is not null))
);
create index ix_hand_overs_company on hand_overs (company, id);
create index ix_hand_overs_contact on hand_overs (company, contact_id) where contact_id is not null;
create index ix_hand_overs_timeline on hand_overs (company, customer_id, handed_at, id)
"""

ANSWERS = """
create table standard_answers (
  id uuid not null,
  company text not null,
  code text not null,
  revision integer not null,
  topic text not null,
  state text not null,
  question text not null,
  answer text not null,
  search_key text not null,
  search_bigrams text[] not null default '{}',
  valid_from date not null,
  valid_until date,
  drafted_by uuid not null,
  drafted_at timestamptz not null,
  approved_by uuid,
  approved_at timestamptz,
  retired_by uuid,
  retired_at timestamptz,
  version bigint not null default 1,
  constraint pk_standard_answers primary key (id),
  constraint uq_standard_answers_company_code_revision unique (company, code, revision),
  constraint ck_standard_answers_state check (state in ('draft', 'approved', 'retired')),
  constraint ck_standard_answers_valid check (valid_until >= valid_from),
  constraint ck_standard_answers_four_eyes check (approved_by <> drafted_by)
);
create index ix_standard_answers_company on standard_answers (company, id);
create unique index uq_standard_answers_draft on standard_answers (company, code) where state = 'draft';
create unique index uq_standard_answers_approved on standard_answers (company, code) where state = 'approved';
create index ix_standard_answers_bigrams on standard_answers using gin (search_bigrams);

create table answer_uses (
  id uuid not null,
  company text not null,
  answer_id uuid not null,
  contact_id uuid not null,
  customer_id uuid,
  tier text,
  used_by uuid not null,
  used_at timestamptz not null,
  constraint pk_answer_uses primary key (id),
  constraint uq_answer_uses_contact_id_answer_id unique (contact_id, answer_id),
  constraint fk_answer_uses_answer_id_standard_answers foreign key (answer_id) references standard_answers (id),
  constraint fk_answer_uses_contact_id_contacts foreign key (contact_id) references contacts (id)
);
create index ix_answer_uses_answer on answer_uses (company, answer_id, used_at)
"""

SUPPLY = """
create sequence supply_interruption_number_sequence;

create table supply_interruptions (
  id uuid not null,
  company text not null,
  number text not null,
  kind text not null,
  cause text not null,
  description text not null,
  state text not null,
  district text,
  community text,
  building text,
  premises_ids uuid[] not null default '{}',
  order_id uuid,
  planned_from timestamptz,
  expected_until timestamptz,
  notice_due_at timestamptz,
  announced_at timestamptz,
  announced_by uuid,
  notice_channels text[] not null default '{}',
  started_at timestamptz,
  restored_at timestamptz,
  ended_reason text,
  customers integer not null default 0,
  special_customers integer not null default 0,
  frozen_at timestamptz,
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  owner_id uuid not null,
  team text,
  department text,
  posts text[] not null default '{}',
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_supply_interruptions primary key (id),
  constraint uq_supply_interruptions_company_number unique (company, number),
  constraint ck_supply_interruptions_kind check (kind in ('planned', 'unplanned')),
  constraint ck_supply_interruptions_state
    check (state in ('planned', 'announced', 'started', 'restored', 'cancelled')),
  constraint ck_supply_interruptions_area
    check (district is not null or community is not null or cardinality(premises_ids) > 0),
  constraint ck_supply_interruptions_times check (restored_at >= started_at and expected_until > planned_from),
  constraint ck_supply_interruptions_restored check ((state = 'restored') = (restored_at is not null))
);
create index ix_supply_interruptions_company on supply_interruptions (company, id);
create index ix_supply_interruptions_started on supply_interruptions (company, started_at)
  where started_at is not null;

create table interrupted_customers (
  id uuid not null,
  company text not null,
  interruption_id uuid not null,
  customer_id uuid not null,
  tier text not null,
  is_special boolean not null,
  special_tags text[] not null default '{}',
  known_at timestamptz not null,
  interrupted_at timestamptz,
  restored_at timestamptz,
  cared_by uuid,
  cared_at timestamptz,
  care_note text,
  constraint pk_interrupted_customers primary key (id),
  constraint uq_interrupted_customers_interruption_id_customer_id unique (interruption_id, customer_id),
  constraint fk_interrupted_customers_interruption_id_supply_interruptions
    foreign key (interruption_id) references supply_interruptions (id),
  constraint fk_interrupted_customers_customer_id_customers foreign key (customer_id) references customers (id),
  constraint ck_interrupted_customers_times check (restored_at >= interrupted_at)
);
create index ix_interrupted_customers_timeline on interrupted_customers (company, customer_id, known_at, id);
create index ix_interrupted_customers_lost on interrupted_customers (company, interrupted_at)
  where interrupted_at is not null;
create index ix_interrupted_customers_special on interrupted_customers (interruption_id, id) where is_special
"""

READINGS = """
create sequence card_sale_number_sequence;

create table meter_readings (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  meter_id uuid not null,
  order_id uuid,
  method text not null,
  reading_m3 numeric(12,3) not null,
  read_on date not null,
  reader_id uuid not null,
  file_id uuid,
  previous_m3 numeric(12,3),
  previous_on date,
  usage_m3 numeric(12,3),
  days integer,
  daily_m3 numeric(12,3),
  flags text[] not null default '{}',
  state text not null,
  corrects_id uuid,
  correction_reason text,
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_meter_readings primary key (id),
  constraint fk_meter_readings_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_meter_readings_meter_id_meters foreign key (meter_id) references meters (id),
  constraint fk_meter_readings_corrects_id_meter_readings foreign key (corrects_id) references meter_readings (id),
  constraint ck_meter_readings_method check (method in ('actual', 'estimated', 'remote', 'customer')),
  constraint ck_meter_readings_state check (state in ('recorded', 'corrected')),
  constraint ck_meter_readings_values check (reading_m3 >= 0 and usage_m3 >= 0 and days >= 0),
  constraint ck_meter_readings_correction check ((corrects_id is null) = (correction_reason is null))
);
create unique index uq_meter_readings_day on meter_readings (meter_id, read_on) where state = 'recorded';
create unique index uq_meter_readings_corrects on meter_readings (corrects_id) where corrects_id is not null;
create index ix_meter_readings_file on meter_readings (file_id) where file_id is not null;
create index ix_meter_readings_timeline on meter_readings (company, customer_id, recorded_at, id);
create index ix_meter_readings_flagged on meter_readings (company, id)
  where state = 'recorded' and cardinality(flags) > 0;

create table card_sales (
  id uuid not null,
  company text not null,
  number text not null,
  customer_id uuid not null,
  meter_id uuid not null,
  order_id uuid,
  card_masked text not null,
  card_index text not null,
  volume_m3 numeric(12,3) not null,
  amount_fen bigint not null,
  payment text not null,
  payment_reference text,
  state text not null,
  corrects_id uuid,
  correction_reason text,
  sold_at timestamptz not null,
  sold_by uuid not null,
  recorded_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_card_sales primary key (id),
  constraint uq_card_sales_company_number unique (company, number),
  constraint fk_card_sales_customer_id_customers foreign key (customer_id) references customers (id),
  constraint fk_card_sales_meter_id_meters foreign key (meter_id) references meters (id),
  constraint fk_card_sales_corrects_id_card_sales foreign key (corrects_id) references card_sales (id),
  constraint ck_card_sales_state check (state in ('sold', 'corrected', 'refunded')),
  constraint ck_card_sales_values check (volume_m3 >= 0 and amount_fen >= 0),
  constraint ck_card_sales_correction check ((corrects_id is null) or (correction_reason is not null))
);
create unique index uq_card_sales_corrects on card_sales (corrects_id) where corrects_id is not null;
create index ix_card_sales_timeline on card_sales (company, customer_id, sold_at, id);
create index ix_card_sales_card on card_sales (company, card_index, sold_at)
"""


def upgrade() -> None:
    """Widen the call record; add what the desk hands over, answers, interrupts, reads and sells."""
    for part in (CONTACTS, NOTICES, HAND_OVERS, ANSWERS, SUPPLY, READINGS):
        for statement in part.strip().split(";\n"):
            op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """The release before knows calls only."""
    op.execute(
        "drop table card_sales, meter_readings, interrupted_customers, supply_interruptions, answer_uses,"
        " standard_answers, hand_overs, customer_notices, matter_complaints"
    )
    op.execute(
        "drop sequence card_sale_number_sequence, supply_interruption_number_sequence, hand_over_number_sequence,"
        " customer_notice_number_sequence"
    )
    op.execute("drop index ix_contacts_unjudged, ix_contacts_started, ix_contacts_timeline")
    op.execute("update contacts set channel = 'online' where channel = 'app'")
    op.execute(
        "alter table contacts drop constraint ck_contacts_channel, drop constraint ck_contacts_rings,"
        " drop constraint ck_contacts_delivery, drop constraint ck_contacts_judged, drop column rings,"
        " drop column delivery, drop column is_resolved, drop column first_contact_resolved, drop column judged_at,"
        " add constraint ck_contacts_channel"
        " check (channel in ('hotline', 'counter', 'online', 'sms', 'visit', 'mail', 'other'))"
    )
    op.execute("create index ix_contacts_customer on contacts (company, customer_id, id)")
