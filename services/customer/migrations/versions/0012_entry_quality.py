"""Entry quality: checks, findings, reports, training, withdrawn rights, tasks of the keeper, data misuse.

Revision ID: 0012
Revises: 0011
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHECKS = """
create table entry_checks (
  id uuid not null,
  company text not null,
  "check" text not null,
  period text not null,
  subject text not null,
  state text not null,
  operator_id uuid,
  team text,
  department text,
  posts text[] not null default '{}',
  from_at timestamptz not null,
  until_at timestamptz not null,
  population bigint not null default 0,
  drawn bigint not null default 0,
  errors bigint not null default 0,
  figures jsonb not null default '{}',
  seed text,
  policy_version text not null,
  policy_sha256 text not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  done_by uuid,
  note text,
  version bigint not null default 1,
  constraint pk_entry_checks primary key (id),
  constraint uq_entry_checks_company_check_period_subject unique (company, "check", period, subject),
  constraint ck_entry_checks_state check (state in ('running', 'open', 'done')),
  constraint ck_entry_checks_times check (until_at >= from_at and (state = 'done') = (finished_at is not null))
);
create index ix_entry_checks_list on entry_checks (company, id desc);
create index ix_entry_checks_operator on entry_checks (company, operator_id, id desc);

create table entry_check_lines (
  id uuid not null,
  company text not null,
  check_id uuid not null,
  subject_type text not null,
  subject_id uuid not null,
  customer_id uuid,
  concern text not null,
  operator_id uuid,
  entered_at timestamptz not null,
  missing text[] not null default '{}',
  state text not null,
  kind text,
  note text,
  finding_id uuid,
  checked_by uuid,
  checked_at timestamptz,
  constraint pk_entry_check_lines primary key (id),
  constraint uq_entry_check_lines_check_id_subject_type_subject_id unique (check_id, subject_type, subject_id),
  constraint fk_entry_check_lines_check_id_entry_checks foreign key (check_id) references entry_checks (id),
  constraint ck_entry_check_lines_state check (state in ('open', 'correct', 'corrected', 'wrong')),
  constraint ck_entry_check_lines_checked check ((state = 'open') = (checked_at is null))
);
create index ix_entry_check_lines_check on entry_check_lines (check_id, id)
"""

FINDINGS = """
create table entry_findings (
  id uuid not null,
  company text not null,
  rule text not null,
  "check" text not null,
  kind text not null,
  concern text not null,
  subject_type text not null,
  subject_id uuid not null,
  customer_id uuid,
  order_id uuid,
  complaint_id uuid,
  check_id uuid,
  operator_id uuid,
  team text,
  department text,
  posts text[] not null default '{}',
  state text not null,
  entered_at timestamptz not null,
  found_at timestamptz not null,
  found_month text not null,
  found_by uuid,
  evidence jsonb not null default '{}',
  note text,
  corrected_by uuid,
  corrected_at timestamptz,
  contested_at timestamptz,
  contested_reason text,
  decided_by uuid,
  decided_at timestamptz,
  decision_reason text,
  is_after_training boolean,
  clause text not null,
  policy_version text not null,
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_entry_findings primary key (id),
  constraint uq_entry_findings_entry unique (company, rule, subject_type, subject_id, entered_at),
  constraint ck_entry_findings_state check (state in ('open', 'corrected', 'contested', 'confirmed', 'dismissed')),
  constraint ck_entry_findings_four_eyes check (decided_by is distinct from operator_id or decided_by is null),
  constraint ck_entry_findings_decided check ((state in ('confirmed', 'dismissed')) = (decided_at is not null))
);
create unique index uq_entry_findings_standing on entry_findings (company, rule, subject_type, subject_id)
  where state in ('open', 'corrected', 'contested');
create index ix_entry_findings_list on entry_findings (company, id desc);
create index ix_entry_findings_operator on entry_findings (company, operator_id, id desc);
create index ix_entry_findings_department on entry_findings (company, department, id desc);
create index ix_entry_findings_month on entry_findings (company, found_month, operator_id);
create index ix_entry_findings_complaint on entry_findings (company, complaint_id) where complaint_id is not null;
create index ix_entry_findings_posts on entry_findings using gin (posts);

create table entry_finding_acts (
  id uuid not null,
  company text not null,
  finding_id uuid not null,
  act text not null,
  at timestamptz not null,
  actor_id uuid,
  from_state text,
  to_state text not null,
  reason text,
  constraint pk_entry_finding_acts primary key (id),
  constraint fk_entry_finding_acts_finding_id_entry_findings foreign key (finding_id) references entry_findings (id)
);
create index ix_entry_finding_acts_finding on entry_finding_acts (finding_id, at);

create table entry_reports (
  id uuid not null,
  company text not null,
  month text not null,
  state text not null,
  posts text[] not null default '{}',
  figures jsonb not null,
  digest text not null,
  drafted_at timestamptz not null,
  signed_by uuid,
  signed_at timestamptz,
  note text,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_entry_reports primary key (id),
  constraint uq_entry_reports_company_month unique (company, month),
  constraint ck_entry_reports_state check (state in ('reported', 'signed')),
  constraint ck_entry_reports_signed check ((state = 'signed') = (signed_at is not null))
);

create table entry_report_lines (
  id uuid not null,
  company text not null,
  report_id uuid not null,
  operator_id uuid,
  department text,
  kind text not null,
  found bigint not null,
  confirmed bigint not null,
  dismissed bigint not null,
  entries bigint not null,
  constraint pk_entry_report_lines primary key (id),
  constraint uq_entry_report_lines_line unique nulls not distinct (report_id, operator_id, kind),
  constraint fk_entry_report_lines_report_id_entry_reports foreign key (report_id) references entry_reports (id)
)
"""

RIGHTS = """
create table entry_trainings (
  id uuid not null,
  company text not null,
  operator_id uuid not null,
  department text,
  team text,
  concerns text[] not null default '{}',
  topic text not null,
  trained_at timestamptz not null,
  finding_ids uuid[] not null default '{}',
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  version bigint not null default 1,
  constraint pk_entry_trainings primary key (id),
  constraint ck_entry_trainings_four_eyes check (recorded_by <> operator_id)
);
create index ix_entry_trainings_operator on entry_trainings (company, operator_id, trained_at desc);
create index ix_entry_trainings_list on entry_trainings (company, id desc);

create table rights_withdrawals (
  id uuid not null,
  company text not null,
  staff_id uuid not null,
  department text,
  team text,
  posts text[] not null default '{}',
  concerns text[] not null,
  ground text not null,
  state text not null,
  finding_ids uuid[] not null default '{}',
  training_id uuid,
  complaint_id uuid,
  due_at timestamptz not null,
  proposed_by uuid,
  proposed_at timestamptz,
  verification text,
  audit_ids uuid[] not null default '{}',
  decided_by uuid,
  decided_at timestamptz,
  decision_reason text,
  restored_by uuid,
  restored_at timestamptz,
  restore_reason text,
  clause text not null,
  policy_version text not null,
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_rights_withdrawals primary key (id),
  constraint fk_rights_withdrawals_training_id_entry_trainings
    foreign key (training_id) references entry_trainings (id),
  constraint ck_rights_withdrawals_ground check (ground in ('repeated_errors', 'complaint')),
  constraint ck_rights_withdrawals_state
    check (state in ('due', 'proposed', 'withdrawn', 'rejected', 'restored')),
  constraint ck_rights_withdrawals_evidence check (state in ('due', 'rejected') or cardinality(audit_ids) > 0),
  constraint ck_rights_withdrawals_four_eyes
    check (proposed_by <> staff_id and decided_by <> staff_id and decided_by <> proposed_by
      and restored_by <> staff_id)
);
create unique index uq_rights_withdrawals_open on rights_withdrawals (company, staff_id, ground, matter_id)
  where state in ('due', 'proposed');
create index ix_rights_withdrawals_list on rights_withdrawals (company, id desc);
create index ix_rights_withdrawals_standing on rights_withdrawals (company, staff_id) where state = 'withdrawn';
create index ix_rights_withdrawals_posts on rights_withdrawals using gin (posts);

create table withdrawn_rights (
  id uuid not null,
  company text not null,
  staff_id uuid not null,
  concern text not null,
  withdrawal_id uuid not null,
  withdrawn_at timestamptz not null,
  restored_at timestamptz,
  constraint pk_withdrawn_rights primary key (id),
  constraint ck_withdrawn_rights_times check (restored_at >= withdrawn_at)
);
create unique index uq_withdrawn_rights_standing on withdrawn_rights (company, staff_id, concern, withdrawal_id)
  where restored_at is null
"""

TASKS = """
create table entry_tasks (
  id uuid not null,
  company text not null,
  concern text not null,
  source_type text not null,
  source_id uuid not null,
  customer_id uuid,
  state text not null,
  posts text[] not null default '{}',
  department text,
  tier text,
  occurred_at timestamptz not null,
  entered_by uuid,
  entered_at timestamptz,
  recorded_at timestamptz,
  note text,
  created_at timestamptz not null,
  matter_id uuid not null,
  policy_version text not null,
  policy_sha256 text not null,
  version bigint not null default 1,
  constraint pk_entry_tasks primary key (id),
  constraint uq_entry_tasks_company_concern_source_type_source_id
    unique (company, concern, source_type, source_id),
  constraint ck_entry_tasks_state check (state in ('open', 'entered', 'cancelled')),
  constraint ck_entry_tasks_entered check ((state = 'entered') = (entered_at is not null))
);
create index ix_entry_tasks_list on entry_tasks (company, id desc);
create index ix_entry_tasks_open on entry_tasks (company, customer_id) where state = 'open';
create index ix_entry_tasks_posts on entry_tasks using gin (posts);
create index ix_account_changes_recorded on account_changes (company, recorded_at);
create index ix_customer_changes_at on customer_changes (company, at);
create index ix_service_orders_dispatched on service_orders (company, dispatched_at) where dispatched_at is not null;

create table data_misuses (
  id uuid not null,
  company text not null,
  kind text not null,
  reveal_id uuid,
  actor_id uuid not null,
  customer_id uuid,
  field text,
  reason text,
  occurred_at timestamptz not null,
  found_at timestamptz not null,
  found_by uuid,
  team text,
  department text,
  posts text[] not null default '{}',
  facts text,
  state text not null,
  explanation text,
  explained_at timestamptz,
  decided_by uuid,
  decided_at timestamptz,
  decision_reason text,
  clause text not null,
  policy_version text not null,
  matter_id uuid not null,
  version bigint not null default 1,
  constraint pk_data_misuses primary key (id),
  constraint uq_data_misuses_reveal_id unique (reveal_id),
  constraint ck_data_misuses_state check (state in ('open', 'explained', 'accepted', 'confirmed')),
  constraint ck_data_misuses_four_eyes check (decided_by <> actor_id),
  constraint ck_data_misuses_decided check ((state in ('accepted', 'confirmed')) = (decided_at is not null))
);
create index ix_data_misuses_list on data_misuses (company, id desc);
create index ix_data_misuses_actor on data_misuses (company, actor_id, id desc);
create index ix_reveals_company_at on reveals (company, at);

create table entry_marks (
  company text not null,
  sweep text not null,
  looked_until timestamptz not null,
  constraint pk_entry_marks primary key (company, sweep)
)
"""


def upgrade() -> None:
    """Create the tables; the search path is the service's schema."""
    for part in (CHECKS, FINDINGS, RIGHTS, TASKS):
        for statement in part.strip().split(";\n"):
            op.execute(statement.rstrip(";"))


def downgrade() -> None:
    """Drop them in the order of their references."""
    op.execute("drop index ix_account_changes_recorded")
    op.execute("drop index ix_customer_changes_at")
    op.execute("drop index ix_service_orders_dispatched")
    op.execute("drop index ix_reveals_company_at")
    op.execute(
        "drop table entry_marks, data_misuses, entry_tasks, withdrawn_rights, rights_withdrawals, entry_trainings,"
        " entry_report_lines, entry_reports, entry_finding_acts, entry_findings, entry_check_lines, entry_checks"
    )
