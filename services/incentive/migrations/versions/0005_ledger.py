"""The ledger of points and money: double entry, never changed; balances and months.

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = """
create table ledger_accounts (
  id uuid not null,
  company text not null,
  kind text not null,
  subject text not null,
  unit text not null,
  opened_at timestamptz not null,
  constraint pk_ledger_accounts primary key (id),
  constraint uq_ledger_accounts_company_kind_subject_unit unique (company, kind, subject, unit),
  constraint ck_ledger_accounts_kind check (kind in ('employee', 'department', 'team', 'customer', 'rewards_paid',
    'penalties_kept', 'points_pool')),
  constraint ck_ledger_accounts_unit check (unit in ('fen', 'points', 'year_points'))
);

create table ledger_postings (
  id uuid not null,
  company text not null,
  case_id uuid not null,
  cause text not null,
  matter_id uuid not null,
  provision text not null,
  month text not null,
  of_month text not null,
  reverses_id uuid,
  reason text,
  posted_at timestamptz not null,
  posted_by uuid,
  constraint pk_ledger_postings primary key (id),
  constraint uq_ledger_postings_company_case_id_cause unique (company, case_id, cause),
  constraint uq_ledger_postings_reverses_id unique (reverses_id),
  constraint fk_ledger_postings_reverses_id_ledger_postings foreign key (reverses_id) references ledger_postings (id)
);

create table ledger_entries (
  id uuid not null,
  company text not null,
  sequence bigint not null,
  posting_id uuid not null,
  account_id uuid not null,
  kind text not null,
  subject text not null,
  unit text not null,
  side text not null,
  amount bigint not null,
  employee_id uuid,
  department text,
  team text,
  case_id uuid not null,
  matter_id uuid not null,
  provision text not null,
  month text not null,
  of_month text not null,
  year text not null,
  reverses_id uuid,
  posted_at timestamptz not null,
  posted_by uuid,
  constraint pk_ledger_entries primary key (id),
  constraint uq_ledger_entries_company_sequence unique (company, sequence),
  constraint fk_ledger_entries_posting_id_ledger_postings foreign key (posting_id) references ledger_postings (id),
  constraint fk_ledger_entries_account_id_ledger_accounts foreign key (account_id) references ledger_accounts (id),
  constraint ck_ledger_entries_kind check (kind in ('employee', 'department', 'team', 'customer', 'rewards_paid',
    'penalties_kept', 'points_pool')),
  constraint ck_ledger_entries_unit check (unit in ('fen', 'points', 'year_points')),
  constraint ck_ledger_entries_side check (side in ('debit', 'credit')),
  constraint ck_ledger_entries_amount check (amount > 0),
  constraint ck_ledger_entries_year check (year = left(month, 4))
);
create index ix_ledger_entries_posting on ledger_entries (posting_id);
create index ix_ledger_entries_posted on ledger_entries (company, posted_at);
create index ix_ledger_entries_month on ledger_entries (company, month, sequence);
create index ix_ledger_entries_subject on ledger_entries (company, kind, subject, sequence desc);
create index ix_ledger_entries_employee on ledger_entries (company, employee_id, sequence desc)
  where employee_id is not null;
create index ix_ledger_entries_department on ledger_entries (company, department, sequence desc);
create index ix_ledger_entries_team on ledger_entries (company, team, sequence desc);
create index ix_ledger_entries_case on ledger_entries (company, case_id);

create table ledger_heads (
  id uuid not null,
  company text not null,
  sequence bigint not null default 0,
  closed_through text,
  constraint pk_ledger_heads primary key (id),
  constraint uq_ledger_heads_company unique (company)
);

create table ledger_balances (
  id uuid not null,
  company text not null,
  account_id uuid not null,
  kind text not null,
  subject text not null,
  unit text not null,
  period text not null,
  department text not null default '',
  team text not null default '',
  debit bigint not null default 0,
  credit bigint not null default 0,
  reversed_debit bigint not null default 0,
  reversed_credit bigint not null default 0,
  concerning bigint not null default 0,
  lines bigint not null default 0,
  constraint pk_ledger_balances primary key (id),
  constraint uq_ledger_balances_account_id_period_department_team unique (account_id, period, department, team),
  constraint fk_ledger_balances_account_id_ledger_accounts foreign key (account_id) references ledger_accounts (id),
  constraint ck_ledger_balances_kind check (kind in ('employee', 'department', 'team', 'customer', 'rewards_paid',
    'penalties_kept', 'points_pool')),
  constraint ck_ledger_balances_unit check (unit in ('fen', 'points', 'year_points'))
);
create index ix_ledger_balances_subject on ledger_balances (company, kind, subject, period);
create index ix_ledger_balances_period on ledger_balances (company, period, department, team);

create table ledger_months (
  id uuid not null,
  company text not null,
  month text not null,
  state text not null,
  posts text[] not null default '{}',
  month_points integer,
  year_points integer,
  lines bigint not null default 0,
  totals jsonb not null default '{}',
  digest text,
  previous_digest text,
  opened_at timestamptz not null,
  drafted_at timestamptz,
  closed_at timestamptz,
  closed_by uuid,
  payroll_sha256 text,
  payroll_rows integer,
  payroll_taken_at timestamptz,
  payroll_taken_by uuid,
  locked_at timestamptz,
  locked_by uuid,
  policy_pack text,
  policy_version text,
  version bigint not null default 1,
  constraint pk_ledger_months primary key (id),
  constraint uq_ledger_months_company_month unique (company, month),
  constraint ck_ledger_months_state check (state in ('open', 'closed', 'locked')),
  constraint ck_ledger_months_digest check ((state = 'open') = (digest is null)),
  constraint ck_ledger_months_locked check (state <> 'locked' or payroll_sha256 is not null),
  constraint ck_ledger_months_four_eyes check (locked_by <> closed_by)
)
"""

REFUSE = """
create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is added to, never changed' using errcode = '23514';
end
$$
"""
"""Whoever tries, the owner of the tables included; the service's own role has not even the right."""

GUARD = """
create function guard_ledger_month() returns trigger language plpgsql as $$
begin
  if exists (select 1 from ledger_months m where m.company = new.company and m.month = new.month
             and m.state <> 'open') then
    raise exception 'this month of the ledger is closed' using errcode = '23514';
  end if;
  return new;
end
$$
"""
"""A closed month stays as it is: the last line behind the use cases."""

BALANCE = """
create function check_ledger_posting() returns trigger language plpgsql as $$
begin
  if exists (select 1 from ledger_entries e where e.posting_id = new.posting_id group by e.unit
             having sum(case e.side when 'credit' then e.amount else -e.amount end) <> 0) then
    raise exception 'a posting of the ledger must balance in each unit' using errcode = '23514';
  end if;
  return null;
end
$$
"""
"""At commit, when all lines of the posting stand."""

BACKWARDS = """
create function guard_ledger_month_state() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'a month of the ledger is kept' using errcode = '23514';
  end if;
  if array_position(array['open', 'closed', 'locked'], new.state)
     < array_position(array['open', 'closed', 'locked'], old.state)
     or (old.digest is not null and new.digest is distinct from old.digest)
     or (old.payroll_sha256 is not null and new.payroll_sha256 is distinct from old.payroll_sha256) then
    raise exception 'a closed month of the ledger is never opened again' using errcode = '23514';
  end if;
  return new;
end
$$
"""

TRIGGERS = (
    *(
        f"create trigger tr_{table}_kept before update or delete on {table} for each row"
        " execute function refuse_ledger_change()"
        for table in ("ledger_accounts", "ledger_postings", "ledger_entries")
    ),
    *(
        f"create trigger tr_{table}_whole before truncate on {table} for each statement"
        " execute function refuse_ledger_change()"
        for table in ("ledger_accounts", "ledger_postings", "ledger_entries")
    ),
    """
create trigger tr_ledger_entries_month before insert on ledger_entries
  for each row execute function guard_ledger_month()
""",
    """
create constraint trigger tr_ledger_entries_balance after insert on ledger_entries
  deferrable initially deferred for each row execute function check_ledger_posting()
""",
    """
create trigger tr_ledger_months_state before update or delete on ledger_months
  for each row execute function guard_ledger_month_state()
""",
)
FUNCTIONS = ("refuse_ledger_change", "guard_ledger_month", "check_ledger_posting", "guard_ledger_month_state")


def upgrade() -> None:
    """Create the tables and what guards them."""
    for statement in TABLES.strip().split(";\n"):
        if statement.strip():
            op.execute(statement)
    for function in (REFUSE, GUARD, BALANCE, BACKWARDS):
        op.execute(function)
    for trigger in TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table ledger_months, ledger_balances, ledger_heads, ledger_entries, ledger_postings")
    op.execute("drop table ledger_accounts")
    for name in FUNCTIONS:
        op.execute(f"drop function {name}()")
