"""Runs, their confirmation by four eyes, what is written and what is published."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.customer.policy import CustomerChapter
from services.customer.tiering import jobs
from services.customer.tiering.errors import (
    CustomerNotFoundError,
    TierReviewOwnError,
    TierReviewPostError,
    TierRunNotFoundError,
    TierRunNotReadyError,
    UnknownCustomersError,
)
from services.customer.tiering.models import TierRunRow
from services.customer.tiering.service import basis, reading, reviewing, running
from shared.access.permissions import Role
from shared.access.principal import Principal
from shared.errors import StaleError
from shared.ids import new_id
from shared.jobs.queue import read_job
from shared.jobs.runner import Runner
from shared.policy.book import Policy, Revision
from shared.policy.loader import merge
from tests.customer.integration.conftest import NOW, Rig
from tests.support.packs import policy_of, shipped


def person(company: str, *posts: str, role: Role = Role.OFFICE, staff_id: UUID | None = None) -> Principal:
    return Principal(
        staff_id=staff_id or new_id(),
        company=company,
        companies=(company,),
        login="tester",
        posts=posts,
        roles=frozenset({role}),
        department="service_office",
        team=None,
        lines=(),
    )


async def register(rig: Rig, company: str, number: str, **said: Any) -> UUID:
    customer_id = new_id()
    values = {
        "kind": "commercial",
        "customer_class": "b",
        "party": "unit",
        "standing": "active",
        "tier": "general",
        "daily_volume_m3": None,
        "capacity_m3_day": None,
        "tags": [],
        **said,
    }
    names = ", ".join(values)
    async with rig.sessions.begin() as session:
        await session.execute(
            text(
                f"insert into customers (id, company, number, name, registered_at, updated_at, {names})"
                f" values (:id, :company, :number, '甲', :now, :now, {', '.join(f':{name}' for name in values)})"
            ),
            {"id": customer_id, "company": company, "number": number, "now": NOW, **values},
        )
    return customer_id


def always(policy: Policy) -> basis.PolicyAt:
    def look_up(company: str, at: datetime) -> Policy:
        assert (company, at) == (policy.company, NOW)
        return policy

    return look_up


async def run_rules(rig: Rig, policy: Policy, starter: Principal, customer_ids: list[UUID] | None = None) -> TierRunRow:
    async with rig.sessions.begin() as session:
        return await running.start_run(
            session, policy, run_id=new_id(), principal=starter, customer_ids=customer_ids, note=None, now=NOW
        )


async def confirm(rig: Rig, policy: Policy, run: TierRunRow, reviewer: Principal, **said: Any) -> TierRunRow:
    async with rig.sessions.begin() as session:
        version = said.get("version", run.version)
        return await reviewing.confirm_run(
            session,
            always(policy),
            run_id=run.id,
            principal=reviewer,
            expected_version=version,
            note=None,
            now=said.get("now", NOW),
        )


async def facts_of(rig: Rig, company: str) -> list[dict[str, Any]]:
    return await rig.rows(
        "select aggregate_id, aggregate_version, payload from outbox"
        " where company = :company and type = 'customer.tier_changed' order by seq",
        company=company,
    )


async def test_run_proposes_and_confirmation_changes_and_publishes(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    big = await register(rig, company, "1", daily_volume_m3=1000)
    small = await register(rig, company, "2", daily_volume_m3=10, capacity_m3_day=20)
    await register(rig, company, "3", daily_volume_m3=5000, standing="closed")
    run = await run_rules(rig, policy, person(company))
    assert (run.state, run.judged, run.written, run.job_id) == ("proposed", 2, 2, None)
    assert run.summary == [
        {"from_tier": "general", "tier": "general", "customers": 1, "needs_person": 0},
        {"from_tier": "general", "tier": "vip", "customers": 1, "needs_person": 0},
    ]
    assert await facts_of(rig, company) == []

    confirmed = await confirm(rig, policy, run, person(company, "leader_in_charge", role=Role.DEPUTY))
    assert (confirmed.state, confirmed.confirmed_count) == ("confirmed", 2)
    rows = await rig.rows(
        "select id, tier, tier_rule, version, tier_policy_version from customers"
        " where company = :company and standing = 'active' order by number",
        company=company,
    )
    assert rows == [
        {"id": big, "tier": "vip", "tier_rule": "vip_volume", "version": 2, "tier_policy_version": "2011.1"},
        {
            "id": small,
            "tier": "general",
            "tier_rule": "general_commercial",
            "version": 1,
            "tier_policy_version": "2011.1",
        },
    ]
    (fact,) = await facts_of(rig, company)
    assert (fact["aggregate_id"], fact["aggregate_version"]) == (big, 2)
    said = fact["payload"]
    assert (said["from_tier"], said["to_tier"], said["rule"]) == ("general", "vip", "vip_volume")
    assert (said["kind"], said["party"], said["policy_version"]) == ("commercial", "unit", "2011.1")


async def test_run_after_a_confirmation_writes_nothing(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    await register(rig, company, "1", daily_volume_m3=1000)
    await confirm(rig, policy, await run_rules(rig, policy, person(company)), person(company, "leader_in_charge"))
    again = await run_rules(rig, policy, person(company))
    assert (again.judged, again.written) == (1, 0)
    empty = await confirm(rig, policy, again, person(company, "leader_in_charge"))
    assert (empty.state, empty.confirmed_count) == ("confirmed", 0)
    assert len(await facts_of(rig, company)) == 1


async def test_other_result_supersedes_the_proposal_that_waits(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    customer = await register(rig, company, "1", daily_volume_m3=1000)
    first = await run_rules(rig, policy, person(company))
    await rig.rows("update customers set daily_volume_m3 = 600 where id = :id returning id", id=customer)
    second = await run_rules(rig, policy, person(company))
    states = await rig.rows(
        "select run_id, state, tier from tier_proposals where customer_id = :id order by id", id=customer
    )
    assert states == [
        {"run_id": first.id, "state": "superseded", "tier": "vip"},
        {"run_id": second.id, "state": "proposed", "tier": "major"},
    ]
    done = await confirm(rig, policy, second, person(company, "leader_in_charge"))
    assert (done.confirmed_count, [fact["payload"]["to_tier"] for fact in await facts_of(rig, company)]) == (
        1,
        ["major"],
    )


async def test_reason_alone_is_written_without_a_fact(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    customer = await register(rig, company, "1", daily_volume_m3=600)
    await confirm(rig, policy, await run_rules(rig, policy, person(company)), person(company, "leader_in_charge"))
    await rig.rows(
        "update customers set daily_volume_m3 = null, capacity_m3_day = 500 where id = :id returning id", id=customer
    )
    run = await run_rules(rig, policy, person(company))
    assert (run.written, run.summary[0]["needs_person"]) == (1, 1)
    await confirm(rig, policy, run, person(company, "leader_in_charge"))
    (row,) = await rig.rows("select tier, tier_rule from customers where id = :id", id=customer)
    assert row == {"tier": "major", "tier_rule": "major_capacity"}
    assert len(await facts_of(rig, company)) == 1, "the tier did not change the second time"


async def test_four_eyes(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    await register(rig, company, "1", daily_volume_m3=1000)
    starter = person(company, "leader_in_charge")
    run = await run_rules(rig, policy, starter)
    with pytest.raises(TierReviewOwnError):
        await confirm(rig, policy, run, starter)
    with pytest.raises(TierReviewPostError):
        await confirm(rig, policy, run, person(company, "gm", role=Role.GM))
    with pytest.raises(TierRunNotFoundError):
        await confirm(rig, policy, run, person("another", "leader_in_charge"))
    with pytest.raises(StaleError):
        await confirm(rig, policy, run, person(company, "leader_in_charge"), version=run.version + 1)
    with pytest.raises(IntegrityError, match="four_eyes"):
        await rig.rows("update tier_runs set confirmed_by = started_by where id = :id returning id", id=run.id)
    done = await confirm(rig, policy, run, person(company, "leader_in_charge"))
    with pytest.raises(TierRunNotReadyError):
        await confirm(rig, policy, done, person(company, "leader_in_charge"))


async def test_run_over_named_customers_is_the_same_rules(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    one = await register(rig, company, "1", daily_volume_m3=1000)
    await register(rig, company, "2", daily_volume_m3=1000)
    run = await run_rules(rig, policy, person(company), [one, one])
    assert (run.state, run.judged, run.written, run.customer_ids) == ("proposed", 1, 1, [one])
    with pytest.raises(UnknownCustomersError):
        await run_rules(rig, policy, person(company), [one, new_id()])
    stranger = await register(rig, f"{company}-b", "1")
    with pytest.raises(UnknownCustomersError):
        await run_rules(rig, policy, person(company), [stranger])


async def test_large_run_and_confirmation_go_through_jobs(
    rig: Rig, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basis, "CHUNK", 3)
    monkeypatch.setattr(reviewing, "FACTS_AT_ONCE", 2)
    policy = policy_of("chaohu", company)
    customers = [await register(rig, company, str(number), daily_volume_m3=1000) for number in range(8)]
    run = await run_rules(rig, policy, person(company))
    assert (run.state, run.judged) == ("running", 0)
    assert run.job_id is not None

    class Needs:
        clock = rig.clock

        class policy:  # noqa: N801
            @staticmethod
            def at_revision(asked: str, chapter: str, version: str) -> Policy:
                assert (asked, chapter, version) == (company, "customer", "2011.1")
                return policy_of("chaohu", company)

    runner = Runner(rig.sessions, rig.clock, jobs.bodies(Needs()))
    while await runner.step():
        pass
    async with rig.sessions.begin() as session:
        run = await reading.read_run(session, run.id, [company])
        job = await read_job(session, run.job_id or new_id(), [company])
    assert job is not None
    assert (run.state, run.judged, run.written, job.progress_done) == ("proposed", 8, 8, 8)
    run = await confirm(rig, policy, run, person(company, "leader_in_charge"))
    assert (run.state, run.confirmed_count) == ("confirming", 0)
    while await runner.step():
        pass
    async with rig.sessions.begin() as session:
        run = await reading.read_run(session, run.id, [company])
    assert (run.state, run.confirmed_count) == ("confirmed", 8)
    facts = await facts_of(rig, company)
    assert sorted(fact["aggregate_id"] for fact in facts) == sorted(customers)


@pytest.mark.parametrize("count", [3, 4])
async def test_full_chunk_is_no_loose_end(rig: Rig, company: str, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(basis, "CHUNK", 4)
    policy = policy_of("chaohu", company)
    for number in range(count):
        await register(rig, company, str(number), daily_volume_m3=1000)
    run = await run_rules(rig, policy, person(company))
    assert (run.state, run.written) == ("proposed", count)
    run = await confirm(rig, policy, run, person(company, "leader_in_charge"))
    assert (run.state, run.confirmed_count) == ("confirmed", count)


async def test_runs_at_the_same_time_propose_once(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    for number in range(5):
        await register(rig, company, str(number), daily_volume_m3=1000)
    runs = await asyncio.gather(*(run_rules(rig, policy, person(company)) for _ in range(4)))
    assert [run.written for run in runs] == [5, 5, 5, 5], "each takes over from the one before"
    states = await rig.rows("select state, count(*) as n from tier_runs where company = :c group by 1", c=company)
    assert {row["state"]: row["n"] for row in states} == {"proposed": 1, "superseded": 3}
    waiting = await rig.rows("select distinct run_id from tier_proposals where company = :c", c=company)
    last = await rig.rows("select id from tier_runs where company = :c and state = 'proposed'", c=company)
    assert [row["run_id"] for row in waiting] == [row["id"] for row in last]


async def test_tier_tells_why(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    customer = await register(rig, company, "1", daily_volume_m3=1200, tags=["news_media"], tier="major")
    async with rig.sessions.begin() as session:
        before = await reading.tier_of(session, always(policy), customer, [company], now=NOW)
        with pytest.raises(CustomerNotFoundError):
            await reading.tier_of(session, always(policy), customer, ["another"], now=NOW)
    assert (before.tier, before.is_confirmed, before.effective_at, before.rule) == ("general", False, None, None)
    assert before.reason == "尚未审核确认，按规章默认级别服务"
    run = await run_rules(rig, policy, person(company))
    async with rig.sessions.begin() as session:
        waiting = await reading.tier_of(session, always(policy), customer, [company], now=NOW)
    assert (waiting.tier, waiting.pending_tier, waiting.pending_rule) == ("general", "vip", "vip_volume")
    await confirm(rig, policy, run, person(company, "leader_in_charge"))
    async with rig.sessions.begin() as session:
        after = await reading.tier_of(session, always(policy), customer, [company], now=NOW)
    assert (after.tier, after.tier_name, after.is_confirmed, after.rule) == ("vip", "VIP 客户", True, "vip_volume")
    assert after.reason == "日用气量达到 1000 m³/日"
    assert [match.rule for match in after.matches] == ["vip_volume", "key_standing", "general_rest"]
    assert after.facts["daily_volume"] == 1200
    assert (after.effective_at, after.policy_version, after.pending_proposal_id) == (NOW, "2011.1", None)


async def test_edited_pack_moves_tiers_at_the_next_run(rig: Rig, company: str) -> None:
    policy = policy_of("xxx-gas", company)
    customer = await register(rig, company, "1", daily_volume_m3=800)
    await confirm(rig, policy, await run_rules(rig, policy, person(company)), person(company, "leader_in_charge"))
    change = {
        "version": "2011.2",
        "tier_rules": {"vip_volume": {"when": {"all": [{"fact": "daily_volume", "at_least": 800}]}}},
    }
    chapter = CustomerChapter.model_validate(merge(shipped("xxx-gas").raw["customer"], change))
    edited = Policy(company, policy.pack, policy.on, {**policy.revisions, "customer": Revision(chapter, "other")})
    run = await run_rules(rig, edited, person(company))
    assert (run.written, run.policy_version) == (1, "2011.2")
    await confirm(rig, edited, run, person(company, "leader_in_charge"))
    (row,) = await rig.rows("select tier, tier_policy_version from customers where id = :id", id=customer)
    assert row == {"tier": "vip", "tier_policy_version": "2011.2"}


async def test_deeds_are_audited(rig: Rig, company: str) -> None:
    policy = policy_of("chaohu", company)
    await register(rig, company, "1", daily_volume_m3=1000)
    run = await run_rules(rig, policy, person(company))
    await confirm(rig, policy, run, person(company, "leader_in_charge"))
    rows = await rig.rows("select action from audit where resource_id = :id order by seq", id=run.id)
    assert [row["action"] for row in rows] == ["tier_run.started", "tier_run.confirmed"]
