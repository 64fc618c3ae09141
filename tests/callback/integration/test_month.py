"""A month of four companies: exact shares, the same draw twice, windows kept or breached, consequences by link."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from uuid import UUID

import pytest

from tests.callback.integration.line import Json, Line
from tests.callback.integration.month import NEGLECTED, Month, Others, Workplace, simulated
from tests.callback.integration.month_again import drawn, hear_again, second_world
from tests.callback.integration.month_plan import REVISION, STRATA, Share, seed_of
from tests.support.world import Company, World

PACKS = sorted(STRATA)
ONE = 1 << 64


@pytest.fixture(scope="module")
async def month(world: World, line_app: Line) -> AsyncIterator[Month]:
    """The month, once for these tests; its companies are nobody else's."""
    async with world.client("complaint") as complaints, world.client("customer") as customers:
        for service in ("complaint", "customer"):
            app = world.newest(service)
            app.state.runtime = replace(app.state.runtime, clock=line_app.clock)
        async with simulated(world, line_app, Others(complaints, customers)) as passed:
            yield passed


async def listed(month: Month, company: Company, path: str, **query: str) -> list[Json]:
    """All pages of a list, as the head of a department reads it."""
    found, cursor = list[Json](), None
    while True:
        params = {**query, "limit": "200", **({"cursor": cursor} if cursor else {})}
        answer = await month.line.client.get(path, params=params, headers=company.headers("head"))
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        cursor = page.get("next_cursor")
        if cursor is None:
            return found


async def strata_of(month: Month, company: Company) -> list[Json]:
    """The published strata."""
    answer = await month.line.client.get("/v1/callback-strata", headers=company.headers("head"))
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


@pytest.mark.parametrize("pack", PACKS)
async def test_the_ratios_of_the_pack_are_met_exactly(month: Month, pack: str) -> None:
    found = {
        (one["tier"], one["business"]): Share(one["seen"], one["numerator"], one["denominator"], one["drawn"])
        for one in await strata_of(month, month.companies[pack])
    }
    assert found == {
        (tier, business): share for tier, strata in STRATA[pack].items() for business, share in strata.items()
    }
    highest = next(iter(STRATA[pack]))
    repairs = found[highest, "repair"]
    assert repairs.drawn == repairs.events, "all repairs of the highest tier"


@pytest.mark.parametrize("pack", PACKS)
async def test_anyone_who_runs_the_draw_again_draws_the_same(month: Month, pack: str) -> None:
    """By the published seed and the published numbers; at every number within one of the ratio."""
    company = month.companies[pack]
    for stratum in await strata_of(month, company):
        name = f"{company.code}/{stratum['business']}/{stratum['tier']}/{REVISION}"
        assert (stratum["name"], stratum["seed"]) == (name, seed_of(pack))
        whole = int(sha256(f"{seed_of(pack)}\n{name}".encode()).hexdigest()[:16], 16)
        assert stratum["u_numerator"] == str(whole)
        ratio, u = Fraction(stratum["numerator"], stratum["denominator"]), Fraction(whole, ONE)
        events = await listed(month, company, "/v1/callback-draws", stratum_id=stratum["id"])
        assert [one["position"] for one in events] == list(range(1, stratum["seen"] + 1))
        count = 0
        for n, one in enumerate(events, 1):
            assert one["is_drawn"] is ((n * ratio + u).__floor__() > ((n - 1) * ratio + u).__floor__()), (name, n)
            count += one["is_drawn"]
            assert abs(count - n * ratio) < 1, (name, n)


async def test_a_second_world_draws_the_same_from_the_same_facts(world: World, month: Month) -> None:
    company = month.companies["xxx-gas"]
    async with second_world(world, month, company) as runtime:
        await hear_again(month, runtime, company)
        again = await drawn(runtime.hot, company)
    first = await drawn(month.line.pool, company)
    assert len(first) == sum(share.events for strata in STRATA["xxx-gas"].values() for share in strata.values())
    assert again == first


_ENDED = """
select c.company, c.queue, c.state, c.completed_at between c.earliest_at and c.latest_at as is_within,
  k.state as clock, k.breached_at = k.deadline_at as is_breached_then, k.deadline_at = c.latest_at as is_the_window,
  (select count(*)::int from outbox o where o.aggregate_id = k.id and o.type = 'sla.breached') as breaches,
  (select count(*)::int from outbox o where o.aggregate_id = c.id and o.type = 'callback.missed') as misses
from callbacks c join clocks k on k.subject_id = c.id and k.metric = 'window' where c.company = $1
"""
_KEPT = {"state": "done", "is_within": True, "clock": "met", "is_breached_then": None, "breaches": 0, "misses": 0}
_MISSED = {
    "state": "missed",
    "is_within": None,
    "clock": "breached",
    "is_breached_then": True,
    "breaches": 1,
    "misses": 1,
}


@pytest.mark.parametrize("pack", PACKS)
async def test_windows_are_kept_by_those_who_call_and_breached_by_those_who_do_not(month: Month, pack: str) -> None:
    company = month.companies[pack]
    rows = [dict(row) for row in await month.line.pool.fetch(_ENDED, company.code)]
    assert len(rows) == sum(share.drawn for strata in STRATA[pack].values() for share in strata.values())
    assert all(row["is_the_window"] for row in rows)
    missed = [row for row in rows if row["state"] == "missed"]
    for row in rows:
        wanted = _MISSED if row["state"] == "missed" else _KEPT
        assert {name: row[name] for name in wanted} == wanted
    assert {(row["company"], row["queue"]) for row in missed} == (
        {NEGLECTED} if company.code == NEGLECTED[0] else set()
    )


@pytest.mark.parametrize("pack", PACKS)
async def test_nobody_calls_about_the_own_work(month: Month, pack: str) -> None:
    company = month.companies[pack]
    calls = await month.line.pool.fetch(
        "select a.staff_id, c.staff_ids from callback_attempts a join callbacks c on c.id = a.callback_id"
        " where c.company = $1",
        company.code,
    )
    assert not [call for call in calls if call["staff_id"] in call["staff_ids"]]
    agents = {company.person("agent"), company.person("agent2")}
    swapped = [call for call in calls if agents & set(call["staff_ids"])]
    assert agents <= {call["staff_id"] for call in swapped}, "each called about what the other had done"


@pytest.mark.parametrize("pack", PACKS)
async def test_what_customers_said_is_followed_by_link_and_back(month: Month, pack: str) -> None:
    company = month.companies[pack]
    done = await month.line.pool.fetch(
        "select distinct callback_id from callback_consequences where company = $1", company.code
    )
    found, linked = Counter[str](), set[str]()
    for row in done:
        one = await month.line.shown(company, {"id": str(row["callback_id"])})
        for link in one["consequences"]:
            found[link["kind"]] += 1
            linked |= {link["kind"]} if link["state"] == "linked" else set()
            await _BACK.get(link["kind"], told)(month, company, one, link)
    assert found == {kind: times for (code, kind), times in month.told.items() if code == company.code}
    assert found.keys() == {"complaint", "opinion", "praise", "finding", "need"}
    assert linked >= {"complaint", "opinion", "finding"}


async def case_back(month: Month, company: Workplace, one: Json, link: Json) -> None:
    """The case that the complaint service took in by its own consumer names the callback."""
    assert (link["state"], link["target_type"]) == ("linked", "complaint")
    case = await month.others.complaint.get(f"/v1/complaints/{link['target_id']}", headers=company.headers("office"))
    assert (case.status_code, case.json()["channel"]) == (200, "callback")
    back = await month.others.complaint.get(
        f"/v1/complaints/{link['target_id']}/callbacks", headers=company.headers("office")
    )
    assert [(cause["callback_id"], cause["effect"]) for cause in back.json()["items"]] == [(one["id"], "opened")]
    await told(month, company, one, link)


async def opinion_back(month: Month, company: Workplace, one: Json, link: Json) -> None:
    """The department's opinion names the callback."""
    answer = await month.line.client.get(f"/v1/opinions/{link['target_id']}", headers=company.headers("office"))
    opinion = answer.json()
    assert (opinion["source"], opinion["source_id"], opinion["number"]) == (
        "callback",
        one["id"],
        link["target_number"],
    )


async def entry_back(month: Month, company: Workplace, one: Json, link: Json) -> None:
    """The error of entry names the first callback that came upon it; of customers nobody registered there is none."""
    await told(month, company, one, link)
    if one["customer_id"] != str(company.regular):
        assert link["state"] == "raised"
        return
    assert (link["state"], link["target_type"]) == ("linked", "entry_finding")
    answer = await month.others.customer.get(
        f"/v1/entry-findings/{link['target_id']}", headers=company.headers("office")
    )
    finding = answer.json()
    assert (finding["customer_id"], finding["operator_id"]) == (one["customer_id"], str(company.person("clerk")))
    first = await month.line.shown(company, {"id": finding["evidence"]["callback_id"]})
    assert link["target_id"] in {cause["target_id"] for cause in first["consequences"]}


async def told(month: Month, company: Workplace, one: Json, link: Json) -> None:
    """The one fact by which others learn of it names the call and what it was about."""
    row = await month.line.pool.fetchrow(
        "select type, payload from outbox where company = $1 and id = $2", company.code, UUID(link["event_id"])
    )
    wanted = {"callback_id": one["id"], "consequence_id": link["id"], "subject_id": one["subject_id"]}
    assert row is not None
    assert row["type"] == _FACTS[link["kind"]]
    assert {name: row["payload"][name] for name in wanted} == wanted


_BACK = {"complaint": case_back, "opinion": opinion_back, "finding": entry_back}
_FACTS: Mapping[str, str] = {
    "complaint": "callback.dissatisfied",
    "praise": "callback.praised",
    "finding": "callback.wrong_number_found",
    "need": "callback.need_found",
}
