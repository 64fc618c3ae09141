"""The third case of not serving by tier: of a person in all years, of a department in one; it falls with its causes."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from shared.contracts.incentive_cases import IncentiveReversed, IncentiveSuspended, IncentiveTookEffect
from shared.ids import new_id
from tests.incentive.integration.cases.board import CASES, again, do, sums
from tests.incentive.integration.counters.board import (
    brief,
    decided,
    follow,
    hear,
    standings,
    tallies,
    took,
    turned,
    year_before,
)
from tests.incentive.integration.proposals.board import breach, heard, rows
from tests.support.stage import Stage
from tests.support.world import Company

SUSPENDED, AWARDS = "tier-person-suspended", "tier-department-awards"
DEPARTMENT = "customer_service"


async def test_the_third_of_a_person_counts_over_all_years(stage: Stage, chaohu: Company) -> None:
    person, before = new_id(), year_before(stage.clock.now())
    said = [
        took(stage, "tier-failure", person, happened_at=before),
        took(stage, "tier-failure", person, happened_at=before + timedelta(days=1)),
        took(stage, "tier-failure", person),
        took(stage, "tier-failure", person),
    ]
    await hear(stage, chaohu, *said[:2])
    assert await rows(stage, chaohu) == [], "not at the second"
    await hear(stage, chaohu, said[2])
    (row,) = await rows(stage, chaohu)
    assert brief([row]) == [(SUSPENDED, str(person), "drafted")]
    assert (row["source"], row["cause_type"], row["happened_at"]) == ("tier_person", "counter", said[2].happened_at)
    assert row["evidence"]["links"]["cause_ids"] == [str(one.case_id) for one in said[:3]]
    await hear(stage, chaohu, said[3])
    assert brief(await rows(stage, chaohu)) == [(SUSPENDED, str(person), "drafted")], "not again at the fourth"
    counted = await tallies(stage, chaohu)
    assert counted["tier_person", str(person), 0] == 4
    assert counted["tier_department", DEPARTMENT, before.year] == 2, "the department's years stand apart"
    (fact,) = await stage.facts(chaohu, "incentive.counter_reached")
    assert (fact["year"], fact["count"], fact["limit"], fact["provision"]) == (None, 3, 3, SUSPENDED)


async def test_the_third_matter_of_a_department_in_one_year(stage: Stage, chaohu: Company) -> None:
    matter = uuid4()
    same = [took(stage, "tier-failure", new_id(), matter_id=matter) for _ in range(3)]
    await hear(stage, chaohu, *same)
    assert (await tallies(stage, chaohu))["tier_department", DEPARTMENT, 2026] == 1, "one matter, one failure"
    await hear(stage, chaohu, took(stage, "tier-failure-department"))
    assert await rows(stage, chaohu) == []
    await hear(stage, chaohu, took(stage, "penalty-2-commitment", new_id()))
    assert await rows(stage, chaohu) == [], "another clause does not count"
    await hear(stage, chaohu, took(stage, "tier-failure", new_id()))
    assert brief(await rows(stage, chaohu)) == [(AWARDS, DEPARTMENT, "drafted")]
    await hear(stage, chaohu, turned(same[0], IncentiveReversed), version=2)
    assert brief(await rows(stage, chaohu)) == [(AWARDS, DEPARTMENT, "drafted")], "others of the matter still hold it"


async def test_an_appeal_suspends_the_count_and_its_failure_restores_it(stage: Stage, chaohu: Company) -> None:
    person = new_id()
    said = [took(stage, "tier-failure", person) for _ in range(3)]
    await hear(stage, chaohu, *said)
    states = [one["state"] for one in await rows(stage, chaohu)]
    assert states == ["drafted", "drafted"], "the person's and the department's"
    await hear(stage, chaohu, turned(said[1], IncentiveSuspended), version=3)
    assert [one["state"] for one in await rows(stage, chaohu)] == ["withdrawn", "withdrawn"]
    assert (await tallies(stage, chaohu))["tier_person", str(person), 0] == 2
    await hear(stage, chaohu, turned(said[1], IncentiveTookEffect, effect=2), version=4)
    drafted = [one for one in brief(await rows(stage, chaohu)) if one[2] == "drafted"]
    assert sorted(drafted) == [(AWARDS, DEPARTMENT, "drafted"), (SUSPENDED, str(person), "drafted")]
    kinds = [one["type"] for one in await stage.facts(chaohu, "incentive.counter_reached", "incentive.counter_fell")]
    assert (kinds.count("incentive.counter_reached"), kinds.count("incentive.counter_fell")) == (4, 2)


async def test_repetitions_and_older_facts_change_nothing(stage: Stage, chaohu: Company) -> None:
    person = new_id()
    said = [took(stage, "tier-failure", person) for _ in range(3)]
    events = [stage.event(chaohu, one, version=2) for one in said]
    for event in events:
        assert [await stage.hear(event) for _ in range(3)] == [True, False, False]
        for _ in range(2):
            await stage.hear(stage.event(chaohu, event.payload, version=2))
    assert len(await rows(stage, chaohu)) == 2
    await hear(stage, chaohu, turned(said[0], IncentiveReversed), version=5)
    before = (await rows(stage, chaohu), await tallies(stage, chaohu), await standings(stage, chaohu))
    await hear(stage, chaohu, turned(said[0], IncentiveTookEffect, effect=2), version=4)
    await hear(stage, chaohu, turned(said[0], IncentiveSuspended), version=3)
    after = (await rows(stage, chaohu), await tallies(stage, chaohu), await standings(stage, chaohu))
    assert after == before
    assert after[1]["tier_person", str(person), 0] == 2


async def test_a_reversal_known_first_lets_nothing_count(stage: Stage, chaohu: Company) -> None:
    said = took(stage, "tier-failure", new_id())
    await hear(stage, chaohu, turned(said, IncentiveReversed), version=3)
    await hear(stage, chaohu, said, version=2)
    assert (await tallies(stage, chaohu), await standings(stage, chaohu)) == ({}, {})


async def test_two_at_once_lose_no_count(stage: Stage, chaohu: Company) -> None:
    person = new_id()
    said = [took(stage, "tier-failure", person) for _ in range(6)]
    await asyncio.gather(*(hear(stage, chaohu, one) for one in said))
    assert await tallies(stage, chaohu) == {
        ("tier_person", str(person), 0): 6,
        ("tier_department", DEPARTMENT, 2026): 6,
    }
    assert len(await rows(stage, chaohu)) == 2, "each clause once"
    ending = [turned(one, IncentiveReversed) for one in said[:4]]
    await asyncio.gather(*(hear(stage, chaohu, one, version=2) for one in ending))
    assert {one["state"] for one in await rows(stage, chaohu)} == {"withdrawn"}
    assert set((await tallies(stage, chaohu)).values()) == {2}


async def test_a_case_that_rests_on_the_count_falls_with_it(stage: Stage, chaohu: Company) -> None:
    person = chaohu.person("crew")
    said = [took(stage, "tier-failure", person, matter_id=uuid4()) for _ in range(3)]
    await hear(stage, chaohu, *said)
    row = next(one for one in await rows(stage, chaohu) if one["provision"] == SUSPENDED)
    case = await decided(stage, chaohu, row)
    assert case["state"] == "effective"
    assert await follow(stage, chaohu) == 1
    held = await standings(stage, chaohu)
    assert held["suspended", str(person)] == ("2026-11", True, None)
    assert held["awards_lost", str(person)] == ("2026", True, None)
    await hear(stage, chaohu, turned(said[2], IncentiveReversed), version=3)
    case = await again(stage, chaohu, case)
    assert (case["state"], case["ended_for"]) == ("reversed", "cause_retracted")
    assert await sums(stage, chaohu) == {}
    assert await follow(stage, chaohu) == 1
    held = await standings(stage, chaohu)
    assert held["suspended", str(person)] == ("2026-11", False, "reversed")
    assert held["awards_lost", str(person)] == ("2026", False, "reversed")


async def test_whole_cases_from_the_breach_to_the_count(stage: Stage, chaohu: Company) -> None:
    person = chaohu.person("crew")
    cases = []
    for _ in range(3):
        row = (await heard(stage, chaohu, breach(stage, person, tier="vip")))[-1]
        assert row["provision"] == "tier-failure"
        cases.append(await decided(stage, chaohu, row))
        assert cases[-1]["state"] == "effective"
        await follow(stage, chaohu)
    drafted = [one for one in brief(await rows(stage, chaohu)) if one[2] == "drafted"]
    assert sorted(drafted) == [(AWARDS, DEPARTMENT, "drafted"), (SUSPENDED, str(person), "drafted")]
    lost = await sums(stage, chaohu)
    assert lost["department", DEPARTMENT, "points"] == -15
    held = await standings(stage, chaohu)
    assert held["warned", str(person)] == held["month_grade", str(person)] == ("2026-11", True, None)
    last = await do(stage, chaohu, cases[-1], "appeal", "crew", grounds="不服")
    await follow(stage, chaohu)
    assert {one["state"] for one in await rows(stage, chaohu) if one["cause_type"] == "counter"} == {"withdrawn"}
    await do(stage, chaohu, last, "decide-appeal", _decider(chaohu, last), outcome="upheld", reason="维持")
    await follow(stage, chaohu)
    drafted = [one for one in brief(await rows(stage, chaohu)) if one[2] == "drafted"]
    assert len(drafted) == 2
    assert (await stage.get(chaohu, CASES, state="effective"))["items"]


def _decider(chaohu: Company, case: dict[str, object]) -> str:
    signer_ids = case["signer_ids"]
    assert isinstance(signer_ids, list)
    return next(login for login in chaohu.pack.common.demo_staff if str(chaohu.person(login)) == signer_ids[0])
