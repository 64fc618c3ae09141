"""What follows from a finding: recurrences of one that fell, its notice, entry errors, races, force at once."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import orjson
import pytest

from services.inspection.findings.errors import FindingStepNotAllowedError
from services.inspection.findings.service import keeping
from shared.contracts.entry import EntryErrorsConfirmed
from shared.ids import new_id
from shared.policy.store import digest
from tests.inspection.integration.findings.book import (
    FINDINGS,
    clock_of,
    confirmed,
    contested,
    listed,
    raised,
    step,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company, World


async def read(stage: Stage, gas: Company, row: Json) -> Json:
    """As it stands now."""
    found: Json = await stage.get(gas, f"{FINDINGS}/{row['id']}", login="office")
    return found


async def mended(stage: Stage, gas: Company, row: Json) -> None:
    """Its notice was mended and verified."""
    async with stage.runtime.sessions.begin() as session:
        desk = stage.app.state.desk
        await keeping.closed(session, desk, gas.code, UUID(row["id"]), now=stage.clock.now())


async def test_recurrence_loses_its_raise_when_what_it_repeats_is_overturned(stage: Stage, gas: Company) -> None:
    more: Json = {"person_id": str(gas.person("crew")), "team": "repair_1", "inspection_kind": "routine"}
    first = await contested(stage, gas, **more)
    stage.clock.set(stage.clock.now() + timedelta(hours=1))
    second, draft = await confirmed(stage, gas, **more), await raised(stage, gas, **more)
    assert (second["recurrence_of"], second["severity"], second["points"]) == (first["id"], "ordinary", 2)
    await step(stage, gas, first, "decide", "gm", is_upheld=False, words="不成立")
    after = await read(stage, gas, second)
    assert (after["recurrence_of"], after["severity"], after["points"]) == (None, "minor", 1)
    assert after["version"] == second["version"] + 1
    (told,) = await stage.facts(gas, "inspection.finding_revised")
    assert (told["finding_id"], told["overturned_id"]) == (second["id"], first["id"])
    assert (told["previous_severity"], told["previous_points"], told["severity"], told["points"]) == (
        "ordinary",
        2,
        "minor",
        1,
    )
    assert (await read(stage, gas, draft))["recurrence_of"] == second["id"], "it repeats another one"


async def test_recurrence_keeps_its_raise_when_an_earlier_one_still_stands(stage: Stage, gas: Company) -> None:
    oldest = await confirmed(stage, gas)
    stage.clock.set(stage.clock.now() + timedelta(hours=1))
    middle = await contested(stage, gas)
    stage.clock.set(stage.clock.now() + timedelta(hours=1))
    newest = await confirmed(stage, gas)
    assert newest["recurrence_of"] == middle["id"]
    await step(stage, gas, middle, "decide", "gm", is_upheld=False, words="不成立")
    after = await read(stage, gas, newest)
    assert (after["recurrence_of"], after["severity"]) == (oldest["id"], "ordinary")


async def test_confirming_while_the_earlier_one_falls_leaves_no_raise(stage: Stage, gas: Company) -> None:
    first, second = await contested(stage, gas), await raised(stage, gas)
    decision = {"is_upheld": False, "words": "不成立"}
    confirming, deciding = await asyncio.gather(
        stage.post(gas, f"{FINDINGS}/{second['id']}/confirm", login="office", version=1),
        stage.post(gas, f"{FINDINGS}/{first['id']}/decide", decision, login="gm", version=first["version"]),
    )
    assert deciding.status_code == 200
    assert confirming.status_code in (200, 412), "a draft that was revised first makes its confirmation stale"
    after = await read(stage, gas, second)
    if after["state"] == "draft":
        after = await step(stage, gas, after, "confirm", "office")
    assert (after["state"], after["recurrence_of"], after["severity"]) == ("confirmed", None, "minor")


async def test_confirmation_waits_for_a_decision_under_way(stage: Stage, gas: Company) -> None:
    first, second = await contested(stage, gas), await raised(stage, gas)
    async with stage.pool.acquire() as deciding:
        transaction = deciding.transaction()
        await transaction.start()
        key = f"finding|{gas.code}|{second['department']}|{second['clause']}"
        await deciding.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", key)
        await deciding.execute("update findings set state = 'overturned' where id = $1", first["id"])
        confirming = asyncio.create_task(step(stage, gas, second, "confirm", "office"))
        waiting = "select exists (select from pg_locks where locktype = 'advisory' and not granted)"
        while not confirming.done() and not await deciding.fetchval(waiting):
            await asyncio.wait({confirming}, timeout=0.01)
        assert not confirming.done()
        await transaction.commit()
    after = await confirming
    assert (after["recurrence_of"], after["severity"]) == (None, "minor")


async def test_one_of_two_confirmers_wins(stage: Stage, gas: Company) -> None:
    row = await raised(stage, gas)
    path = f"{FINDINGS}/{row['id']}/confirm"
    raced = await asyncio.gather(
        *(stage.post(gas, path, login=login, version=1) for login in ("office", "officestaff"))
    )
    assert sorted(one.status_code for one in raced) == [200, 412]
    assert len(await stage.facts(gas, "inspection.finding_confirmed")) == 1


async def test_mended_notice_closes_what_was_answered(stage: Stage, gas: Company) -> None:
    row = await step(stage, gas, await confirmed(stage, gas), "answer", "head", is_agreed=True, words="属实")
    await mended(stage, gas, row)
    after = await read(stage, gas, row)
    assert (after["state"], after["mended_at"]) == ("closed", after["ended_at"])
    assert len(await stage.facts(gas, "inspection.finding_closed")) == 1
    with pytest.raises(FindingStepNotAllowedError):
        await mended(stage, gas, row)


@pytest.mark.parametrize(("is_upheld", "state"), [(True, "closed"), (False, "overturned")])
async def test_mended_notice_leaves_a_contest_open_until_it_is_decided(
    stage: Stage, gas: Company, *, is_upheld: bool, state: str
) -> None:
    row = await contested(stage, gas)
    await mended(stage, gas, row)
    await mended(stage, gas, row)
    after = await read(stage, gas, row)
    assert (after["state"], after["ended_at"], after["version"]) == ("contested", None, row["version"] + 1)
    assert after["mended_at"] is not None
    assert (await clock_of(stage, row, "finding_decide"))["state"] == "running"
    after = await step(stage, gas, after, "decide", "gm", is_upheld=is_upheld, words="裁定")
    assert after["state"] == state
    assert len(await stage.facts(gas, "inspection.finding_closed")) == int(is_upheld)


def errors_of(stage: Stage, gas: Company, **more: object) -> EntryErrorsConfirmed:
    """Two confirmed errors of a clerk, as the customer service tells them."""
    said: Json = {
        "finding_ids": [new_id(), new_id()],
        "operator_id": gas.person("clerk"),
        "operator_department": "customer_service",
        "kind": "late",
        "concern": "request",
        "check": "system",
        "rule": "request-at-once",
        "clause": "of-an-older-revision",
        "count": 2,
        "month": "2026-11",
        "occurred_at": stage.clock.now(),
    }
    return EntryErrorsConfirmed(**{**said, **more})


async def test_confirmed_entry_errors_are_one_finding_however_often_they_are_heard(stage: Stage, gas: Company) -> None:
    event = stage.event(gas, errors_of(stage, gas))
    assert await stage.hear(event) is True
    await stage.pool.execute("delete from inbox where event_id = $1", event.id)
    assert await stage.hear(event) is True, "heard again after its inbox row was pruned"
    (found,) = await listed(stage, gas, "office", source_type="entry_check")
    row = await stage.get(gas, f"{FINDINGS}/{found}", login="office")
    assert (row["source_id"], row["state"], row["severity"], row["remedy"]) == (
        str(event.id),
        "draft",
        "minor",
        "on_spot",
    )
    assert (row["person_id"], row["team"], row["raised_by"]) == (str(gas.person("clerk")), "hall_1", None)
    assert (await step(stage, gas, row, "confirm", "office"))["points"] == 1


async def test_entry_errors_without_author_or_department_are_a_fact_only(stage: Stage, gas: Company) -> None:
    for more in ({"operator_id": None}, {"operator_id": new_id()}, {"operator_department": None}):
        await stage.hear(stage.event(gas, errors_of(stage, gas, **more)))
    assert await listed(stage, gas, "office") == []
    assert await stage.pool.fetchval("select count(*) from facts where company = $1", gas.code) == 3


@pytest.fixture
async def trusting(world: World, stage: Stage, company: str) -> Company:
    """A company whose pack puts minor findings in force at once."""
    gas = await world.company(f"{company}-o")
    admin = await asyncpg.connect(world.postgres.admin_dsn, server_settings={"search_path": "inspection"})
    pack = f"{company}-o"
    try:
        await admin.execute(
            "insert into policy_revisions (pack, chapter, version, sha256, canonical, state, effective_on, stored_at)"
            " select $1, chapter, version, sha256, canonical, state, effective_on, stored_at from policy_revisions"
            " where pack = 'xxx-gas' and chapter <> 'inspection'",
            pack,
        )
        for row in await admin.fetch(
            "select * from policy_revisions where pack = 'xxx-gas' and chapter = 'inspection'"
        ):
            chapter = orjson.loads(row["canonical"])
            chapter["findings"]["severities"]["minor"]["confirmed_at_once"] = True
            text = orjson.dumps(chapter, option=orjson.OPT_SORT_KEYS).decode()
            said = (pack, row["version"], digest(text), text, row["state"], row["effective_on"], row["stored_at"])
            await admin.execute("insert into policy_revisions values ($1, 'inspection', $2, $3, $4, $5, $6, $7)", *said)
        await admin.execute("update pack_companies set pack = $1 where company = $2", pack, gas.code)
    finally:
        await admin.close()
    await stage.runtime.policy.refresh(stage.runtime.hot)
    return gas


async def test_minor_finding_is_in_force_at_once_where_the_pack_says_so(stage: Stage, trusting: Company) -> None:
    row = await raised(stage, trusting)
    assert (row["state"], row["confirmed_by"], row["version"]) == ("confirmed", row["raised_by"], 2)
    clocks = await stage.clocks(trusting, f"{FINDINGS}/{row['id']}")
    assert [(one, clock["state"]) for one, clock in clocks.items()] == [("finding_answer", "running")]
    told = await stage.facts(trusting, "inspection.finding_raised", "inspection.finding_confirmed")
    assert [one["type"] for one in told] == ["inspection.finding_raised", "inspection.finding_confirmed"]
    assert await listed(stage, trusting, "head") == [row["id"]]
    cases: list[tuple[str, Json]] = [
        ("inspector", {}),  # a recurrence weighs more than minor
        ("inspector", {"clause": "rectification", "severity": "ordinary"}),
        ("inspector", {"clause": "inspection-form", "department": "service_office"}),
        ("committee", {"clause": "inspection-form"}),
    ]
    for login, more in cases:
        assert (await raised(stage, trusting, login, **more))["state"] == "draft", (login, more)
