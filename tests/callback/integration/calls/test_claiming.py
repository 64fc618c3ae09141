"""The work list: by the end of the window, one person each, for a time, never the own work."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.ids import new_id
from tests.callback.integration.line import GOOD, Line
from tests.support.world import Company, World

AGENTS = 50


async def test_the_next_is_the_one_whose_window_ends_first(line: Line, gas: Company) -> None:
    later = await line.complete(gas, work="repair")
    sooner = await line.complete(gas, work="emergency_repair")
    early = await line.complete(gas, work="repair", ago=timedelta(hours=23))
    key = str(uuid4())
    answer = await line.post(gas, "/v1/callbacks/claim", login="agent", key=key)
    first = answer.json()
    assert first["subject_id"] == str(sooner.order_id)
    again = await line.post(gas, "/v1/callbacks/claim", login="agent", key=key)
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (first["id"], "true")
    second = await line.claim(gas, login="agent2")
    assert (second["subject_id"], second["state"]) == (str(later.order_id), "claimed")
    none = await line.post(gas, "/v1/callbacks/claim", login="agent")
    assert (none.status_code, none.json()["code"]) == (404, "callback_none_waiting")
    waits = await line.callback_of(gas, early.order_id)
    early_claim = await line.act(gas, waits, "claim")
    assert (waits["state"], early_claim.status_code, early_claim.json()["code"]) == (
        "scheduled",
        409,
        "callback_not_due",
    )
    line.clock.advance(timedelta(hours=1))
    assert (await line.act(gas, waits, "claim")).status_code == 200
    refused = await line.post(gas, "/v1/callbacks/claim", login="account")
    assert refused.status_code == 404, "the account managers' list is empty"
    assert (await line.post(gas, "/v1/callbacks/claim", login="crew")).status_code == 403


async def test_a_claim_is_one_persons_and_for_a_time(line: Line, gas: Company) -> None:
    await line.complete(gas)
    one = await line.claim(gas)
    for login in ("agent", "agent2"):
        second = await line.act(gas, one, "claim", login=login)
        assert (second.status_code, second.json()["code"]) == (409, "callback_already_claimed"), login
    for act in ("extend", "release", "record"):
        other = await line.act(gas, one, act, login="agent2", **({"result": "refused"} if act == "record" else {}))
        assert (other.status_code, other.json()["code"]) == (409, "callback_not_claimed")
    line.clock.advance(timedelta(minutes=29))
    extended = await line.act(gas, one, "extend")
    one = extended.json()
    line.clock.advance(timedelta(minutes=29))
    assert (await line.act(gas, one, "extend")).status_code == 200
    line.clock.advance(timedelta(minutes=31))
    one = await line.callback_of(gas, UUID(one["subject_id"]))
    lost = await line.act(gas, one, "record", result="reached", answers=GOOD)
    assert (lost.status_code, lost.json()["code"]) == (409, "callback_lease_lost")
    assert (await line.shown(gas, one))["version"] == one["version"], "nothing changed"
    taken = await line.claim(gas, login="agent2")
    assert (taken["id"], taken["owner_id"]) == (one["id"], str(gas.person("agent2")))
    released = (await line.act(gas, taken, "release", login="agent2")).json()
    assert (released["state"], released["owner_id"]) == ("waiting", None)


async def test_nobody_asks_about_the_own_work(line: Line, gas: Company) -> None:
    order = await line.complete(gas, staff=("crew", "agent"))
    none = await line.post(gas, "/v1/callbacks/claim", login="agent")
    assert none.json()["code"] == "callback_none_waiting"
    one = await line.callback_of(gas, order.order_id)
    own = await line.act(gas, one, "claim", login="agent")
    assert (own.status_code, own.json()["code"]) == (403, "callback_own_work")
    assert (await line.claim(gas, login="agent2"))["id"] == one["id"]
    await line.pool.execute(
        "update callbacks set owner_id = $2 where id = $1", UUID(one["id"]), gas.person("agent")
    )  # learnt after the claim who did the work
    one = await line.callback_of(gas, order.order_id)
    for act, body in (("record", {"result": "refused"}), ("contact", {"purpose": "callback"})):
        refused = await line.act(gas, one, act, login="agent", **body)
        assert (refused.status_code, refused.json()["code"]) == (403, "callback_own_work")


async def test_of_two_who_see_the_same_version_one_gets_it(line: Line, gas: Company) -> None:
    order = await line.complete(gas)
    one = await line.callback_of(gas, order.order_id)
    answers = await asyncio.gather(*(line.act(gas, one, "claim", login=login) for login in ("agent", "agent2")))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_a_person_holds_no_more_than_the_pack_allows(line: Line, gas: Company) -> None:
    for _ in range(4):
        await line.complete(gas)
    for _ in range(3):
        await line.claim(gas)
    more = await line.post(gas, "/v1/callbacks/claim")
    assert (more.status_code, more.json()["code"]) == (409, "callback_claim_limit")


async def test_the_gm_calls_in_person(line: Line, chaohu: Company) -> None:
    order = await line.complete(chaohu)
    one = await line.callback_of(chaohu, order.order_id)
    await line.pool.execute(
        "update callbacks set queue = 'gm', is_in_person = true, posts = '{gm}' where id = $1", UUID(one["id"])
    )
    refused = await line.act(chaohu, one, "claim", login="office")
    assert (refused.status_code, refused.json()["code"]) == (403, "callback_in_person")
    assert (await line.act(chaohu, one, "claim", login="agent")).status_code == 404
    assert (await line.claim(chaohu, login="gm"))["id"] == one["id"]


@pytest.fixture
async def agents(world: World, line: Line, gas: Company) -> list[str]:
    """Fifty hotline agents of the company; their tokens."""
    ids = [new_id() for _ in range(AGENTS)]
    connection = await asyncpg.connect(world.postgres.dsn("callback"))
    try:
        await connection.executemany(
            "insert into staff (id, company, version, state, department, posts, lines)"
            " values ($1, $2, 1, 'active', 'call_centre', '{hotline_agent}', '{}')",
            [(one, gas.code) for one in ids],
        )
    finally:
        await connection.close()
    await line.runtime.staff.refresh()
    return [gas.issuer.mint(staff_id=one, companies=(gas.code,), login=str(one)) for one in ids]


async def test_fifty_agents_at_once_never_get_the_same_call(line: Line, gas: Company, agents: list[str]) -> None:
    await line.complete(gas)
    await line.pool.execute(
        "insert into callbacks select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'number',"
        " c.number || '-' || n))).* from callbacks c, generate_series(1, $2) n where c.company = $1",
        gas.code,
        AGENTS - 11,
    )

    async def claim(token: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        answer = await line.client.post("/v1/callbacks/claim", json={}, headers=headers)
        return answer.status_code, answer.json().get("id", answer.json().get("code"))

    answers = await asyncio.gather(*(claim(token) for token in agents))
    got = [found for status, found in answers if status == 201]
    assert len(got) == len(set(got)) == AGENTS - 10
    assert {found for status, found in answers if status != 201} == {"callback_none_waiting"}
