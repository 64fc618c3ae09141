"""A later run takes over what earlier runs wait with: the newest run that still proposes a tier owns the proposal."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.customer.tiering import jobs
from services.customer.tiering.errors import TierRunSupersededError
from services.customer.tiering.models import TierRunRow
from services.customer.tiering.service import basis, reading, reviewing
from shared.jobs.runner import Runner
from shared.policy.book import Policy
from tests.customer.integration.conftest import NOW, Rig
from tests.customer.integration.test_tiering_runs import confirm, facts_of, person, register, run_rules
from tests.support.packs import policy_of


async def proposals_of(rig: Rig, customer: UUID) -> list[tuple[UUID, str, str]]:
    rows = await rig.rows(
        "select run_id, state, tier from tier_proposals where customer_id = :id order by id", id=customer
    )
    return [(row["run_id"], row["state"], row["tier"]) for row in rows]


async def run_again(rig: Rig, run: TierRunRow) -> TierRunRow:
    async with rig.sessions.begin() as session:
        return await reading.read_run(session, run.id, [run.company])


async def set_volume(rig: Rig, customer: UUID, volume: int | None) -> None:
    await rig.rows("update customers set daily_volume_m3 = :v where id = :id returning id", v=volume, id=customer)


class Needs:
    def __init__(self, rig: Rig, company: str) -> None:
        self.clock = rig.clock
        self._company = company

    @property
    def policy(self) -> Any:
        return self

    def at_revision(self, company: str, chapter: str, version: str) -> Policy:
        assert (company, chapter, version) == (self._company, "customer", "2011.1")
        return policy_of("chaohu", company)


async def work_off(rig: Rig, company: str) -> None:
    runner = Runner(rig.sessions, rig.clock, jobs.bodies(Needs(rig, company)))
    while await runner.step():
        pass


async def test_later_run_takes_over_what_waits_and_its_confirmation_counts(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    customer = await register(rig, company, "1", daily_volume_m3=1000)
    first = await run_rules(rig, policy, person(company))
    await set_volume(rig, customer, 1200)
    second = await run_rules(rig, policy, person(company))
    assert (second.judged, second.written) == (1, 1)
    assert second.summary == [{"from_tier": "general", "tier": "vip", "customers": 1, "needs_person": 0}]
    assert await proposals_of(rig, customer) == [(second.id, "proposed", "vip")]
    (row,) = await rig.rows("select facts, version from tier_proposals where customer_id = :id", id=customer)
    assert (row["facts"]["daily_volume"], row["version"]) == (1200, 2), "the facts are those that the newest run saw"

    older = await run_again(rig, first)
    assert (older.state, older.superseded_by, older.superseded_at) == ("superseded", second.id, NOW)
    with pytest.raises(TierRunSupersededError):
        await confirm(rig, policy, first, person(company, "leader_in_charge"))
    with pytest.raises(TierRunSupersededError):
        await confirm(rig, policy, older, person(company, "leader_in_charge"))
    done = await confirm(rig, policy, second, person(company, "leader_in_charge"))
    assert (done.state, done.confirmed_count) == ("confirmed", 1)
    assert len(await facts_of(rig, company)) == 1


async def test_what_the_later_run_no_longer_proposes_is_withdrawn(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    back, gone, other = [await register(rig, company, str(number), daily_volume_m3=600) for number in range(3)]
    await confirm(rig, policy, await run_rules(rig, policy, person(company)), person(company, "leader_in_charge"))
    for customer in (back, gone, other):
        await set_volume(rig, customer, 1000)
    first = await run_rules(rig, policy, person(company))
    assert first.written == 3
    await set_volume(rig, back, 600)
    await set_volume(rig, other, 10)
    await rig.rows("update customers set standing = 'closed' where id = :id returning id", id=gone)
    second = await run_rules(rig, policy, person(company))
    assert (second.judged, second.written) == (2, 1)
    assert (await proposals_of(rig, back))[1:] == [(first.id, "withdrawn", "vip")], "its tier in force fits again"
    assert (await proposals_of(rig, gone))[1:] == [(first.id, "withdrawn", "vip")], "no longer judged"
    assert (await proposals_of(rig, other))[1:] == [
        (first.id, "superseded", "vip"),
        (second.id, "proposed", "general"),
    ]
    decided = await rig.rows(
        "select distinct decided_at, decided_by from tier_proposals where run_id = :id", id=first.id
    )
    assert decided == [{"decided_at": NOW, "decided_by": None}]


async def test_run_over_named_customers_takes_over_only_theirs(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    one, two = [await register(rig, company, str(number), daily_volume_m3=1000) for number in range(2)]
    whole = await run_rules(rig, policy, person(company))
    named = await run_rules(rig, policy, person(company), [one])
    assert (named.written, (await run_again(rig, whole)).state) == (1, "proposed")
    assert await proposals_of(rig, one) == [(named.id, "proposed", "vip")]
    assert await proposals_of(rig, two) == [(whole.id, "proposed", "vip")]
    wider = await run_rules(rig, policy, person(company), [one, two])
    assert wider.written == 2
    for run in (whole, named):
        assert (await run_again(rig, run)).superseded_by == wider.id, "nothing of it is left to confirm"
    done = await confirm(rig, policy, wider, person(company, "leader_in_charge"))
    assert done.confirmed_count == 2


async def test_earlier_run_keeps_what_a_named_run_left_it(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    one, two = [await register(rig, company, str(number), daily_volume_m3=1000) for number in range(2)]
    whole = await run_rules(rig, policy, person(company))
    await run_rules(rig, policy, person(company), [one])
    done = await confirm(rig, policy, whole, person(company, "leader_in_charge"))
    assert (done.state, done.confirmed_count) == ("confirmed", 1)
    tiers = await rig.rows("select tier from customers where id = any(:ids) order by number", ids=[one, two])
    assert [row["tier"] for row in tiers] == ["general", "vip"]


async def test_run_under_way_stops_when_a_later_one_supersedes_it(
    rig: Rig, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basis, "CHUNK", 3)
    policy = policy_of("chaohu", company)
    for number in range(8):
        await register(rig, company, str(number), daily_volume_m3=1000)
    first = await run_rules(rig, policy, person(company))
    second = await run_rules(rig, policy, person(company))
    assert [(await run_again(rig, run)).state for run in (first, second)] == ["superseded", "running"]
    await work_off(rig, company)
    first, second = await run_again(rig, first), await run_again(rig, second)
    assert (first.state, first.judged) == ("superseded", 0)
    assert (second.state, second.judged, second.written) == ("proposed", 8, 8)
    states = await rig.rows("select state from jobs where company = :c", c=company)
    assert {row["state"] for row in states} == {"done"}


async def test_large_take_over_goes_stretch_by_stretch(rig: Rig, company: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basis, "CHUNK", 3)
    policy = policy_of("chaohu", company)
    customers = [await register(rig, company, str(number), daily_volume_m3=1000) for number in range(7)]
    first = await run_rules(rig, policy, person(company))
    await work_off(rig, company)
    await rig.rows("update customers set standing = 'closed' where id = :id returning id", id=customers[0])
    second = await run_rules(rig, policy, person(company))
    await work_off(rig, company)
    assert [(await run_again(rig, run)).state for run in (first, second)] == ["superseded", "proposed"]
    assert await proposals_of(rig, customers[0]) == [(first.id, "withdrawn", "vip")]
    standing = await rig.rows(
        "select distinct run_id from tier_proposals where company = :c and state = 'proposed'", c=company
    )
    assert standing == [{"run_id": second.id}]


async def test_confirmation_under_way_keeps_what_was_reviewed(
    rig: Rig, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basis, "CHUNK", 3)
    policy = policy_of("chaohu", company)
    customers = [await register(rig, company, str(number), daily_volume_m3=1000) for number in range(7)]
    first = await run_rules(rig, policy, person(company))
    await work_off(rig, company)
    first = await confirm(rig, policy, await run_again(rig, first), person(company, "leader_in_charge"))
    assert first.state == "confirming"
    await set_volume(rig, customers[0], 600)
    second = await run_rules(rig, policy, person(company), customers[:3])
    assert second.written == 1, "same results are as good as in force; another result is a new proposal"
    assert (await run_again(rig, first)).state == "confirming"
    await work_off(rig, company)
    assert ((await run_again(rig, first)).state, (await run_again(rig, first)).confirmed_count) == ("confirmed", 6)
    assert (await proposals_of(rig, customers[0]))[-1] == (second.id, "proposed", "major")


async def test_confirmation_that_failed_for_good_is_taken_over(
    rig: Rig, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basis, "CHUNK", 3)
    policy = policy_of("chaohu", company)
    for number in range(4):
        await register(rig, company, str(number), daily_volume_m3=1000)
    first = await run_rules(rig, policy, person(company))
    await work_off(rig, company)
    first = await confirm(rig, policy, await run_again(rig, first), person(company, "leader_in_charge"))
    await rig.rows("update jobs set state = 'failed' where id = :id returning id", id=first.job_id)
    second = await run_rules(rig, policy, person(company))
    await work_off(rig, company)
    assert [(await run_again(rig, run)).state for run in (first, second)] == ["superseded", "proposed"]
    assert (await run_again(rig, second)).written == 4


async def test_superseding_is_audited(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    await register(rig, company, "1", daily_volume_m3=1000)
    first = await run_rules(rig, policy, person(company))
    second = await run_rules(rig, policy, person(company))
    rows = await rig.rows("select action, detail from audit where resource_id = :id order by seq", id=first.id)
    assert [row["action"] for row in rows] == ["tier_run.started", "tier_run.superseded"]
    assert rows[1]["detail"]["superseded_by"] == str(second.id)


async def test_chunk_of_a_superseded_confirmation_does_nothing(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    customer = await register(rig, company, "1", daily_volume_m3=1000)
    first = await run_rules(rig, policy, person(company))
    await run_rules(rig, policy, person(company))
    async with rig.sessions.begin() as session:
        assert await reviewing.confirm_chunk(session, lambda *_: policy, first.id, company, now=NOW) == (0, True)
    (row,) = await rig.rows("select tier_confirmed_at from customers where id = :id", id=customer)
    assert row["tier_confirmed_at"] is None


async def test_confirmation_and_later_run_at_once_never_block_each_other(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    for number in range(6):
        customer = await register(rig, company, str(number), daily_volume_m3=1000)
        first = await run_rules(rig, policy, person(company), [customer])
        confirmed, second = await asyncio.gather(
            confirm(rig, policy, first, person(company, "leader_in_charge")),
            run_rules(rig, policy, person(company), [customer]),
            return_exceptions=True,
        )
        assert isinstance(second, TierRunRow)
        if isinstance(confirmed, TierRunRow):
            assert (confirmed.confirmed_count, second.written) == (1, 0)
        else:
            assert isinstance(confirmed, TierRunSupersededError)
            assert second.written == 1
