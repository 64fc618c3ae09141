"""Figures against the targets of the tiers, and each reproduced by counting what is behind it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from services.customer.contacts.service import figures as contacts
from services.customer.indicators import jobs
from services.customer.safety.service import reading as safety
from shared.jobs.queue import enqueue
from shared.jobs.runner import Runner
from shared.sla.periods import ended_before, parse_period
from tests.customer.integration.indicators.support import (
    a_month_of,
    civil_month,
    figures,
    listed,
    numbers,
    shift,
)
from tests.customer.integration.orders.conftest import Bench

DIMENSIONS = ("tier", "category", "department", "channel", "grade")
EXPECTED = {
    ("contract_on_time", "general"): (1, 2, 0, 1),
    ("installation_on_time", "vip"): (0, 0, 1, 0),  # within the contract, and no contract names a date
    ("installation_on_time", "general"): (1, 1, 0, 0),
    ("inspection_entry", "vip"): (1, 1, 0, 0),
    ("inspection_entry", "general"): (1, 2, 0, 0),
    ("repeat_entry", "general"): (1, 2, 0, 0),
    ("emergency_on_time", "general"): (1, 1, 0, 0),
    ("call_answered", "general"): (1, 3, 0, 0),
    ("first_contact_resolved", "general"): (0, 1, 0, 1),
    ("supply_continuity", "vip"): (4, 4, 0, 0),
    ("supply_continuity", "general"): (3, 4, 0, 0),
}


async def test_every_figure_goes_out_with_formula_rule_and_the_tiers_target(chaohu: Bench) -> None:
    await a_month_of(chaohu)
    items = await figures(chaohu, civil_month(chaohu.now))
    assert {key: numbers(items, *key) for key in EXPECTED} == EXPECTED
    kept, due, untargeted, unanswered = numbers(items, "repair_on_time", "vip")
    assert (kept, untargeted) == (0, 0)
    assert due == unanswered > 0, "nobody came"
    assert numbers(items, "repair_on_time", "general")[:2] == (1, 1), "the one that was completed; the other is not due"
    met = {(one["indicator"], one["tier"]): (one["target"], one["is_target_met"], one["rule"]) for one in items}
    assert met["contract_on_time", "general"] == ({"at_least": 100.0, "at_most": None}, False, "due_in_period")
    assert met["installation_on_time", "general"] == ({"at_least": 95.0, "at_most": None}, True, "due_in_period")
    assert met["repeat_entry", "general"] == ({"at_least": None, "at_most": 5.0}, False, "entered_in_period")
    assert met["supply_continuity", "general"][:2] == ({"at_least": 98.0, "at_most": None}, False)
    assert met["supply_continuity", "vip"][:2] == ({"at_least": 100.0, "at_most": None}, True)
    assert met["call_answered", "general"] == (None, None, "called_in_period")
    assert all(one["formula"] and one["name"] and one["clause"] for one in items)
    quarter = f"{chaohu.now + timedelta(hours=8):%Y}-Q{((chaohu.now + timedelta(hours=8)).month - 1) // 3 + 1}"
    for period in (quarter, f"{chaohu.now + timedelta(hours=8):%Y}"):
        wider = await figures(chaohu, period)
        assert numbers(wider, "installation_on_time", "general") == (1, 1, 0, 0), period


@pytest.mark.parametrize("is_over", [False, True])
async def test_numerator_and_denominator_are_reproduced_by_counting_what_is_listed(
    chaohu: Bench, is_over: bool
) -> None:
    await a_month_of(chaohu)
    at = chaohu.now
    if is_over:
        await shift(chaohu, timedelta(days=400))
        at -= timedelta(days=400)
    seen = set()
    for dimension in DIMENSIONS:
        for item in await figures(chaohu, civil_month(at), dimension):
            seen.add(item["indicator"])
            if item["indicator"] == "supply_continuity":
                lost = sum(one["seconds"] for one in await listed(chaohu, item))
                assert lost == 60 * (item["denominator"] - item["numerator"])
                continue
            rows = await listed(chaohu, item)
            assert len({one["ref_id"] for one in rows}) == len(rows)
            for part in ("numerator", "denominator", "untargeted", "unanswered"):
                assert sum(one[f"is_{part}"] for one in rows) == item[part], (dimension, part, item)
            assert len(await listed(chaohu, item, part="denominator")) == item["denominator"]
    assert seen == {indicator for indicator, _ in EXPECTED} | {"repair_on_time"}


async def test_a_closed_month_stays_as_it_was_and_what_is_refused(chaohu: Bench) -> None:
    await a_month_of(chaohu)
    await shift(chaohu, timedelta(days=400))
    period = civil_month(chaohu.now - timedelta(days=400))
    before = [await figures(chaohu, period, one) for one in DIMENSIONS]
    for table in ("service_orders", "customers", "safety_plans", "clocks", "interrupted_customers"):
        await chaohu.runtime.hot.execute(f"update {table} set tier = 'key' where company = $1", chaohu.gas.code)
    await chaohu.customer("vip")
    assert [await figures(chaohu, period, one) for one in DIMENSIONS] == before
    for code, more, status, problem in (
        ("order.nothing", {}, 404, "indicator_not_found"),
        ("supply.continuity", {"part": "numerator"}, 422, "indicator_counts_time"),
        ("order.installation.on_time", {"period": "2026-13"}, 422, "period_invalid"),
    ):
        params = {"period": period, **more}
        answer = await chaohu.client.get(
            f"/v1/customer-indicators/{code}/cases", params=params, headers=chaohu.gas.headers("office")
        )
        assert (answer.status_code, answer.json()["code"]) == (status, problem), answer.text


async def test_the_nightly_job_closes_the_periods_that_have_ended(chaohu: Bench) -> None:
    await a_month_of(chaohu)
    now, pool = chaohu.now, chaohu.runtime.hot
    async with chaohu.runtime.sessions.begin() as session:
        await enqueue(session, kind=jobs.CLOSE_JOB, company=chaohu.gas.code, args={}, now=now, created_by="test")
    runner = Runner(chaohu.runtime.sessions, chaohu.runtime.clock, jobs.bodies(chaohu.runtime))
    while await runner.step():
        pass
    closed = await pool.fetch("select period from indicator_freezes where company = $1", chaohu.gas.code)
    zone = ZoneInfo(chaohu.runtime.policy.policy(chaohu.gas.code, now).common.zone)
    assert {row["period"] for row in closed} == set(ended_before(now, zone))
    assert await figures(chaohu, civil_month(now)), "the running month is not closed"


async def test_the_features_that_count_by_themselves_say_the_same(chaohu: Bench) -> None:
    await a_month_of(chaohu)
    now, policy = chaohu.now, chaohu.runtime.policy.policy(chaohu.gas.code, chaohu.now)
    period = parse_period(civil_month(now), ZoneInfo(policy.common.zone))
    span = {"from_at": period.from_at, "until_at": period.until_at}
    items = await figures(chaohu, civil_month(now))
    async with chaohu.runtime.sessions.begin() as session:
        said = {
            "call_answered": await contacts.answered_in_time(session, policy, **span),
            "first_contact_resolved": await contacts.first_contact_resolved(session, policy, **span),
            "inspection_entry": await safety.entry(session, policy, **span, now=now),
        }
    for indicator, rows in said.items():
        assert rows
        for row in rows:
            due = row["denominator"] - row.get("open", 0)
            assert numbers(items, indicator, row["tier"])[:2] == (row["numerator"], due), indicator


async def test_who_sees_only_a_departments_rows_lists_only_those(chaohu: Bench) -> None:
    await a_month_of(chaohu)
    items = await figures(chaohu, civil_month(chaohu.now))
    (item,) = [one for one in items if (one["indicator"], one["tier"]) == ("emergency_on_time", "general")]
    counts = []
    for login in ("office", "networkhead", "markethead", "crew"):
        answer = await chaohu.client.get(item["cases"], headers=chaohu.gas.headers(login))
        counts.append((login, len(answer.json()["items"])))
    assert counts == [("office", 1), ("networkhead", 1), ("markethead", 0), ("crew", 0)]
