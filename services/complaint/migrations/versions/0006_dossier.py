"""What is kept with a case: complainants, conversations, investigation, templates, links, merging, retaliation.

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATES = "'received', 'acknowledged', 'assessed', 'planned', 'agreed', 'resolved', 'closed'"

CASES = """
alter table complaints
  add column repeat_of_id uuid,
  add column withheld_circumstance text,
  add column merged_into_id uuid,
  add column merged_at timestamptz,
  add column merged_from text;
create index ix_complaints_repeat on complaints (repeat_of_id) where repeat_of_id is not null;
create index ix_complaints_merged on complaints (merged_into_id) where merged_into_id is not null;
"""

TABLES = """
create table complainants (
  id uuid not null,
  company text not null,
  complaint_id uuid not null,
  customer_id uuid,
  name text,
  phone text,
  phone_index text,
  phone_last4 text,
  is_anonymous boolean not null default false,
  added_by uuid not null,
  added_at timestamptz not null,
  withdrawn_by uuid,
  withdrawn_at timestamptz,
  withdrawal_reason text,
  constraint pk_complainants primary key (id),
  constraint fk_complainants_complaint_id_complaints foreign key (complaint_id) references complaints (id)
);
create index ix_complainants_complaint on complainants (complaint_id, id);
create index ix_complainants_phone on complainants (company, phone_index);
create index ix_complainants_customer on complainants (customer_id);

create table complaint_conversations (
  id uuid not null,
  company text not null,
  complaint_id uuid not null,
  cycle integer not null,
  channel text not null,
  direction text not null,
  party text not null,
  complainant_id uuid,
  staff_id uuid not null,
  occurred_at timestamptz not null,
  judged_at timestamptz not null,
  recorded_at timestamptz not null,
  summary text not null,
  file_ids uuid[] not null default '{}',
  corrects_id uuid,
  constraint pk_complaint_conversations primary key (id),
  constraint fk_complaint_conversations_complaint_id_complaints foreign key (complaint_id)
    references complaints (id),
  constraint fk_complaint_conversations_corrects_id_complaint_conversations foreign key (corrects_id)
    references complaint_conversations (id),
  constraint fk_complaint_conversations_complainant_id_complainants foreign key (complainant_id)
    references complainants (id),
  constraint ck_complaint_conversations_direction check (direction in ('in', 'out')),
  constraint ck_complaint_conversations_party check (party in ('complainant', 'customer', 'department',
    'third_party'))
);
create index ix_complaint_conversations_complaint on complaint_conversations (complaint_id, id);
create index ix_complaint_conversations_files on complaint_conversations using gin (file_ids);

create table investigation_entries (
  id uuid not null,
  company text not null,
  complaint_id uuid not null,
  volume integer not null,
  position integer not null,
  kind text not null,
  text text not null,
  file_ids uuid[] not null default '{}',
  file_digests jsonb not null default '{}',
  corrects_id uuid,
  is_confidential boolean not null default false,
  occurred_at timestamptz not null,
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  sha256 text not null,
  chain_sha256 text not null,
  constraint pk_investigation_entries primary key (id),
  constraint uq_investigation_entries_complaint_id_volume_position unique (complaint_id, volume, position),
  constraint fk_investigation_entries_complaint_id_complaints foreign key (complaint_id) references complaints (id),
  constraint fk_investigation_entries_corrects_id_investigation_entries foreign key (corrects_id)
    references investigation_entries (id)
);
create index ix_investigation_entries_files on investigation_entries using gin (file_ids);

create table reply_templates (
  id uuid not null,
  company text not null,
  code text not null,
  revision integer not null,
  name text not null,
  kind text,
  category text,
  tier text,
  metric text,
  body text not null,
  state text not null,
  drafted_by uuid not null,
  drafted_at timestamptz not null,
  approved_by uuid,
  approved_at timestamptz,
  retired_by uuid,
  retired_at timestamptz,
  version bigint not null default 1,
  constraint pk_reply_templates primary key (id),
  constraint uq_reply_templates_company_code_revision unique (company, code, revision),
  constraint ck_reply_templates_state check (state in ('draft', 'approved', 'retired'))
);
create unique index uq_reply_templates_current on reply_templates (company, code, state) where state <> 'retired';
create index ix_reply_templates_list on reply_templates (company, id desc);

create table complaint_links (
  id uuid not null,
  company text not null,
  complaint_id uuid not null,
  other_id uuid not null,
  reason text not null,
  linked_by uuid not null,
  linked_at timestamptz not null,
  unlinked_by uuid,
  unlinked_at timestamptz,
  constraint pk_complaint_links primary key (id),
  constraint fk_complaint_links_complaint_id_complaints foreign key (complaint_id) references complaints (id),
  constraint fk_complaint_links_other_id_complaints foreign key (other_id) references complaints (id),
  constraint ck_complaint_links_two_cases check (complaint_id <> other_id)
);
create index ix_complaint_links_complaint on complaint_links (complaint_id);
create index ix_complaint_links_other on complaint_links (other_id);
create unique index uq_complaint_links_open
  on complaint_links (least(complaint_id, other_id), greatest(complaint_id, other_id)) where unlinked_at is null;

create table retaliation_reports (
  id uuid not null,
  company text not null,
  complaint_id uuid not null,
  cycle integer not null,
  source text not null,
  statement text not null,
  person_ids uuid[] not null default '{}',
  department text,
  file_ids uuid[] not null default '{}',
  occurred_at timestamptz not null,
  reported_by uuid not null,
  reported_at timestamptz not null,
  state text not null,
  decided_by uuid,
  decided_at timestamptz,
  decision_reason text,
  proved_person_ids uuid[] not null default '{}',
  proved_department text,
  mark text,
  consequence text,
  reported_to text[] not null default '{}',
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_retaliation_reports primary key (id),
  constraint fk_retaliation_reports_complaint_id_complaints foreign key (complaint_id) references complaints (id),
  constraint ck_retaliation_reports_source check (source in ('complainant', 'staff')),
  constraint ck_retaliation_reports_state check (state in ('reported', 'confirmed', 'unfounded'))
);
create index ix_retaliation_reports_complaint on retaliation_reports (complaint_id, id);
create index ix_retaliation_reports_files on retaliation_reports using gin (file_ids)
"""


def upgrade() -> None:
    """Let a case be merged and repeat another; create the tables of its file."""
    op.execute("alter table complaints drop constraint ck_complaints_state")
    op.execute(f"alter table complaints add constraint ck_complaints_state check (state in ({STATES}, 'merged'))")
    for statement in (CASES.strip() + TABLES).strip().split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table retaliation_reports, complaint_links, reply_templates, investigation_entries")
    op.execute("drop table complaint_conversations, complainants")
    op.execute(
        "alter table complaints drop column merged_from, drop column merged_at, drop column merged_into_id,"
        " drop column withheld_circumstance, drop column repeat_of_id"
    )
    op.execute("alter table complaints drop constraint ck_complaints_state")
    op.execute(f"alter table complaints add constraint ck_complaints_state check (state in ({STATES}))")
