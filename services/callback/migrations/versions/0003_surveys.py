"""Surveys: the frame and its strata, the invitations, answers and their coding, the frozen results.

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create sequence survey_numbers;

create table surveys (
  id uuid not null,
  company text not null,
  number text not null,
  period text not null,
  questionnaire text not null,
  questionnaire_version integer not null,
  state text not null,
  seed text not null,
  confidence integer not null,
  department text not null,
  posts text[] not null default '{}',
  drafted_by uuid,
  drafted_at timestamptz not null,
  framed_by uuid,
  framed_at timestamptz,
  opened_by uuid,
  opened_at timestamptz,
  closed_by uuid,
  closed_at timestamptz,
  withdrawn_by uuid,
  withdrawn_at timestamptz,
  reason text,
  matter_id uuid not null,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_surveys primary key (id),
  constraint uq_surveys_company_number unique (company, number),
  constraint ck_surveys_state check (state in ('draft', 'framed', 'fielding', 'closed', 'withdrawn')),
  constraint ck_surveys_closed check ((state = 'closed') = (closed_at is not null)),
  constraint ck_surveys_confidence check (confidence between 1 and 99)
);
create unique index uq_surveys_period on surveys (company, period) where state <> 'withdrawn';
create index ix_surveys_list on surveys (company, id desc);

create table survey_strata (
  id uuid not null,
  company text not null,
  survey_id uuid not null,
  tier text not null,
  name text not null,
  channel text not null,
  margin_permille integer not null,
  population bigint not null,
  sampled bigint not null,
  target_at_least numeric(6, 3),
  constraint pk_survey_strata primary key (id),
  constraint fk_survey_strata_survey_id_surveys foreign key (survey_id) references surveys (id),
  constraint uq_survey_strata_survey_id_tier unique (survey_id, tier),
  constraint ck_survey_strata_sizes check (sampled between 0 and population),
  constraint ck_survey_strata_channel check (channel in ('callback', 'sms', 'link'))
);

create table survey_frame (
  id uuid not null,
  company text not null,
  survey_id uuid not null,
  tier text not null,
  position bigint not null,
  customer_id uuid not null,
  is_sampled boolean not null,
  constraint pk_survey_frame primary key (id),
  constraint fk_survey_frame_survey_id_surveys foreign key (survey_id) references surveys (id),
  constraint uq_survey_frame_survey_id_customer_id unique (survey_id, customer_id),
  constraint uq_survey_frame_survey_id_tier_position unique (survey_id, tier, position)
);

create table survey_invitations (
  id uuid not null,
  company text not null,
  survey_id uuid not null,
  tier text not null,
  customer_id uuid not null,
  channel text not null,
  state text not null,
  link_serial integer not null default 0,
  link_hash text,
  expires_at timestamptz,
  invited_at timestamptz,
  remind_at timestamptz,
  reminded_at timestamptz,
  message_id uuid,
  owner_id uuid,
  lease_until timestamptz,
  team text,
  department text,
  posts text[] not null default '{}',
  ended_at timestamptz,
  version bigint not null default 1,
  constraint pk_survey_invitations primary key (id),
  constraint fk_survey_invitations_survey_id_surveys foreign key (survey_id) references surveys (id),
  constraint uq_survey_invitations_survey_id_customer_id unique (survey_id, customer_id),
  constraint ck_survey_invitations_state check (state in ('to_send', 'invited', 'answered', 'declined', 'withdrawn')),
  constraint ck_survey_invitations_channel check (channel in ('callback', 'sms', 'link')),
  constraint ck_survey_invitations_link check ((link_hash is null) = (link_serial = 0)),
  constraint ck_survey_invitations_ended check ((state in ('to_send', 'invited')) = (ended_at is null))
);
create unique index uq_survey_invitations_link on survey_invitations (link_hash) where link_hash is not null;
create index ix_survey_invitations_list on survey_invitations (company, survey_id, id);
create index ix_survey_invitations_open on survey_invitations (company, channel, id)
  where state in ('to_send', 'invited');
create index ix_survey_invitations_customer on survey_invitations (customer_id);

create table survey_refusals (
  id uuid not null,
  company text not null,
  customer_id uuid not null,
  survey_id uuid,
  refused_at timestamptz not null,
  constraint pk_survey_refusals primary key (id),
  constraint uq_survey_refusals_company_customer_id unique (company, customer_id)
);

create table survey_responses (
  id uuid not null,
  company text not null,
  survey_id uuid not null,
  invitation_id uuid not null,
  customer_id uuid not null,
  tier text not null,
  channel text not null,
  is_satisfied boolean,
  recorded_by uuid,
  answered_at timestamptz not null,
  constraint pk_survey_responses primary key (id),
  constraint fk_survey_responses_survey_id_surveys foreign key (survey_id) references surveys (id),
  constraint fk_survey_responses_invitation_id_survey_invitations foreign key (invitation_id)
    references survey_invitations (id),
  constraint uq_survey_responses_invitation_id unique (invitation_id),
  constraint ck_survey_responses_channel check (channel in ('callback', 'sms', 'link'))
);
create index ix_survey_responses_survey on survey_responses (survey_id, tier);
create index ix_survey_responses_customer on survey_responses (customer_id);

create table survey_answers (
  id uuid not null,
  company text not null,
  survey_id uuid not null,
  response_id uuid not null,
  question text not null,
  dimension text,
  score integer,
  text text,
  is_open boolean not null,
  categories text[] not null default '{}',
  coded_at timestamptz,
  version bigint not null default 1,
  constraint pk_survey_answers primary key (id),
  constraint fk_survey_answers_response_id_survey_responses foreign key (response_id) references survey_responses (id),
  constraint uq_survey_answers_response_id_question unique (response_id, question),
  constraint ck_survey_answers_score check (score between 1 and 5),
  constraint ck_survey_answers_kind check (is_open or text is null)
);
create index ix_survey_answers_open on survey_answers (company, survey_id, id) where is_open;
create index ix_survey_answers_scores on survey_answers (survey_id) where dimension is not null;

create table survey_codings (
  id uuid not null,
  company text not null,
  answer_id uuid not null,
  position integer not null,
  categories text[] not null,
  coded_by uuid not null,
  coded_at timestamptz not null,
  constraint pk_survey_codings primary key (id),
  constraint fk_survey_codings_answer_id_survey_answers foreign key (answer_id) references survey_answers (id),
  constraint uq_survey_codings_answer_id_position unique (answer_id, position)
);

create table survey_results (
  id uuid not null,
  company text not null,
  survey_id uuid not null,
  tier text not null,
  population bigint not null,
  sampled bigint not null,
  invited bigint not null,
  responded bigint not null,
  rated bigint not null,
  satisfied bigint not null,
  lower_percent numeric(6, 3),
  upper_percent numeric(6, 3),
  constraint pk_survey_results primary key (id),
  constraint fk_survey_results_survey_id_surveys foreign key (survey_id) references surveys (id),
  constraint uq_survey_results_survey_id_tier unique (survey_id, tier),
  constraint ck_survey_results_counts check (satisfied between 0 and rated and rated <= responded
    and responded <= sampled and sampled <= population)
);

create table survey_scores (
  id uuid not null,
  company text not null,
  survey_id uuid not null,
  tier text not null,
  dimension text not null,
  answered bigint not null,
  unanswered bigint not null,
  total bigint not null,
  constraint pk_survey_scores primary key (id),
  constraint fk_survey_scores_survey_id_surveys foreign key (survey_id) references surveys (id),
  constraint uq_survey_scores_survey_id_tier_dimension unique (survey_id, tier, dimension)
)
"""


def upgrade() -> None:
    """Add what surveys need."""
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for table in (
        "survey_scores",
        "survey_results",
        "survey_codings",
        "survey_answers",
        "survey_responses",
        "survey_refusals",
        "survey_invitations",
        "survey_frame",
        "survey_strata",
        "surveys",
    ):
        op.execute(f"drop table {table}")
    op.execute("drop sequence survey_numbers")
