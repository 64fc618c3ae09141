"""Figures of callbacks, compared with what was done by hand; a period that is over answers the same for ever."""

from datetime import timedelta
from typing import Any

import pytest

from shared.figures.counts import Ratio
from tests.callback.integration.line import BAD, GOOD, Json, Line
from tests.support.world import Company

NOVEMBER = "2026-11"


async def figures(
    line: Line, gas: Company, period: str = NOVEMBER, *, login: str = "office", **more: Any
) -> dict[tuple[str, str | None], Json]:
    """The report by code and tier (or value)."""
    answer = await line.client.get("/v1/indicators", params={"period": period, **more}, headers=gas.headers(login))
    assert answer.status_code == 200, answer.text
    report = answer.json()
    return {(one["code"], one["value"] if one["dimension"] else one["tier"]): one for one in report["items"]}


def counted(one: Json) -> tuple[int, int, int, int]:
    """Numerator, denominator, untargeted, unanswered."""
    return one["numerator"], one["denominator"], one["untargeted"], one["unanswered"]


async def worked(line: Line, company: Company) -> None:
    """Five repairs of VIPs: one satisfied, one not, one without an answer, one not reached, one missed."""
    for _ in range(5):
        await line.complete(company, customer_id=await line.know(company, "vip"))
    await line.complete(company, tier="general", customer_id=await line.know(company, "general"))
    unhappy: Json = {"answers": BAD, "reasons": ["again"], "suggestion": {"words": "周末也应营业"}}
    reports: list[Json] = [
        {"result": "reached", "answers": GOOD},
        {"result": "reached", **unhappy},
        {"result": "refused"},
        {"result": "wrong_number"},
    ]
    for report in reports:
        await line.record(company, await line.claim(company), **report)
    line.clock.advance(timedelta(days=4))
    await line.keep(company)


async def test_the_figures_are_what_a_hand_counts(line: Line, gas: Company) -> None:
    await worked(line, gas)
    found = await figures(line, gas)
    share = found["callback.share.repair", "vip"]
    assert (counted(share), share["target"]["at_least"], share["is_target_met"]) == ((5, 5, 0, 0), 100.0, True)
    assert share["indicator"] == "share"
    general = found["callback.share.repair", "general"]
    assert (general["denominator"], general["target"]["at_least"], general["is_target_met"]) == (1, 30.0, True)
    in_window = {tier: counted(one) for (code, tier), one in found.items() if code == "callback.in_window"}
    assert in_window["vip"] == (4, 5, 0, 0)
    assert counted(found["callback.reached", "vip"]) == (2, 4, 0, 0)
    assert counted(found["callback.satisfied", "vip"]) == (1, 2, 0, 0)
    by_kind = await figures(line, gas, dimension="category")
    assert counted(by_kind["callback.satisfied", "repair"])[:2] == (1, 2)
    assert by_kind["callback.share", "repair"]["denominator"] == 6
    by_department = await figures(line, gas, dimension="department")
    opinions = by_department["opinion.answered_on_time", "customer_service"]
    assert (opinions["numerator"], opinions["name"]) == (0, "意见建议按时答复率")


async def test_a_customer_who_did_not_answer_counts_apart(line: Line, gas: Company) -> None:
    await line.complete(gas, customer_id=await line.know(gas, "vip"))
    one = await line.claim(gas)
    await line.record(gas, one, result="reached", answers=GOOD)
    await line.pool.execute("update callbacks set is_satisfied = null where company = $1", gas.code)
    found = await figures(line, gas)
    assert counted(found["callback.satisfied", "vip"]) == (0, 0, 0, 1)
    assert found["callback.satisfied", "vip"]["is_target_met"] is None


async def test_a_void_callback_counts_nowhere(line: Line, gas: Company) -> None:
    await line.complete(gas, customer_id=await line.know(gas, "vip"))
    await line.record(gas, await line.claim(gas), result="reached", answers=GOOD)
    await line.pool.execute("update callbacks set state = 'void', voided_at = now() where company = $1", gas.code)
    assert ("callback.satisfied", "vip") not in await figures(line, gas)


async def test_a_period_that_is_over_says_the_same_for_ever(line: Line, gas: Company) -> None:
    await worked(line, gas)
    live = await figures(line, gas)
    line.clock.advance(timedelta(days=10))
    frozen = await figures(line, gas)
    assert counted(frozen["callback.satisfied", "vip"]) == counted(live["callback.satisfied", "vip"])
    await line.pool.execute("update callbacks set is_satisfied = false where company = $1", gas.code)
    again = await figures(line, gas)
    assert again["callback.satisfied", "vip"] == frozen["callback.satisfied", "vip"]
    kept = await line.pool.fetch("select period from indicator_freezes where company = $1", gas.code)
    assert [row["period"] for row in kept] == [NOVEMBER]


async def test_figures_are_the_own_companys_and_of_a_period_that_there_is(
    line: Line, gas: Company, chaohu: Company
) -> None:
    await worked(line, gas)
    foreign = await figures(line, chaohu, company=gas.code)
    assert ("callback.satisfied", "vip") not in foreign
    bad = await line.client.get("/v1/indicators", params={"period": "2026-13"}, headers=gas.headers("office"))
    assert (bad.status_code, bad.json()["code"]) == (422, "period_invalid")


@pytest.mark.parametrize(
    ("drawn", "seen", "kept"),
    [(3, 10, True), (2, 10, True), (4, 10, True), (1, 10, False), (5, 10, False), (0, 1, True)],
)
def test_a_draw_keeps_its_ratio_within_one(drawn: int, seen: int, kept: bool) -> None:
    assert Ratio(3, 10).is_kept(drawn, seen) is kept
