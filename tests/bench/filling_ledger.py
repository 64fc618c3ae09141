"""Lines of the incentive ledger, made in SQL: postings of two lines each, their balances, and the head."""

from typing import Any
from uuid import UUID

from services.incentive.ledger.repository.books import account_id, month_id
from services.incentive.ledger.rules.accounts import AccountKind, LedgerSubject, Unit
from shared.ids import derived_id, new_id

PEOPLE = 400
CHUNK = 100_000
_ACCOUNT = """
insert into ledger_accounts (id, company, kind, subject, unit, opened_at) values ($1, $2, $3, $4, $5, now())
on conflict do nothing
"""
_HEAD = "insert into ledger_heads (id, company) values ($1, $2) on conflict do nothing"
_MONTH = """
insert into ledger_months (id, company, month, state, opened_at, month_points, year_points)
values ($1, $2, $3, 'open', now(), 100, 100) on conflict do nothing
"""
_LINES = """
with made as (
  select g, uuidv7() as id, uuidv7() as case_id, $4::uuid[] as people, 1 + g % cardinality($4::uuid[]) as who,
    1 + g % 2 as which, (array['fen', 'points'])[1 + g % 2] as unit,
    case when g % 3 = 0 then 'debit' else 'credit' end as side, 1 + g % 997 as amount
  from generate_series($5::int, $6::int) g
), posted as (
  insert into ledger_postings (id, company, case_id, cause, matter_id, provision, month, of_month, posted_at)
  select id, $1, case_id, 'effect', case_id, 'reward-praise', $2, $2, $3 from made
)
insert into ledger_entries (id, company, sequence, posting_id, account_id, kind, subject, unit, side, amount,
  employee_id, department, case_id, matter_id, provision, month, of_month, year, posted_at)
select uuidv7(), $1, $7 + 2 * (g - $5::int) + place, id,
  case place when 1 then (case which when 1 then $8::uuid[] else $9::uuid[] end)[who] else ($10::uuid[])[which] end,
  case when place = 1 then 'employee' when which = 1 then 'rewards_paid' else 'points_pool' end,
  case place when 1 then people[who]::text else 'company' end, unit,
  case when place = 1 then side when side = 'debit' then 'credit' else 'debit' end, amount,
  case place when 1 then people[who] end, case place when 1 then 'call_centre' end,
  case_id, case_id, 'reward-praise', $2, $2, left($2, 4), $3
from made, generate_series(1, 2) place
"""
_BALANCES = """
insert into ledger_balances (id, company, account_id, kind, subject, unit, period, department, debit, credit,
  concerning, lines)
select uuidv7(), company, account_id, kind, subject, unit, p, coalesce(department, ''),
  coalesce(sum(amount) filter (where side = 'debit'), 0), coalesce(sum(amount) filter (where side = 'credit'), 0),
  sum(case side when 'credit' then amount else -amount end), count(*)
from ledger_entries, unnest(array[month, year]) p
where company = $1 and month = $2
group by company, account_id, kind, subject, unit, p, coalesce(department, '')
on conflict (account_id, period, department, team) do update set debit = ledger_balances.debit + excluded.debit,
  credit = ledger_balances.credit + excluded.credit, concerning = ledger_balances.concerning + excluded.concerning,
  lines = ledger_balances.lines + excluded.lines
"""


async def fill_ledger(admin: Any, company: str, person: UUID, *, month: str, posted_at: Any, count: int) -> None:
    """Give a month `count` lines of 400 people, the given one among them; guards and keys are asked again later."""
    people = [person, *(derived_id("bench-person", number) for number in range(1, PEOPLE))]
    of = {
        unit: [account_id(company, LedgerSubject.employee(one), unit) for one in people]
        for unit in (Unit.FEN, Unit.POINTS)
    }
    counters = (
        (LedgerSubject(AccountKind.REWARDS_PAID, "company"), Unit.FEN),
        (LedgerSubject(AccountKind.POINTS_POOL, "company"), Unit.POINTS),
    )
    wanted = [*counters, *((LedgerSubject.employee(one), unit) for one in people for unit in of)]
    await admin.execute(_HEAD, new_id(), company)
    await admin.execute(_MONTH, month_id(company, month), company, month)
    await admin.executemany(
        _ACCOUNT,
        [(account_id(company, one, unit), company, one.kind.value, one.key, unit.value) for one, unit in wanted],
    )
    others = [account_id(company, one, unit) for one, unit in counters]
    last = await admin.fetchval("select sequence from ledger_heads where company = $1", company)
    await admin.execute("set session_replication_role = replica")
    for first in range(1, count // 2 + 1, CHUNK):
        until = min(first + CHUNK - 1, count // 2)
        start = last + 2 * (first - 1)
        places = (of[Unit.FEN], of[Unit.POINTS], others)
        await admin.execute(_LINES, company, month, posted_at, people, first, until, start, *places)
    await admin.execute("set session_replication_role = origin")
    await admin.execute("update ledger_heads set sequence = sequence + $2 where company = $1", company, count)
    await admin.execute(_BALANCES, company, month)
    for table in ("ledger_entries", "ledger_balances", "ledger_postings"):
        await admin.execute(f"vacuum analyze {table}")
    await admin.execute("checkpoint")
