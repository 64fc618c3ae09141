"""Figures against the pack's targets, broken down, and each reproduced by counting the cases behind it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from shared.contracts.customer import CustomerMerged
from shared.ids import new_id
from tests.complaint.integration.desk import open_case, step
from tests.complaint.integration.indicators.support import (
    called_back,
    figure,
    figures,
    know,
    listed,
    overdue,
    shift,
    this_month,
)
from tests.support.world import Company, World

Json = dict[str, Any]
DIMENSIONS = ("tier", "grade", "category", "department", "channel")
CODES = {
    "complaint.response.on_time",
    "complaint.resolution.on_time",
    "complaint.resolution_rate",
    "complaint.handling.satisfied",
    "complaint.rate",
    "complaint.repeat_rate",
}


@pytest.fixture
async def chaohu(world: World, complaints: httpx.AsyncClient, company: str) -> Company:
    """A company that runs the pack of four tiers with their targets."""
    return await world.company(f"{company}-c", "chaohu")


async def merge(world: World, company: Company, gone: UUID, into: UUID) -> None:
    from services.complaint.cases.service import standing

    runtime = next(app for app in world.apps if app.state.service == "complaint").state.runtime
    said = CustomerMerged(customer_id=gone, into_customer_id=into, merged_at=datetime.now(UTC))
    async with runtime.sessions.begin() as session:
        await standing.learn_alias(session, company.code, 2, said)


async def a_month_of(world: World, client: httpx.AsyncClient, pool: asyncpg.Pool, gas: Company) -> None:
    """Three VIPs and a general customer; answered, late, resolved, repeated, called back, and one unknown."""
    vips = [await know(world, gas, "vip") for _ in range(3)]
    general = await know(world, gas, "general")
    await know(world, gas, "vip", standing_code="closed")
    merged = await know(world, gas, "vip")
    await merge(world, gas, merged, vips[0])

    kept = await open_case(client, gas, customer_id=str(vips[0]), category="repair")
    kept = await step(client, gas, kept, "acknowledge")
    late = await open_case(client, gas, customer_id=str(vips[1]), category="repair", channel="hall")
    await overdue(pool, late, "response")
    done = await open_case(client, gas, customer_id=str(general), category="billing")
    for action in ("acknowledge", "assess"):
        done = await step(client, gas, done, action)
    done = await step(client, gas, done, "resolve", resolution="已退款")
    await open_case(client, gas, customer_id=str(general), category="billing")
    await open_case(client, gas, customer_id=str(merged), category="repair")
    await open_case(client, gas, kind="suggestion", category="hotline")
    await called_back(world, gas, done, is_satisfied=True)
    await called_back(world, gas, kept, is_satisfied=False)
    await called_back(world, gas, late, is_satisfied=None)


def numbers(item: Json) -> tuple[int, int, int, int]:
    return item["numerator"], item["denominator"], item["untargeted"], item["unanswered"]


async def test_every_figure_goes_out_with_formula_rule_and_the_tiers_target(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, chaohu: Company
) -> None:
    await a_month_of(world, complaints, hot, chaohu)
    items = await figures(complaints, chaohu, this_month())
    assert {one["code"] for one in items} >= CODES
    response = figure(items, "complaint.response.on_time", "vip")
    assert numbers(response) == (1, 2, 0, 1)
    assert (response["indicator"], response["rule"]) == ("response_on_time", "due_in_period")
    assert (response["target"], response["is_target_met"]) == ({"at_least": 100.0, "at_most": None}, False)
    assert response["formula"]
    satisfied = figure(items, "complaint.handling.satisfied", "vip")
    assert (numbers(satisfied), satisfied["is_target_met"]) == ((0, 1, 0, 1), False)
    assert figure(items, "complaint.handling.satisfied", "general")["is_target_met"] is True
    rate = figure(items, "complaint.rate", "vip")
    assert (numbers(rate)[:2], rate["per"], rate["target"], rate["is_target_met"]) == ((3, 3), 1000, None, None)
    assert numbers(figure(items, "complaint.rate", "general"))[:2] == (2, 1)
    assert numbers(figure(items, "complaint.repeat_rate", "vip")) == (1, 3, 0, 0), "the alias is the same customer"
    assert numbers(figure(items, "complaint.repeat_rate", "general")) == (1, 2, 0, 0)
    resolved = [one for one in items if one["code"] == "complaint.resolution_rate"]
    assert (sum(one["numerator"] for one in resolved), sum(one["denominator"] for one in resolved)) == (1, 6)


@pytest.mark.parametrize("is_over", [False, True])
async def test_numerator_and_denominator_are_reproduced_by_counting_the_listed_cases(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, chaohu: Company, is_over: bool
) -> None:
    await a_month_of(world, complaints, hot, chaohu)
    period = this_month()
    if is_over:
        await shift(hot, chaohu, timedelta(days=400))
        opened = await hot.fetchval(
            "select to_char(min(opened_at) at time zone 'Asia/Shanghai', 'YYYY-MM') from complaints where company = $1",
            chaohu.code,
        )
        period = opened
    for dimension in DIMENSIONS:
        for item in await figures(complaints, chaohu, period, dimension=dimension):
            if item["code"] not in CODES:
                continue
            for part in ("numerator", "denominator", "untargeted", "unanswered"):
                if (item["code"], part) != ("complaint.rate", "denominator"):
                    cases = await listed(complaints, chaohu, item, part)
                    assert len(cases) == item[part], (dimension, part, item)
                    assert len({case["ref_id"] for case in cases}) == len(cases)


async def test_a_closed_month_stays_as_it_was_with_its_cases(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, chaohu: Company
) -> None:
    await a_month_of(world, complaints, hot, chaohu)
    await shift(hot, chaohu, timedelta(days=400))
    period = await hot.fetchval(
        "select to_char(min(opened_at) at time zone 'Asia/Shanghai', 'YYYY-MM') from complaints where company = $1",
        chaohu.code,
    )
    before = [await figures(complaints, chaohu, period, dimension=one) for one in DIMENSIONS]
    await know(world, chaohu, "vip")
    await hot.execute("update complaints set category = 'other', tier = 'key' where company = $1", chaohu.code)
    assert [await figures(complaints, chaohu, period, dimension=one) for one in DIMENSIONS] == before
    item = figure(before[0], "complaint.repeat_rate", "vip")
    assert {case["category"] for case in await listed(complaints, chaohu, item, "numerator")} == {"repair"}


async def test_what_cannot_be_listed_is_refused_by_name(complaints: httpx.AsyncClient, chaohu: Company) -> None:
    headers = chaohu.headers("office")
    for path, status, code in (
        ("complaint.rate/cases?period=2026-11&part=denominator", 422, "indicator_counts_customers"),
        ("complaint.nothing/cases?period=2026-11", 404, "indicator_not_found"),
        ("complaint.rate/cases?period=2026-13", 422, "period_invalid"),
    ):
        answer = await complaints.get(f"/v1/complaint-indicators/{path}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    refused = await complaints.get(
        "/v1/complaint-indicators/complaint.rate/cases?period=2026-11", headers=chaohu.headers("auditor")
    )
    assert refused.status_code == 403


async def test_an_older_word_of_a_callback_changes_nothing(
    world: World, complaints: httpx.AsyncClient, chaohu: Company
) -> None:
    case = await open_case(complaints, chaohu)
    await called_back(world, chaohu, case, is_satisfied=True, version=3)
    await called_back(world, chaohu, case, is_satisfied=False, version=2)
    await called_back(world, chaohu, {**case, "id": str(new_id())}, is_satisfied=True)
    (item,) = [
        one for one in await figures(complaints, chaohu, this_month()) if one["code"] == "complaint.handling.satisfied"
    ]
    assert numbers(item) == (1, 1, 0, 0)


async def test_who_stays_anonymous_is_not_told_by_a_repeat(
    world: World, complaints: httpx.AsyncClient, chaohu: Company
) -> None:
    customer = str(await know(world, chaohu, "vip"))
    await open_case(complaints, chaohu, customer_id=customer, is_anonymous=True, category="repair")
    await open_case(complaints, chaohu, customer_id=customer, category="repair")
    items = await figures(complaints, chaohu, this_month())
    assert numbers(figure(items, "complaint.repeat_rate", "vip")) == (0, 1, 0, 1)
