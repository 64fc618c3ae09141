"""Postings: balanced by the database itself, once for each cause, taken back exactly, never changed."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from services.incentive.ledger.errors import (
    LedgerMonthAheadError,
    LedgerMonthClosedError,
    PostingDiffersError,
    PostingUnsoundError,
)
from services.incentive.ledger.rules import LedgerSubject, Movement, Unit
from shared.ids import new_id
from tests.incentive.integration.ledger.books import Books
from tests.support.stage import Stage
from tests.support.world import World

SERVICE = LedgerSubject.department("call_centre")


async def test_an_award_and_a_deduction_stand_in_every_account(books: Books) -> None:
    guest = LedgerSubject.customer(new_id())
    await books.give(
        books.of("agent"),
        books.of("agent", Unit.POINTS, -5),
        Movement(SERVICE, Unit.POINTS, 3, "call_centre"),
        Movement(SERVICE, Unit.YEAR_POINTS, -2, "call_centre"),
        Movement(guest, Unit.FEN, 5_000),
    )
    await books.give(books.of("agent", amount=-10_000))
    month, year = await books.balance("agent"), await books.balance("agent", "2026")
    assert (month.of(Unit.FEN).awarded, month.of(Unit.FEN).deducted, month.of(Unit.FEN).net) == (20_000, 10_000, 10_000)
    assert (month.standing(Unit.POINTS), year.of(Unit.POINTS).net, year.standing(Unit.YEAR_POINTS)) == (95, -5, 100)
    department = await books.balance(SERVICE), await books.balance(SERVICE, "2026")
    assert (department[0].standing(Unit.POINTS), department[1].standing(Unit.YEAR_POINTS)) == (103, 98)
    assert (await books.balance(guest)).of(Unit.FEN).net == 5_000
    assert (await books.balance("crew")).standing(Unit.POINTS) == 100
    assert await books.is_balanced()
    assert await books.is_balanced("2026")
    lines = await books.rows("select sequence, posted_by, month, of_month from ledger_entries where company = $1")
    assert sorted(line["sequence"] for line in lines) == list(range(1, 13))


async def test_the_same_cause_delivered_three_times_changes_the_ledger_once(books: Books) -> None:
    wanted = books.posting(books.of("agent", Unit.POINTS, -5))
    made = await asyncio.gather(*(books.post(wanted) for _ in range(3)))
    assert len({row.id for row in made}) == 1
    assert (await books.balance("agent")).standing(Unit.POINTS) == 95
    assert (await books.count("ledger_postings"), await books.count("ledger_entries")) == (1, 2)
    other = books.posting(books.of("agent", Unit.POINTS, -4), case_id=wanted.case_id)
    with pytest.raises(PostingDiffersError):
        await books.post(other)
    assert await books.count("ledger_entries") == 2


async def test_postings_at_once_leave_no_gap_and_lose_nothing(books: Books) -> None:
    await asyncio.gather(*(books.give(books.of("agent", Unit.POINTS, -1)) for _ in range(20)))
    assert (await books.balance("agent")).of(Unit.POINTS).net == -20
    rows = await books.rows("select sequence from ledger_entries where company = $1 order by sequence")
    assert [row["sequence"] for row in rows] == list(range(1, 41))


async def test_a_reversal_restores_the_balance_to_the_fen_and_the_point(books: Books) -> None:
    case_id = new_id()
    first = (books.of("crew", amount=-15_001), books.of("crew", Unit.POINTS, -3))
    second = Movement(SERVICE, Unit.YEAR_POINTS, -5, "call_centre")
    await books.give(books.of("crew", amount=3_333))
    before = [await books.balance("crew"), await books.balance("crew", "2026"), await books.balance(SERVICE, "2026")]
    original = await books.give(*first, case_id=case_id)
    await books.give(second, case_id=case_id, cause="department")
    back = await books.reverse(case_id)
    assert {row.cause for row in back} == {"reverse:effect", "reverse:department"}
    assert {row.reverses_id for row in back} >= {original.id}
    after = [await books.balance("crew"), await books.balance("crew", "2026"), await books.balance(SERVICE, "2026")]
    for was, now in zip(before, after, strict=True):
        assert [now.standing(unit) for unit in Unit] == [was.standing(unit) for unit in Unit]
    fen = after[0].of(Unit.FEN)
    assert (fen.awarded, fen.deducted, fen.corrected, fen.net) == (3_333, 15_001, 15_001, 3_333)
    assert await books.reverse(case_id) == []
    assert await books.reverse(new_id()) == []
    assert await books.is_balanced()
    with pytest.raises(PostingDiffersError):
        await books.give(books.of("agent"), case_id=case_id)


async def test_a_case_may_take_effect_again_after_its_reversal_under_another_cause(books: Books) -> None:
    case_id = new_id()
    await books.give(books.of("agent"), case_id=case_id)
    await books.reverse(case_id)
    await books.give(books.of("agent"), case_id=case_id, cause="effect:2")
    assert (await books.balance("agent")).of(Unit.FEN).net == 20_000
    (back,) = await books.reverse(case_id)
    assert back.cause == "reverse:effect:2"
    assert (await books.balance("agent")).of(Unit.FEN).net == 0


async def test_what_is_unsound_ahead_or_closed_changes_nothing(books: Books, stage: Stage) -> None:
    with pytest.raises(PostingUnsoundError):
        await books.give(Movement(SERVICE, Unit.FEN, 100, "call_centre"))
    with pytest.raises(LedgerMonthAheadError) as ahead:
        await books.give(month="2026-12")
    assert (ahead.value.code, ahead.value.errors[0].pointer) == ("ledger_month_ahead", "/month")
    assert await books.count("ledger_postings") == 0
    await books.give()
    await books.closed()
    with pytest.raises(LedgerMonthClosedError) as closed:
        await books.post(books.posting(), by_hand=True)
    assert (closed.value.code, closed.value.errors[0].pointer) == ("ledger_month_closed", "/month")
    assert await books.count("ledger_postings") == 1
    stage.clock.set(stage.clock.now() + timedelta(minutes=1))
    late = await books.post(books.posting())
    assert (late.month, late.of_month) == ("2026-12", "2026-11")


async def test_a_reversal_after_the_close_goes_into_the_open_month_and_says_of_which_it_is(books: Books) -> None:
    case_id = new_id()
    await books.give(books.of("agent", amount=-10_000), books.of("agent", Unit.YEAR_POINTS, -4), case_id=case_id)
    await books.closed()
    (back,) = await books.reverse(case_id)
    assert (back.month, back.of_month) == ("2026-12", "2026-11")
    november, december = await books.balance("agent"), await books.balance("agent", "2026-12")
    assert (november.of(Unit.FEN).net, november.of(Unit.FEN).concerning) == (-10_000, 0)
    assert (december.of(Unit.FEN).net, december.of(Unit.FEN).concerning) == (10_000, 0)
    assert (await books.balance("agent", "2026")).standing(Unit.YEAR_POINTS) == 100
    assert await books.is_balanced()
    assert await books.is_balanced("2026-12")


async def test_nobody_changes_or_deletes_what_was_posted(books: Books, world: World) -> None:
    await books.give()
    admin = await asyncpg.connect(world.postgres.admin_dsn, server_settings={"search_path": "incentive"})
    tables = ("ledger_entries", "ledger_postings", "ledger_accounts")
    acts = ("update {} set company = company", "delete from {}", "truncate {} cascade")
    try:
        for asked in (act.format(table) for act in acts for table in tables):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await books.stage.pool.execute(asked)
            with pytest.raises(asyncpg.CheckViolationError, match="never changed"):
                await admin.execute(asked)
    finally:
        await admin.close()
    for table in ("ledger_months", "ledger_balances", "ledger_heads"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await books.stage.pool.execute(f"delete from {table}")
    assert await books.count("ledger_entries") == 2


async def test_the_database_refuses_a_posting_that_does_not_balance(books: Books) -> None:
    made = await books.give()
    copied = """
insert into ledger_entries (id, company, sequence, posting_id, account_id, kind, subject, unit, side, amount, case_id,
  matter_id, provision, month, of_month, year, posted_at)
select uuidv7(), company, 99, posting_id, account_id, kind, subject, unit, side, amount, case_id, matter_id, provision,
  month, of_month, year, posted_at
from ledger_entries where posting_id = $1 limit 1
"""
    with pytest.raises(asyncpg.CheckViolationError, match="must balance"):
        await books.stage.pool.execute(copied, made.id)
    await books.closed()
    with pytest.raises(asyncpg.CheckViolationError, match="is closed"):
        await books.stage.pool.execute(copied, made.id)
    assert await books.count("ledger_entries") == 2
