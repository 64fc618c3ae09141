"""Months: drafted with their clock, closed once and in order, listed for payroll, locked by another person."""

import asyncio
import hashlib
import io
from datetime import timedelta

import asyncpg
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from services.incentive.ledger.models import LedgerEntryRow
from services.incentive.ledger.rules import HalfWayCase, Unit
from services.incentive.ledger.rules.digest import digest_of
from shared.ids import new_id
from tests.incentive.integration.ledger.books import DECEMBER, JANUARY, MONTHS, Books
from tests.support.stage import Stage
from tests.support.world import World


async def test_a_month_that_has_ended_is_laid_before_the_office_with_its_clock(books: Books, stage: Stage) -> None:
    await books.give()
    await stage.run_job(books.company, "draft_ledger_months")
    running = await books.month()
    assert (running["state"], running["month_points"], running["drafted_at"]) == ("open", 100, None)
    early = await books.step(running, "close", "office")
    assert (early.status_code, early.json()["code"]) == (409, "ledger_month_open")
    month = await books.ended()
    (step,) = await stage.run_job(books.company, "draft_ledger_months")
    assert step.done == 0
    assert month["posts"] == ["service_office_director", "service_office_staff"]
    clock = (await stage.clocks(books.company, f"{MONTHS}/{month['id']}"))["closed"]
    assert (clock["state"], clock["clause"]) == ("running", "ledger")
    assert clock["started_at"].startswith("2026-11-30T16:00:00")
    work = await stage.get(books.company, "/v1/work", login="officestaff")
    assert [one["id"] for one in work["items"] if one["metric"] == "closed"] == [month["id"]]
    closed = await books.done(month, "close", "officestaff")
    assert (await stage.clocks(books.company, f"{MONTHS}/{month['id']}"))["closed"]["state"] == "met"
    assert (closed["state"], closed["lines"], closed["totals"]["rewards_fen"]) == ("closed", 2, 20_000)
    (fact,) = await stage.facts(books.company, "incentive.month_closed")
    assert (fact["month"], fact["net_fen"], fact["digest"]) == ("2026-11", 20_000, closed["digest"])


async def test_a_month_left_open_is_breached(books: Books, stage: Stage) -> None:
    await books.give()
    month = await books.ended()
    stage.clock.set(DECEMBER + timedelta(days=10))
    await stage.sweep()
    assert (await stage.clocks(books.company, f"{MONTHS}/{month['id']}"))["closed"]["state"] == "breached"
    assert (await books.done(month, "close", "office"))["state"] == "closed"


async def test_a_month_first_posted_into_after_its_end_counts_from_then(books: Books, stage: Stage) -> None:
    await books.give(month="2026-10")
    await stage.run_job(books.company, "draft_ledger_months")
    october = await books.month("2026-10")
    clock = (await stage.clocks(books.company, f"{MONTHS}/{october['id']}"))["closed"]
    assert clock["started_at"].startswith("2026-11-24T02:00:00")


async def test_the_digest_is_over_every_line_and_proves_the_month(books: Books) -> None:
    for amount in (20_000, -5_000, 1):
        await books.give(books.of("crew", amount=amount), books.of("crew", Unit.POINTS, -1))
    month = await books.closed()
    async with books.stage.runtime.sessions.begin() as session:
        rows = (
            await session.scalars(
                select(LedgerEntryRow).where(LedgerEntryRow.company == books.code).order_by(LedgerEntryRow.sequence)
            )
        ).all()
    assert digest_of(books.code, "2026-11", None, rows) == month["digest"]
    proof = await books.stage.get(books.company, f"{MONTHS}/{month['id']}/proof")
    assert (proof["is_intact"], proof["computed_digest"], proof["computed_lines"]) == (True, month["digest"], 12)


async def test_months_are_closed_in_order_and_chained(books: Books, stage: Stage) -> None:
    await books.give()
    november = await books.ended(JANUARY)
    december = await books.month("2026-12")
    assert december["drafted_at"] is not None
    refused = await books.step(december, "close", "office")
    assert (refused.status_code, refused.json()["code"]) == (409, "ledger_month_order")
    first = await books.done(november, "close", "office")
    second = await books.done(await books.month("2026-12"), "close", "office")
    assert second["previous_digest"] == first["digest"] != second["digest"]
    assert (await books.month("2027-01"))["state"] == "open"
    again = await books.step(first, "close", "office")
    assert (again.status_code, again.json()["code"]) == (409, "ledger_month_closed")


async def test_a_month_is_not_closed_over_cases_that_are_half_way(books: Books, stage: Stage) -> None:
    async def one(session: object, company: str, month: str) -> list[HalfWayCase]:
        return [HalfWayCase(new_id(), f"JC{month}", "hearing")] if company == books.code else []

    await books.give()
    month = await books.ended()
    kept, stage.app.state.half_way = stage.app.state.half_way, (one,)
    try:
        refused = await books.step(month, "close", "office")
    finally:
        stage.app.state.half_way = kept
    assert (refused.status_code, refused.json()["code"]) == (409, "ledger_cases_open")
    assert "JC2026-11" in refused.json()["errors"][0]["message"]
    assert (await books.month())["version"] == month["version"]
    assert await stage.facts(books.company, "incentive.month_closed") == []


async def test_who_may_close_is_the_packs_and_the_newest_version(books: Books) -> None:
    await books.give()
    month = await books.ended()
    assert (await books.step(month, "close", "agent")).status_code == 403
    gm = await books.step(month, "close", "gm")
    assert (gm.status_code, gm.json()["code"]) == (403, "ledger_post_not_allowed")
    stale = await books.step(month, "close", "office", version=month["version"] + 5)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert (await books.month())["state"] == "open"
    answers = await asyncio.gather(*(books.step(month, "close", login) for login in ("office", "officestaff")))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(await books.stage.facts(books.company, "incentive.month_closed")) == 1


async def test_a_repeated_close_is_a_replay(books: Books) -> None:
    await books.give()
    month = await books.ended()
    first = await books.step(month, "close", "office", key="close-november")
    second = await books.step(month, "close", "office", key="close-november")
    assert (first.status_code, second.status_code, second.headers["Idempotency-Replayed"]) == (200, 200, "true")
    assert len(await books.stage.facts(books.company, "incentive.month_closed")) == 1


async def test_the_list_for_payroll_is_made_once_and_stays_the_same_bytes(books: Books, stage: Stage) -> None:
    case_id = new_id()
    await books.give(books.of("crew", amount=-10_000), case_id=case_id)
    await books.give(books.of("agent", amount=30_000), books.of("clerk", Unit.POINTS, -2))
    await books.reverse(case_id)
    open_month = await books.month()
    assert (await books.step(open_month, "payroll", "office")).json()["code"] == "ledger_month_open"
    month = await books.closed()
    assert (await books.download(month)).json()["code"] == "ledger_payroll_not_taken"
    assert (await books.step(month, "payroll", "gm")).json()["code"] == "ledger_post_not_allowed"
    made = await books.done(month, "payroll", "officestaff")
    files = [await books.download(made, login) for login in ("office", "gm")]
    assert {hashlib.sha256(one.content).hexdigest() for one in files} == {made["payroll_sha256"]}
    assert files[0].headers["X-Content-SHA256"] == made["payroll_sha256"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(files[0].content)).get_sheet_by_name("2026-11").to_python()
    people = books.company.pack.common.demo_staff
    assert [row[:2] + row[4:8] for row in rows[2:]] == [
        ["agent", people["agent"].name, 300.0, 0.0, 0.0, 300.0],
        ["crew", people["crew"].name, 0.0, 100.0, 100.0, 0.0],
        ["合计", "", 300.0, 100.0, 100.0, 300.0],
    ]
    assert (await books.step(made, "payroll", "officestaff")).json()["code"] == "ledger_payroll_taken"
    assert (await books.download(made, "agent")).status_code == 403
    audit = await books.rows("select action, detail from audit where company = $1 and action like '%payroll%'")
    assert sorted(row["action"] for row in audit) == [*(2 * ["export_payroll_list"]), "make_payroll_list"]
    assert people["agent"].name not in str(audit)


async def test_a_month_is_locked_by_another_person_after_the_list(books: Books, stage: Stage, world: World) -> None:
    await books.give()
    month = await books.closed()
    early = await books.step(month, "lock", "gm")
    assert (early.status_code, early.json()["code"]) == (409, "ledger_payroll_not_taken")
    month = await books.done(month, "payroll", "office")
    same = await books.step(month, "lock", "office")
    assert (same.status_code, same.json()["code"]) == (403, "ledger_four_eyes")
    assert (await books.step(month, "lock", "officestaff")).json()["code"] == "ledger_post_not_allowed"
    locked = await books.done(month, "lock", "gm")
    assert (locked["state"], locked["posts"]) == ("locked", [])
    assert (await books.step(locked, "lock", "deputy")).json()["code"] == "ledger_month_closed"
    assert (await books.step(locked, "close", "office")).json()["code"] == "ledger_month_closed"
    assert [one["state"] for one in await stage.facts(books.company, "incentive.month_locked")] == ["locked"]
    admin = await asyncpg.connect(world.postgres.admin_dsn, server_settings={"search_path": "incentive"})
    try:
        for change in ("set state = 'open', digest = null", "set digest = 'x'", "set payroll_sha256 = 'x'"):
            with pytest.raises(asyncpg.CheckViolationError):
                await admin.execute(f"update ledger_months {change} where company = $1", books.code)
    finally:
        await admin.close()
