"""Opinions from supervision centres: taken in once per reference, answered by two deadlines, delivered, followed."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.callback.supervision.service.reading import on_time
from services.complaint.worker import handlers_of as complaint_handlers_of
from shared.contracts.callback_quality import SupervisionComplained
from shared.contracts.complaint import ComplaintOpened
from shared.contracts.customer import CustomerErased
from shared.events.inbox import apply_once
from shared.sla.sweeper import Sweeper
from tests.callback.integration.line import Json, Line, event_of
from tests.support.world import Company, World

PATH = "/v1/supervision-opinions"
WORDS = "小区停气三天无人通知，王先生"


def arrival(**more: Any) -> Json:
    """What the centre sends."""
    return {"source": "gov_12345", "reference": "HZ-2026-1187", "kind": "opinion", "words": WORDS, **more}


@pytest.fixture(scope="session")
async def complaints(world: World) -> Any:
    """A client of the complaint service."""
    async with world.client("complaint") as client:
        yield client


async def send(line: Line, company: Company, *, login: str = "officestaff", **more: Any) -> Json:
    """Taken in."""
    answer = await line.client.post(PATH, json=arrival(**more), headers=company.headers(login))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def step(line: Line, company: Company, one: Json, act: str, *, login: str, **body: Any) -> httpx.Response:
    """One step from the newest version, whatever comes of it."""
    version = await line.pool.fetchval("select version from supervision_opinions where id = $1", UUID(one["id"]))
    headers = company.headers(login, version=version)
    return await line.client.post(f"{PATH}/{one['id']}/{act}", json=body, headers=headers)


async def done(line: Line, company: Company, one: Json, act: str, *, login: str, **body: Any) -> Json:
    """A step that is taken."""
    answer = await step(line, company, one, act, login=login, **body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def clocks(line: Line, company: Company, one: Json) -> dict[str, str]:
    """State by metric, the last of each."""
    found = await line.clocks(company, "supervision-opinions", one)
    return {clock["metric"]: clock["state"] for clock in found}


async def test_a_machine_brings_an_opinion_in_once_and_fetches_the_answer(line: Line, gas: Company) -> None:
    centre = "centre"
    deadline = line.clock.now() + timedelta(hours=30, seconds=20)
    sent = arrival(deadline_at=deadline.isoformat())
    raced = await asyncio.gather(
        *(line.client.post(PATH, json=sent, headers=gas.headers(centre)) for _ in range(4)),
    )
    receipts = [one.json() for one in raced]
    assert {one.status_code for one in raced} == {201}
    assert len({one["id"] for one in receipts}) == 1
    assert sorted(one["is_repeated"] for one in receipts) == [False, True, True, True]
    one = receipts[0]
    key = "again"
    again = [await line.client.post(PATH, json=sent, headers=gas.headers(centre, key=key)) for _ in range(2)]
    assert (again[1].json()["id"], again[1].headers["Idempotency-Replayed"]) == (one["id"], "true")
    assert len(await line.facts(gas, "callback.supervision_received")) == 1
    found = {clock["metric"]: clock for clock in await line.clocks(gas, "supervision-opinions", one)}
    assert set(found) == {"draft", "answer", "external_answer"}
    assert found["external_answer"]["deadline_at"] == deadline.isoformat().replace("+00:00", "Z") or (
        found["external_answer"]["deadline_at"].startswith(deadline.isoformat()[:19])
    )
    drafted = await done(line, gas, one, "draft", login="head", answer="已恢复供气并上门致歉")
    assert drafted["state"] == "drafted"
    inside = [await line.client.get(f"{PATH}{tail}", headers=gas.headers(centre)) for tail in ("", f"/{one['id']}")]
    assert [answer.status_code for answer in inside] == [403, 403], "no draft, no colleague, no customer"
    waiting = (await line.client.get(f"{PATH}/{one['id']}/reply", headers=gas.headers(centre))).json()
    assert (waiting["is_answered"], waiting["answer"]) == (False, None)
    other = await line.client.get(f"{PATH}/{one['id']}/reply", headers=gas.headers("supervisor"))
    assert other.status_code == 404, "of its own opinions only"
    await done(line, gas, one, "answer", login="officestaff")
    (said,) = await line.facts(gas, "callback.supervision_answered")
    assert (said["reference"], said["is_on_time"]) == ("HZ-2026-1187", True)
    assert "供气" not in str(said)
    fetched = (await line.client.get(f"{PATH}/{one['id']}/reply", headers=gas.headers(centre))).json()
    assert (fetched["is_answered"], fetched["answer"]) == (True, "已恢复供气并上门致歉")
    assert not {"draft", "drafted_by", "customer_id", "words"} & fetched.keys()
    ended = await done(line, gas, one, "deliver", login=centre, receipt="ACK-9")
    assert (ended["receipt"], ended["delivered_at"] is not None) == ("ACK-9", True)
    shown = (await line.client.get(f"{PATH}/{one['id']}", headers=gas.headers("office"))).json()
    assert (shown["state"], shown["delivered_by"]) == ("delivered", str(gas.person(centre)))
    assert await clocks(line, gas, one) == {
        "draft": "met",
        "answer": "met",
        "external_answer": "met",
        "delivery": "met",
    }


async def test_a_second_arrival_that_says_something_else_is_shown_and_the_first_stands(
    line: Line, gas: Company
) -> None:
    one = await send(line, gas)
    repeated = await send(line, gas, words="改了说法")
    assert (repeated["id"], repeated["is_repeated"]) == (one["id"], True)
    shown = (await line.client.get(f"{PATH}/{one['id']}", headers=gas.headers("office"))).json()
    assert (shown["arrivals"], shown["differed_at"] is not None) == (2, True)
    words = await line.client.get(f"{PATH}/{one['id']}/words", headers=gas.headers("office"))
    assert words.json()["words"] == WORDS
    audited = await line.pool.fetchval(
        "select count(*) from audit where resource_id = $1 and action = 'read_supervision_words'", UUID(one["id"])
    )
    assert audited == 1
    other = await send(line, gas, source="group_centre")
    assert other["id"] != one["id"], "a reference is unique within its source"


@pytest.mark.parametrize(
    ("body", "login", "status", "code"),
    [
        ({"source": "moon"}, "office", 422, "supervision_source_unknown"),
        ({"kind": "moon"}, "office", 422, "supervision_kind_unknown"),
        ({"department": "moon"}, "office", 422, "supervision_department_unknown"),
        ({"deadline_at": "2026-11-24T10:00:30+08:00"}, "office", 422, "supervision_deadline"),
        ({"case_type": "order"}, "office", 422, "supervision_case_link"),
        ({}, "agent", 403, "supervision_post_not_allowed"),
        ({"source": "regulator"}, "centre", 403, "supervision_post_not_allowed"),
    ],
)
async def test_what_is_not_taken_in_changes_nothing(
    line: Line, gas: Company, body: Json, login: str, status: int, code: str
) -> None:
    refused = await line.client.post(PATH, json=arrival(**body), headers=gas.headers(login))
    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert await line.facts(gas, "callback.supervision_received") == []
    assert await line.pool.fetchval("select count(*) from supervision_opinions where company = $1", gas.code) == 0


async def test_the_department_answers_the_office_reviews_nobody_the_own(line: Line, gas: Company) -> None:
    one = await send(line, gas)
    assert (await step(line, gas, one, "draft", login="markethead", answer="无")).status_code == 404
    await done(line, gas, one, "assign", login="office", department="network")
    assert (await step(line, gas, one, "draft", login="head", answer="无")).status_code == 404
    unready = await step(line, gas, one, "answer", login="office")
    assert (unready.status_code, unready.json()["code"]) == (409, "supervision_step_not_allowed")
    await done(line, gas, one, "draft", login="networkhead", answer="已通知")
    await done(line, gas, one, "return", login="office", reason="请说明何时恢复")
    await done(line, gas, one, "draft", login="officestaff", answer="今日恢复")
    own = await step(line, gas, one, "answer", login="officestaff")
    assert (own.status_code, own.json()["code"]) == (403, "supervision_same_person")
    stale = await line.client.post(f"{PATH}/{one['id']}/answer", json={}, headers=gas.headers("office", version=1))
    assert stale.status_code == 412
    answered = await done(line, gas, one, "answer", login="office", answer="今日 18 时恢复供气")
    assert (answered["answer"], answered["draft"]) == ("今日 18 时恢复供气", "今日恢复")
    work = (await line.client.get("/v1/work", headers=gas.headers("office"))).json()["items"]
    assert [(entry["kind"], entry["metric"]) for entry in work if entry["id"] == one["id"]] == [
        ("supervision_opinion", "delivery")
    ]


async def test_an_answer_after_the_deadline_is_a_breach_and_counted(line: Line, gas: Company) -> None:
    late = await send(line, gas, deadline_at=(line.clock.now() + timedelta(hours=2)).isoformat())
    kept = await send(line, gas, reference="HZ-2", deadline_at=(line.clock.now() + timedelta(hours=2)).isoformat())
    open_one = await send(line, gas, reference="HZ-3", deadline_at=(line.clock.now() + timedelta(days=3)).isoformat())
    await done(line, gas, kept, "draft", login="head", answer="已办")
    assert (await done(line, gas, kept, "answer", login="office"))["is_on_time"] is True
    line.clock.advance(timedelta(hours=3))
    await Sweeper(line.pool, line.clock).sweep()
    assert (await clocks(line, gas, late))["external_answer"] == "breached"
    (clock,) = [
        one for one in await line.clocks(gas, "supervision-opinions", late) if one["metric"] == "external_answer"
    ]
    path = f"{PATH}/{late['id']}/clocks/{clock['id']}/explanation"
    assert "supervision-interface" in (await line.client.get(path, headers=gas.headers("office"))).text
    await done(line, gas, late, "draft", login="head", answer="已办")
    assert (await done(line, gas, late, "answer", login="office"))["is_on_time"] is False
    async with line.runtime.sessions.begin() as session:
        now = line.clock.now()
        figure = await on_time(session, gas.code, now.replace(day=1), now.replace(day=30), now=now)
    assert (figure.numerator, figure.denominator, figure.untargeted, figure.unanswered) == (1, 2, 0, 1)
    assert open_one["is_repeated"] is False


async def test_it_becomes_a_complaint_linked_both_ways_and_is_forgotten_with_the_customer(
    world: World, line: Line, gas: Company, complaints: httpx.AsyncClient
) -> None:
    one = await send(line, gas, kind="complaint")
    missing = await step(line, gas, one, "complain", login="office")
    assert (missing.status_code, missing.json()["code"]) == (422, "supervision_customer_missing")
    customer = await line.know(gas, "vip")
    await done(line, gas, one, "complain", login="office", customer_id=str(customer))
    twice = await step(line, gas, one, "complain", login="office")
    assert (twice.status_code, twice.json()["code"]) == (409, "supervision_already_complained")
    (told,) = await line.facts(gas, "callback.supervision_complained")
    assert "停气" not in str(told)
    runtime: Any = next(app for app in world.apps if app.state.service == "complaint").state.runtime
    payload = SupervisionComplained.model_validate(told["payload"])
    event = event_of(gas, payload, event_id=told["id"], matter_id=told["matter_id"], hops=told["hops"])
    for _ in range(2):
        async with runtime.sessions.begin() as session:
            await apply_once(
                session,
                consumer="complaint",
                event=event,
                handler=complaint_handlers_of(runtime)[event.type],
                now=runtime.clock.now(),
            )
    rows = await runtime.hot.fetch(
        "select id, payload, routing, causation_id from outbox where company = $1 and type = $2",
        gas.code,
        ComplaintOpened.TYPE,
    )
    (opened,) = rows
    said = ComplaintOpened.model_validate({**opened["payload"], "routing": opened["routing"]})
    await line.hear(event_of(gas, said, event_id=opened["id"], causation_id=opened["causation_id"]))
    shown = (await line.client.get(f"{PATH}/{one['id']}", headers=gas.headers("office"))).json()
    assert (shown["complaint_id"], shown["complaint_number"]) == (str(said.complaint_id), said.number)
    case = await complaints.get(f"/v1/complaints/{said.complaint_id}", headers=gas.headers("office"))
    assert one["number"] in case.json()["summary"]
    assert WORDS not in case.text
    await line.hear(event_of(gas, CustomerErased(customer_id=customer, erased_at=line.clock.now())))
    words = await line.client.get(f"{PATH}/{one['id']}/words", headers=gas.headers("office"))
    assert words.json()["words"] is None
