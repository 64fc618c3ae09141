"""Quality of calls: reviews, scores, calibration, disputes, falsifications; opinions of supervision centres.

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CALLBACKS = """
alter table callbacks add column voided_at timestamptz;
alter table callbacks add column replaces_id uuid;
alter table callbacks add column is_review_numbered boolean not null default false;
alter table callbacks drop constraint ck_callbacks_state;
alter table callbacks add constraint ck_callbacks_state
  check (state in ('scheduled', 'waiting', 'claimed', 'done', 'missed', 'void'));
alter table callbacks add constraint ck_callbacks_void check ((state = 'void') = (voided_at is not null));
create unique index uq_callbacks_replaces on callbacks (replaces_id) where replaces_id is not null;
create index ix_callbacks_unreviewed on callbacks (company, completed_at, id)
  where state = 'done' and not is_review_numbered
"""

TABLES = """
create sequence call_review_numbers;
create sequence supervision_numbers;

create table review_strata (
  id uuid not null,
  company text not null,
  caller_id uuid not null,
  month text not null,
  policy_pack text not null,
  policy_version text not null,
  name text not null,
  seed text not null,
  numerator bigint not null,
  denominator bigint not null,
  offset_numerator numeric(20, 0) not null,
  seen bigint not null default 0,
  drawn bigint not null default 0,
  constraint pk_review_strata primary key (id),
  constraint uq_review_strata_company_month_caller_id_policy_version unique (company, month, caller_id,
    policy_version),
  constraint ck_review_strata_share check (denominator >= 1 and numerator between 0 and denominator),
  constraint ck_review_strata_counts check (drawn between 0 and seen)
);

create table review_draws (
  id uuid not null,
  company text not null,
  stratum_id uuid not null,
  position bigint not null,
  callback_id uuid not null,
  drawn_at timestamptz not null,
  is_drawn boolean not null,
  is_recall boolean not null,
  is_double boolean not null,
  constraint pk_review_draws primary key (id),
  constraint fk_review_draws_stratum_id_review_strata foreign key (stratum_id) references review_strata (id),
  constraint fk_review_draws_callback_id_callbacks foreign key (callback_id) references callbacks (id),
  constraint uq_review_draws_stratum_id_position unique (stratum_id, position),
  constraint uq_review_draws_callback_id unique (callback_id),
  constraint ck_review_draws_drawn check (is_drawn or not (is_recall or is_double))
);

create table call_reviews (
  id uuid not null,
  company text not null,
  number text not null,
  callback_id uuid not null,
  callback_number text not null,
  customer_id uuid not null,
  tier text not null,
  business text not null,
  caller_id uuid not null,
  caller_team text,
  caller_department text,
  completed_at timestamptz not null,
  month text not null,
  mode text not null,
  seat integer not null,
  partner_id uuid,
  state text not null,
  posts text[] not null default '{}',
  owner_id uuid,
  team text,
  department text,
  lease_until timestamptz,
  ready_at timestamptz not null,
  claim_ticket uuid,
  attempts integer not null default 0,
  contacted_at timestamptz,
  contact_count integer not null default 0,
  card text not null,
  card_version integer not null,
  recording text,
  outcome text,
  reasons text[] not null default '{}',
  note text,
  points bigint,
  out_of bigint,
  is_fatal boolean,
  is_standing boolean not null default false,
  settled_at timestamptz,
  reviewed_by uuid,
  reviewed_at timestamptz,
  drawn_at timestamptz not null,
  matter_id uuid,
  correlation_id uuid not null,
  hops integer not null,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_call_reviews primary key (id),
  constraint fk_call_reviews_callback_id_callbacks foreign key (callback_id) references callbacks (id),
  constraint uq_call_reviews_company_number unique (company, number),
  constraint uq_call_reviews_callback_id_seat unique (callback_id, seat),
  constraint ck_call_reviews_state check (state in ('open', 'claimed', 'done')),
  constraint ck_call_reviews_mode check (mode in ('listening', 'recall')),
  constraint ck_call_reviews_outcome check (outcome in ('confirms', 'contradicts', 'not_reached')),
  constraint ck_call_reviews_holder check ((state = 'claimed') = (lease_until is not null)),
  constraint ck_call_reviews_done check ((state = 'done') = (reviewed_at is not null)),
  constraint ck_call_reviews_seat check (seat in (1, 2)),
  constraint ck_call_reviews_points check (points is null or points between 0 and out_of),
  constraint ck_call_reviews_standing check (not is_standing or (points is not null and settled_at is not null))
);
create index ix_call_reviews_queue on call_reviews (company, ready_at, id) where state = 'open';
create index ix_call_reviews_lease on call_reviews (company, lease_until) where state = 'claimed';
create index ix_call_reviews_list on call_reviews (company, id desc);
create index ix_call_reviews_month on call_reviews (company, month, caller_id) where is_standing;
create index ix_call_reviews_settled on call_reviews (company, settled_at) where is_standing;
create unique index uq_call_reviews_ticket on call_reviews (claim_ticket) where claim_ticket is not null;

create table call_review_scores (
  id uuid not null,
  company text not null,
  review_id uuid not null,
  round integer not null,
  criterion text not null,
  points integer,
  is_failed boolean,
  note text,
  constraint pk_call_review_scores primary key (id),
  constraint fk_call_review_scores_review_id_call_reviews foreign key (review_id) references call_reviews (id),
  constraint uq_call_review_scores_review_id_round_criterion unique (review_id, round, criterion),
  constraint ck_call_review_scores_kind check (points is null or is_failed is null)
);

create table call_review_verdicts (
  id uuid not null,
  company text not null,
  review_id uuid not null,
  round integer not null,
  cause text not null,
  points bigint not null,
  out_of bigint not null,
  is_fatal boolean not null,
  said_by uuid not null,
  said_at timestamptz not null,
  reason text,
  constraint pk_call_review_verdicts primary key (id),
  constraint fk_call_review_verdicts_review_id_call_reviews foreign key (review_id) references call_reviews (id),
  constraint uq_call_review_verdicts_review_id_round unique (review_id, round),
  constraint ck_call_review_verdicts_cause check (cause in ('reviewed', 'calibrated', 'agreed', 'disputed')),
  constraint ck_call_review_verdicts_points check (points between 0 and out_of)
);

create table review_calibrations (
  id uuid not null,
  company text not null,
  review_id uuid not null,
  partner_id uuid not null,
  gap_numerator bigint not null,
  gap_denominator bigint not null,
  allowed_gap integer not null,
  state text not null,
  found_at timestamptz not null,
  agreed_by uuid,
  agreed_at timestamptz,
  constraint pk_review_calibrations primary key (id),
  constraint fk_review_calibrations_review_id_call_reviews foreign key (review_id) references call_reviews (id),
  constraint fk_review_calibrations_partner_id_call_reviews foreign key (partner_id) references call_reviews (id),
  constraint uq_review_calibrations_review_id unique (review_id),
  constraint ck_review_calibrations_state check (state in ('within', 'open', 'agreed')),
  constraint ck_review_calibrations_agreed check ((state = 'agreed') = (agreed_at is not null)),
  constraint ck_review_calibrations_gap check (gap_numerator >= 0 and gap_denominator >= 1)
);
create index ix_review_calibrations_list on review_calibrations (company, id desc);

create table review_disputes (
  id uuid not null,
  company text not null,
  review_id uuid not null,
  state text not null,
  reason text not null,
  raised_by uuid not null,
  raised_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  decision_reason text,
  is_on_time boolean,
  constraint pk_review_disputes primary key (id),
  constraint fk_review_disputes_review_id_call_reviews foreign key (review_id) references call_reviews (id),
  constraint uq_review_disputes_review_id unique (review_id),
  constraint ck_review_disputes_state check (state in ('open', 'kept', 'amended')),
  constraint ck_review_disputes_decided check ((state = 'open') = (decided_at is null))
);

create table callback_falsifications (
  id uuid not null,
  company text not null,
  review_id uuid not null,
  callback_id uuid not null,
  caller_id uuid not null,
  state text not null,
  reasons text[] not null default '{}',
  proposed_by uuid not null,
  proposed_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  decision_reason text,
  event_id uuid,
  again_callback_id uuid,
  constraint pk_callback_falsifications primary key (id),
  constraint fk_callback_falsifications_review_id_call_reviews foreign key (review_id) references call_reviews (id),
  constraint fk_callback_falsifications_callback_id_callbacks foreign key (callback_id) references callbacks (id),
  constraint uq_callback_falsifications_review_id unique (review_id),
  constraint ck_callback_falsifications_state check (state in ('proposed', 'confirmed', 'dropped')),
  constraint ck_callback_falsifications_decided check ((state = 'proposed') = (decided_at is null)),
  constraint ck_callback_falsifications_told check ((state = 'confirmed') = (event_id is not null))
);
create index ix_callback_falsifications_callback on callback_falsifications (callback_id);

create table supervision_opinions (
  id uuid not null,
  company text not null,
  number text not null,
  source text not null,
  reference text not null,
  kind text not null,
  state text not null,
  words text,
  words_digest text not null,
  arrivals integer not null default 1,
  last_arrived_at timestamptz not null,
  differed_at timestamptz,
  received_by uuid not null,
  received_at timestamptz not null,
  external_deadline_at timestamptz,
  customer_id uuid,
  tier text,
  case_type text,
  case_id uuid,
  owner_id uuid,
  team text,
  department text not null,
  posts text[] not null default '{}',
  draft text,
  drafted_by uuid,
  drafted_at timestamptz,
  returned_at timestamptz,
  return_reason text,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  is_on_time boolean,
  delivered_by uuid,
  delivered_at timestamptz,
  receipt text,
  complaint_event_id uuid,
  complaint_id uuid,
  complaint_number text,
  complaint_owner_id uuid,
  complaint_team text,
  complaint_department text,
  complaint_posts text[] not null default '{}',
  matter_id uuid not null,
  policy_pack text not null,
  policy_version text not null,
  version bigint not null default 1,
  constraint pk_supervision_opinions primary key (id),
  constraint uq_supervision_opinions_company_number unique (company, number),
  constraint uq_supervision_opinions_company_source_reference unique (company, source, reference),
  constraint ck_supervision_opinions_state check (state in ('received', 'drafted', 'answered', 'delivered')),
  constraint ck_supervision_opinions_case check ((case_type is null) = (case_id is null)),
  constraint ck_supervision_opinions_answered check (
    (state in ('answered', 'delivered')) = (answered_at is not null)),
  constraint ck_supervision_opinions_delivered check ((state = 'delivered') = (delivered_at is not null)),
  constraint ck_supervision_opinions_complaint check (complaint_id is null or complaint_event_id is not null)
);
create index ix_supervision_opinions_list on supervision_opinions (company, id desc);
create index ix_supervision_opinions_open on supervision_opinions (company, department)
  where state in ('received', 'drafted');
create index ix_supervision_opinions_received on supervision_opinions (company, received_at);
create index ix_supervision_opinions_customer on supervision_opinions (customer_id) where customer_id is not null;
create unique index uq_supervision_opinions_event on supervision_opinions (complaint_event_id)
  where complaint_event_id is not null;
create index ix_supervision_opinions_complaint on supervision_opinions (complaint_id) where complaint_id is not null
"""

DROPPED = (
    "supervision_opinions",
    "callback_falsifications",
    "review_disputes",
    "review_calibrations",
    "call_review_verdicts",
    "call_review_scores",
    "call_reviews",
    "review_draws",
    "review_strata",
)


def upgrade() -> None:
    """Add what quality and supervision need; a callback may become void and be called again."""
    for statement in (*CALLBACKS.strip().split(";\n"), *TABLES.strip().split(";\n")):
        op.execute(statement)


def downgrade() -> None:
    """Drop it; void callbacks stay as done."""
    for table in DROPPED:
        op.execute(f"drop table {table}")
    op.execute("drop sequence supervision_numbers")
    op.execute("drop sequence call_review_numbers")
    op.execute("drop index ix_callbacks_unreviewed")
    op.execute("drop index uq_callbacks_replaces")
    op.execute("alter table callbacks drop constraint ck_callbacks_void")
    op.execute("alter table callbacks drop constraint ck_callbacks_state")
    op.execute("update callbacks set state = 'done' where state = 'void'")
    op.execute(
        "alter table callbacks add constraint ck_callbacks_state"
        " check (state in ('scheduled', 'waiting', 'claimed', 'done', 'missed'))"
    )
    for column in ("is_review_numbered", "replaces_id", "voided_at"):
        op.execute(f"alter table callbacks drop column {column}")
