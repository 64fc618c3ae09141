"""The gift register: within limits at once, beyond them by the pack's post, never by the own hand; sums of a year."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx

from shared.ids import new_id
from tests.callback.integration.care.days import PLAN_JOB, greetings, joined, run_job, set_day
from tests.callback.integration.line import Json, Line
from tests.support.world import Company

_DAY = timedelta(days=1)
GIFT: Json = {"occasion": "visit", "kind": "souvenir", "value_fen": 10000}


async def register(line: Line, company: Company, login: str = "account", **more: Any) -> httpx.Response:
    """One registration, whatever comes of it."""
    return await line.post(company, "/v1/gifts", {**GIFT, **more}, login=login)


async def test_within_the_limits_a_gift_is_registered(line: Line, gas: Company) -> None:
    customer = str(await line.know(gas, "vip"))
    answer = await register(line, gas, customer_id=customer)
    assert answer.status_code == 201, answer.text
    gift = answer.json()
    assert (gift["state"], gift["given_on"], gift["exceeded"], gift["given_by"]) == (
        "given",
        "2026-11-24",
        [],
        str(gas.person("account")),
    )
    refusals: list[tuple[Json, str, str]] = [
        ({"occasion": "nothing"}, "gift_code_unknown", "/occasion"),
        ({"kind": "cash"}, "gift_code_unknown", "/kind"),
        ({"customer_id": str(new_id())}, "gift_receiver_unknown", "/customer_id"),
        ({"member_id": str(new_id())}, "gift_receiver_unknown", "/member_id"),
        ({"greeting_id": str(new_id())}, "gift_receiver_unknown", "/greeting_id"),
        ({"given_on": "2026-11-25"}, "gift_date_invalid", "/given_on"),
        ({"given_on": "2025-12-31"}, "gift_date_invalid", "/given_on"),
        ({"value_fen": 40001}, "gift_limit_exceeded", "/value_fen"),
    ]
    for body, code, pointer in refusals:
        refused = await register(line, gas, **{"customer_id": customer, **body})
        assert (refused.status_code, refused.json()["code"]) == (422, code), body
        assert refused.json()["errors"][0]["pointer"] == pointer
    listed = await line.client.get("/v1/gifts", headers=gas.headers("office"))
    assert [one["id"] for one in listed.json()["items"]] == [gift["id"]], "nothing else was written"
    foreign = await line.client.get(f"/v1/gifts/{gift['id']}", headers=gas.headers("agent"))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "gift_not_found")


async def test_beyond_a_limit_the_packs_post_decides_and_never_the_giver(line: Line, gas: Company) -> None:
    customer = str(await line.know(gas, "vip"))
    answer = await register(line, gas, "deputy", customer_id=customer, value_fen=60000, reason="十周年")
    assert answer.status_code == 201, answer.text
    gift = answer.json()
    assert (gift["state"], gift["exceeded"], gift["given_on"]) == ("proposed", ["occasion"], None)
    (clock,) = await line.clocks(gas, "gifts", gift)
    assert (clock["metric"], clock["state"]) == ("approval", "running")
    path, why = f"/v1/gifts/{gift['id']}", {"reason": "同意"}
    own = await line.post(gas, f"{path}/approve", why, login="deputy", version=1)
    assert (own.status_code, own.json()["code"]) == (403, "gift_own")
    other = await line.post(gas, f"{path}/approve", why, login="office", version=1)
    assert (other.status_code, other.json()["code"]) == (403, "gift_post_required")
    early = await line.post(gas, f"{path}/give", login="deputy", version=1)
    assert (early.status_code, early.json()["code"]) == (409, "gift_step_not_allowed")
    approvals = [line.post(gas, f"{path}/{act}", why, login="gm", version=1) for act in ("approve", "refuse")]
    codes = sorted(one.status_code for one in await asyncio.gather(*approvals))
    assert codes == [200, 412], "one decision"
    state = (await line.client.get(path, headers=gas.headers("gm"))).json()["state"]
    assert (await line.clocks(gas, "gifts", gift))[0]["state"] == "met"
    if state == "refused":  # the other one won the race: propose anew
        gift = (await register(line, gas, "deputy", customer_id=customer, value_fen=60000, reason="十周年")).json()
        path = f"/v1/gifts/{gift['id']}"
        assert (await line.post(gas, f"{path}/approve", why, login="gm", version=1)).status_code == 200
    stranger = await line.post(gas, f"{path}/give", login="gm", version=2)
    assert stranger.status_code in {403, 404}
    given = await line.post(gas, f"{path}/give", login="deputy", version=2)
    assert (given.status_code, given.json()["state"], given.json()["given_on"]) == (200, "given", "2026-11-24")
    facts = await line.facts(gas, "callback.gift_given")
    assert [(fact["value_fen"], fact["exceeded"]) for fact in facts] == [(60000, ["occasion"])]


async def test_the_year_and_the_standard_are_limits_too(line: Line, groups: Company) -> None:
    group = await line.know(groups, "b", party="group")
    member = await joined(line, groups, group)
    await set_day(line, groups, group, in_days=5, member=member, circle="core")
    await run_job(line, groups, PLAN_JOB)
    (one,) = await greetings(line, groups)
    to = {"customer_id": str(group), "member_id": str(member)}
    gift = {**to, "greeting_id": one["id"], "occasion": "birthday"}
    above = await register(line, groups, **gift, value_fen=20001)
    assert (above.status_code, above.json()["code"]) == (422, "gift_limit_exceeded")
    assert (await register(line, groups, **gift, value_fen=20000)).status_code == 201
    for _ in range(4):
        line.clock.advance(_DAY)
        assert (await register(line, groups, **to, value_fen=45000)).status_code == 201
    line.clock.advance(_DAY)
    year = await register(line, groups, **to, value_fen=1)
    assert (year.status_code, year.json()["code"]) == (422, "gift_limit_exceeded")
    other = await register(line, groups, customer_id=str(group), value_fen=40000)
    assert other.status_code == 201, "the unit is another receiver than its member"
    found = await line.client.get("/v1/gift-sums", params={"year": 2026}, headers=groups.headers("auditor"))
    assert [(row["member_id"], row["count"], row["value_fen"]) for row in found.json()["items"]] == [
        (str(member), 5, 200000),
        (None, 1, 40000),
    ]
    givers = await line.client.get(
        "/v1/gift-sums", params={"year": 2026, "by": "giver"}, headers=groups.headers("auditor")
    )
    assert [(row["given_by"], row["value_fen"]) for row in givers.json()["items"]] == [
        (str(groups.person("account")), 240000)
    ]


async def test_of_many_at_once_none_slips_past_the_limit(line: Line, gas: Company) -> None:
    customer = str(await line.know(gas, "vip"))
    answers = await asyncio.gather(*(register(line, gas, customer_id=customer, value_fen=20000) for _ in range(5)))
    assert sorted(one.status_code for one in answers) == [201, 201, 422, 422, 422]
