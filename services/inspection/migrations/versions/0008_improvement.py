"""Service improvement: yearly plans, improvements, proposals, trainings and meetings, published good examples.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create sequence improvement_numbers;
create sequence proposal_numbers;

create table improvement_plans (
  id uuid not null,
  company text not null,
  year integer not null,
  place text not null,
  department text,
  period_from timestamptz not null,
  period_until timestamptz not null,
  due_at timestamptz not null,
  state text not null,
  posts text[] not null default '{}',
  aims text,
  written_by uuid,
  written_at timestamptz,
  made_by uuid,
  made_at timestamptz not null,
  submitted_by uuid,
  submitted_at timestamptz,
  approved_by uuid,
  approved_at timestamptz,
  is_late boolean,
  returned_by uuid,
  returned_at timestamptz,
  return_reason text,
  ended_at timestamptz,
  figures jsonb not null default '{}',
  summary text,
  closed_by uuid,
  closed_at timestamptz,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_improvement_plans primary key (id),
  constraint uq_improvement_plans_company_year_place unique (company, year, place),
  constraint ck_improvement_plans_state check (state in ('draft', 'submitted', 'approved', 'ended', 'closed')),
  constraint ck_improvement_plans_period check (period_from < period_until),
  constraint ck_improvement_plans_ended check ((state in ('ended', 'closed')) = (ended_at is not null)),
  constraint ck_improvement_plans_closed check ((state = 'closed') = (closed_at is not null)),
  constraint ck_improvement_plans_summary check ((closed_at is null) = (summary is null)),
  constraint ck_improvement_plans_four_eyes check (state <> 'approved' or approved_by <> submitted_by)
);
create index ix_improvement_plans_list on improvement_plans (company, id desc);
create index ix_improvement_plans_open on improvement_plans (company, period_until)
  where state in ('draft', 'submitted', 'approved');

create table improvements (
  id uuid not null,
  company text not null,
  number text not null,
  plan_id uuid,
  source_type text not null,
  source_id uuid,
  source_number text,
  candidate_key text,
  clause text not null,
  title text not null,
  goal text,
  measure text,
  department text not null,
  team text,
  owner_id uuid,
  proposer_id uuid,
  posts text[] not null default '{}',
  state text not null,
  raised_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  decline_reason text,
  due_on date,
  due_at timestamptz,
  round integer not null default 1,
  begun_at timestamptz,
  done_by uuid,
  done_at timestamptz,
  done_words text,
  file_ids uuid[] not null default '{}',
  is_late boolean,
  indicator text,
  indicator_category text,
  before_from timestamptz,
  before_until timestamptz,
  before_numerator bigint,
  before_denominator bigint,
  after_from timestamptz,
  after_until timestamptz,
  after_numerator bigint,
  after_denominator bigint,
  is_improved boolean,
  is_by_hand boolean,
  measured_by uuid,
  measured_at timestamptz,
  effect_words text,
  effect_file_ids uuid[] not null default '{}',
  judged_by uuid,
  judged_at timestamptz,
  judged_words text,
  cancel_reason text,
  ended_at timestamptz,
  matter_id uuid not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_improvements primary key (id),
  constraint uq_improvements_company_number unique (company, number),
  constraint ck_improvements_state
    check (state in ('candidate', 'proposed', 'planned', 'declined', 'under_way', 'done', 'accepted', 'returned',
      'cancelled')),
  constraint ck_improvements_source_type
    check (source_type in ('finding', 'complaint', 'survey', 'proposal', 'meeting', 'office')),
  constraint ck_improvements_candidate check ((state = 'candidate') <= (candidate_key is not null)),
  constraint ck_improvements_planned
    check (state in ('candidate', 'proposed', 'declined', 'cancelled')
      or (owner_id is not null and due_at is not null and goal is not null)),
  constraint ck_improvements_ended
    check ((state in ('declined', 'accepted', 'cancelled')) = (ended_at is not null)),
  constraint ck_improvements_before check ((before_numerator is null) = (before_denominator is null)),
  constraint ck_improvements_after check ((after_numerator is null) = (after_denominator is null)),
  constraint ck_improvements_own check (state <> 'accepted' or judged_by is distinct from owner_id),
  constraint ck_improvements_round check (round >= 1),
  constraint fk_improvements_plan_id_improvement_plans foreign key (plan_id) references improvement_plans (id)
);
create index ix_improvements_due on improvements (company, department, due_at);
create index ix_improvements_effect_files on improvements using gin (effect_file_ids);
create index ix_improvements_files on improvements using gin (file_ids);
create index ix_improvements_list on improvements (company, id desc);
create index ix_improvements_owner on improvements (company, owner_id, id desc);
create index ix_improvements_plan on improvements (plan_id);
create index ix_improvements_unmeasured on improvements (company, after_until)
  where state = 'done' and measured_at is null and indicator is not null;
create unique index uq_improvements_candidate on improvements (company, candidate_key)
  where candidate_key is not null;

create table improvement_notes (
  id uuid not null,
  company text not null,
  improvement_id uuid not null,
  position integer not null,
  words text not null,
  file_ids uuid[] not null default '{}',
  noted_by uuid not null,
  noted_at timestamptz not null,
  constraint pk_improvement_notes primary key (id),
  constraint uq_improvement_notes_improvement_id_position unique (improvement_id, position),
  constraint fk_improvement_notes_improvement_id_improvements
    foreign key (improvement_id) references improvements (id)
);
create index ix_improvement_notes_files on improvement_notes using gin (file_ids);

create table staff_proposals (
  id uuid not null,
  company text not null,
  number text not null,
  title text not null,
  words text not null,
  concerns text,
  proposer_id uuid not null,
  department text,
  team text,
  posts text[] not null default '{}',
  state text not null,
  filed_at timestamptz not null,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  is_on_time boolean,
  duplicate_of uuid,
  improvement_id uuid,
  read_at timestamptz,
  matter_id uuid not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_staff_proposals primary key (id),
  constraint uq_staff_proposals_company_number unique (company, number),
  constraint ck_staff_proposals_state check (state in ('open', 'accepted', 'declined', 'duplicate', 'withdrawn')),
  constraint ck_staff_proposals_answer
    check ((state in ('accepted', 'declined', 'duplicate')) = (answered_at is not null)),
  constraint ck_staff_proposals_duplicate check ((state = 'duplicate') = (duplicate_of is not null)),
  constraint ck_staff_proposals_improvement check ((state = 'accepted') = (improvement_id is not null)),
  constraint ck_staff_proposals_own check (answered_by is distinct from proposer_id),
  constraint ck_staff_proposals_self check (duplicate_of <> id),
  constraint fk_staff_proposals_duplicate_of_staff_proposals
    foreign key (duplicate_of) references staff_proposals (id),
  constraint fk_staff_proposals_improvement_id_improvements
    foreign key (improvement_id) references improvements (id)
);
create index ix_staff_proposals_filed on staff_proposals (company, filed_at);
create index ix_staff_proposals_list on staff_proposals (company, id desc);
create index ix_staff_proposals_proposer on staff_proposals (company, proposer_id, id desc);

create table gathering_duties (
  id uuid not null,
  company text not null,
  kind text not null,
  department text not null,
  period text not null,
  period_from timestamptz not null,
  due_at timestamptz not null,
  ends_at timestamptz not null,
  posts text[] not null default '{}',
  state text not null,
  made_at timestamptz not null,
  record_id uuid,
  held_at timestamptz,
  is_late boolean,
  missed_at timestamptz,
  ended_at timestamptz,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_gathering_duties primary key (id),
  constraint uq_gathering_duties_company_kind_department_period unique (company, kind, department, period),
  constraint ck_gathering_duties_kind check (kind in ('training', 'meeting')),
  constraint ck_gathering_duties_state check (state in ('owed', 'held', 'missed')),
  constraint ck_gathering_duties_period check (period_from < due_at and due_at <= ends_at),
  constraint ck_gathering_duties_held check ((state = 'held') = (record_id is not null)),
  constraint ck_gathering_duties_missed check ((state = 'missed') <= (missed_at is not null))
);
create index ix_gathering_duties_due on gathering_duties (company, due_at, state);
create index ix_gathering_duties_list on gathering_duties (company, id desc);
create index ix_gathering_duties_open on gathering_duties (company, ends_at) where ended_at is null;

create table trainings (
  duty_id uuid,
  assessed integer,
  passed integer,
  id uuid not null,
  company text not null,
  department text not null,
  team text,
  subject text not null,
  held_at timestamptz not null,
  minutes integer not null,
  person_ids uuid[] not null default '{}',
  led_by uuid,
  words text,
  file_ids uuid[] not null default '{}',
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_trainings primary key (id),
  constraint ck_trainings_minutes check (minutes >= 1),
  constraint ck_trainings_assessed check ((assessed is null) = (passed is null) and passed between 0 and assessed),
  constraint fk_trainings_duty_id_gathering_duties foreign key (duty_id) references gathering_duties (id)
);
create index ix_trainings_files on trainings using gin (file_ids);
create index ix_trainings_held on trainings (company, department, held_at);
create index ix_trainings_list on trainings (company, id desc);

create table service_meetings (
  duty_id uuid,
  id uuid not null,
  company text not null,
  department text not null,
  team text,
  subject text not null,
  held_at timestamptz not null,
  minutes integer not null,
  person_ids uuid[] not null default '{}',
  led_by uuid,
  words text,
  file_ids uuid[] not null default '{}',
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_service_meetings primary key (id),
  constraint ck_service_meetings_minutes check (minutes >= 1),
  constraint fk_service_meetings_duty_id_gathering_duties foreign key (duty_id) references gathering_duties (id)
);
create index ix_service_meetings_files on service_meetings using gin (file_ids);
create index ix_service_meetings_held on service_meetings (company, department, held_at);
create index ix_service_meetings_list on service_meetings (company, id desc);

create table meeting_decisions (
  id uuid not null,
  company text not null,
  meeting_id uuid not null,
  position integer not null,
  department text not null,
  words text not null,
  owner_id uuid not null,
  due_on date not null,
  due_at timestamptz not null,
  state text not null,
  decided_at timestamptz not null,
  done_by uuid,
  done_at timestamptz,
  done_words text,
  is_late boolean,
  improvement_id uuid,
  cancel_reason text,
  matter_id uuid not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_meeting_decisions primary key (id),
  constraint uq_meeting_decisions_meeting_id_position unique (meeting_id, position),
  constraint ck_meeting_decisions_state check (state in ('open', 'done', 'improvement', 'cancelled')),
  constraint ck_meeting_decisions_done check ((state = 'done') = (done_at is not null)),
  constraint ck_meeting_decisions_improvement check ((state = 'improvement') = (improvement_id is not null)),
  constraint ck_meeting_decisions_cancelled check ((state = 'cancelled') = (cancel_reason is not null)),
  constraint fk_meeting_decisions_meeting_id_service_meetings
    foreign key (meeting_id) references service_meetings (id),
  constraint fk_meeting_decisions_improvement_id_improvements
    foreign key (improvement_id) references improvements (id)
);
create index ix_meeting_decisions_list on meeting_decisions (company, id desc);
create index ix_meeting_decisions_owner on meeting_decisions (company, owner_id, id desc);

create table good_examples (
  id uuid not null,
  company text not null,
  finding_id uuid not null,
  clause text not null,
  department text not null,
  posts text[] not null default '{}',
  title text not null,
  words text not null,
  state text not null,
  drafted_by uuid not null,
  drafted_at timestamptz not null,
  published_by uuid,
  published_at timestamptz,
  withdrawn_by uuid,
  withdrawn_at timestamptz,
  withdraw_reason text,
  matter_id uuid not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_good_examples primary key (id),
  constraint ck_good_examples_state check (state in ('drafted', 'published', 'withdrawn')),
  constraint ck_good_examples_published check (state <> 'published' or published_at is not null),
  constraint ck_good_examples_withdrawn check ((state = 'withdrawn') = (withdrawn_at is not null)),
  constraint fk_good_examples_finding_id_findings foreign key (finding_id) references findings (id)
);
create index ix_good_examples_list on good_examples (company, state, id desc);
create unique index uq_good_examples_finding on good_examples (company, finding_id) where state <> 'withdrawn';

create table improvement_signals (
  id uuid not null,
  company text not null,
  kind text not null,
  subject_id uuid not null,
  source_id uuid not null,
  number text not null,
  key text not null,
  department text,
  happened_at timestamptz not null,
  matter_id uuid,
  is_void boolean not null,
  version bigint not null,
  constraint pk_improvement_signals primary key (id),
  constraint uq_improvement_signals_company_kind_subject_id unique (company, kind, subject_id),
  constraint ck_improvement_signals_kind check (kind in ('finding', 'complaint', 'survey'))
);
create index ix_improvement_signals_count on improvement_signals (company, kind, key, happened_at)
  where not is_void;
create index ix_improvement_signals_source on improvement_signals (company, kind, source_id);
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute(
        "drop table improvement_signals, good_examples, meeting_decisions, service_meetings, trainings,"
        " gathering_duties, staff_proposals, improvement_notes, improvements, improvement_plans"
    )
    op.execute("drop sequence proposal_numbers, improvement_numbers")
