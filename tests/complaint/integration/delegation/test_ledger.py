"""The month of the ledger: drafted, reconciled, signed, locked, exported; checks that anybody can draw again."""

import asyncio
import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from python_calamine import CalamineWorkbook

from services.complaint.delegation.jobs import DRAFT_JOB, bodies
from services.complaint.delegation.rules.draws import is_drawn, offset_of, seed_digest
from services.complaint.delegation.rules.ledger import month_before, next_month
from shared.jobs.queue import enqueue
from shared.jobs.runner import Runner
from tests.complaint.integration.delegation.house import (
    act,
    approved,
    body_of,
    customer,
    executed,
    request,
    terms,
    used,
    work,
)
from tests.complaint.integration.desk import facts
from tests.complaint.integration.judging import Json, done, post
from tests.support.world import Company, World

NOW = f"{datetime.now(UTC) + timedelta(hours=8):%Y-%m}"
BEFORE = month_before(NOW)
LEDGER = "/v1/authority-ledger"


async def ledger(client: httpx.AsyncClient, company: Company, month: str, login: str = "office") -> Json:
    return await done(await client.get(f"{LEDGER}/{month}", headers=company.headers(login)))


async def sign(
    client: httpx.AsyncClient, company: Company, month: str, login: str, version: int, note: str | None = None
) -> httpx.Response:
    return await post(client, company, f"{LEDGER}/{month}/sign", login, version, {"note": note} if note else {})


async def lock(client: httpx.AsyncClient, company: Company, month: str, version: int, login: str = "office") -> Any:
    return await post(client, company, f"{LEDGER}/{month}/lock", login, version, {})


async def a_month_ago(pool: asyncpg.Pool, company: Company) -> None:
    """What was used this month was used in the last."""
    for sql in (
        "update authority_ledger_entries set month = $2, occurred_month = $2 where company = $1",
        "update authority_ledgers set month = $2, id = gen_random_uuid() where company = $1",
        "update authority_draws set month = $2 where company = $1",
        "update authorisations set ledger_month = $2 where company = $1 and ledger_month is not null",
    ):
        await pool.execute(sql, company.code, BEFORE)


async def locked(client: httpx.AsyncClient, company: Company, *, note: str | None = None) -> Json:
    """The month before, signed by both posts and locked."""
    version = (await ledger(client, company, BEFORE))["ledger"]["version"]
    for login in ("office", "gm"):
        version = (await done(await sign(client, company, BEFORE, login, version, note)))["version"]
    return await done(await lock(client, company, BEFORE, version))


async def test_a_month_is_reconciled_signed_and_locked(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    first = await used(complaints, hot, gas, "rename_at_conversion", "crew")
    vip = await customer(hot, gas, tier="vip")
    fee = {"authority": "priority_maintenance_fee", "reason": "检修", "facts": {}, "customer_id": vip}
    less = await done(await request(complaints, gas, "crew", {**fee, "amount_fen": 9000}), 201)
    less = await executed(complaints, gas, less, "crew", executed_fen=8000)
    idle_body = await body_of(complaints, hot, gas, "rename_at_conversion", "crew")
    idle = await done(await request(complaints, gas, "crew", idle_body), 201)
    early = await sign(complaints, gas, NOW, "office", 1)
    assert (early.status_code, early.json()["code"]) == (409, "authority_ledger_month_open")
    await a_month_ago(hot, gas)
    await hot.execute("update authorisations set approved_at = approved_at - interval '40 days' where id = $1",
                      uuid.UUID(idle["id"]))  # fmt: skip
    shown = await ledger(complaints, gas, BEFORE)
    assert [line["authorisation_id"] for line in shown["items"]] == [first["id"], less["id"]]
    found = shown["ledger"]
    assert (found["uses"], found["approved_fen"], found["executed_fen"], found["state"]) == (2, 9000, 8000, "draft")
    differences = {one["kind"]: (one["count"], one["ids"]) for one in found["differences"]}
    assert differences["approved_unused"] == (1, [idle["id"]])
    assert differences["amount_differs"] == (1, [less["id"]])
    assert differences["outstanding"] == (1, [less["id"]])
    bare = await sign(complaints, gas, BEFORE, "office", found["version"])
    assert (bare.status_code, bare.json()["code"]) == (422, "authority_ledger_unreconciled")
    wrong = await sign(complaints, gas, BEFORE, "head", found["version"], "已核")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "authority_post_not_allowed")
    unsigned = await lock(complaints, gas, BEFORE, found["version"])
    assert (unsigned.status_code, unsigned.json()["code"]) == (409, "authority_ledger_step_not_allowed")
    found = await done(await sign(complaints, gas, BEFORE, "office", found["version"], "差额已核实"))
    assert (found["state"], found["posts"], found["seed"]) == ("signing", ["gm"], None)
    twice = await sign(complaints, gas, BEFORE, "office", found["version"], "再签")
    assert twice.status_code == 403
    found = await done(await sign(complaints, gas, BEFORE, "gm", found["version"], "同意"))
    assert (found["state"], found["posts"]) == ("signed", ["service_office_director"])
    assert (await lock(complaints, gas, BEFORE, found["version"], "gm")).status_code == 403
    found = await done(await lock(complaints, gas, BEFORE, found["version"]))
    assert (found["state"], len(found["digest"]), found["seed_digest"]) == ("locked", 64, seed_digest(found["seed"]))
    assert [one["act"] for one in found["acts"]] == ["sign", "sign", "lock"]
    again = await lock(complaints, gas, BEFORE, found["version"])
    assert again.status_code == 409
    (fact,) = await facts(hot, gas, "complaint.ledger_locked")
    assert (fact["uses"], fact["amount_fen"], fact["digest"]) == (2, 8000, found["digest"])


async def test_a_locked_month_stays_as_it_is(complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company) -> None:
    await used(complaints, hot, gas, "rename_at_conversion", "crew")
    body = await body_of(complaints, hot, gas, "rename_at_conversion", "crew")
    late = await done(await request(complaints, gas, "crew", body), 201)
    await a_month_ago(hot, gas)
    sealed = await locked(complaints, gas)
    await hot.execute("update authorisations set approved_at = approved_at - interval '60 days' where id = $1",
                      uuid.UUID(late["id"]))  # fmt: skip
    in_last_month = datetime.fromisoformat(f"{BEFORE}-15T10:00:00+08:00").isoformat()
    late = await executed(complaints, gas, late, "crew", occurred_at=in_last_month)
    assert (late["ledger_month"], late["is_late"]) == (next_month(BEFORE), True)
    now = await ledger(complaints, gas, NOW)
    (line,) = now["items"]
    assert (line["occurred_month"], line["is_late"], now["ledger"]["late_uses"]) == (BEFORE, True, 1)
    after = (await ledger(complaints, gas, BEFORE))["ledger"]
    assert after == sealed
    (used_fact,) = [one for one in await facts(hot, gas, "complaint.authority_used") if one["is_late"]]
    assert used_fact["ledger_month"] == NOW
    entry = await hot.fetchval("select id from authority_ledger_entries where company = $1 and month = $2",
                               gas.code, BEFORE)  # fmt: skip
    for sql in (
        "update authority_ledger_entries set executed_fen = 1 where id = $1",
        "delete from authority_ledger_entries where id = $1",
        f"update authority_ledger_entries set month = '{BEFORE}' where company = '{gas.code}' and id <> $1",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await hot.execute(sql, entry)


async def test_the_export_is_typed_and_holds_no_formula(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    vip = await customer(hot, gas, tier="vip")
    fee = {"authority": "priority_maintenance_fee", "reason": "检修", "facts": {}, "customer_id": vip}
    use = {"result": '=HYPERLINK("http://x","点我")', "executed_fen": 8050}
    await done(await request(complaints, gas, "crew", {**fee, "amount_fen": 9000, "use": use}), 201)
    answer = await complaints.get(f"{LEDGER}/{NOW}/export", headers=gas.headers("gm"))
    assert answer.status_code == 200, answer.text
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == f"客户问题授权处理台帐 {NOW}"
    columns = {name: place for place, name in enumerate(rows[1])}
    assert set(terms(gas).ledger.columns.values()) <= columns.keys()
    (line,) = rows[2:]
    assert isinstance(line[columns["日期"]], datetime)
    assert (line[columns["金额"]], line[columns["批准金额"]]) == (80.5, 90.0)
    assert line[columns["结果"]] == '=HYPERLINK("http://x","点我")'
    assert b"<f>" not in answer.content
    assert line[columns["客户"]] == vip
    audited = await hot.fetchval("select count(*) from audit where company = $1 and action = $2",
                                 gas.code, "export_authority_ledger")  # fmt: skip
    assert audited == 1
    assert (await complaints.get(f"{LEDGER}/{NOW}/export", headers=gas.headers("crew"))).status_code == 403


async def test_departments_see_their_own_lines(complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company) -> None:
    await used(complaints, hot, gas, "rename_at_conversion", "crew")
    await used(complaints, hot, gas, "vulnerable_service", "agent")
    assert (await ledger(complaints, gas, NOW, "auditor"))["ledger"]["uses"] == 2
    own = await ledger(complaints, gas, NOW, "callhead")
    assert [line["department"] for line in own["items"]] == ["call_centre"]
    assert own["ledger"]["uses"] == 1
    assert (await complaints.get(f"{LEDGER}/2001-01", headers=gas.headers("office"))).status_code == 404
    bad = await complaints.get(f"{LEDGER}/2001-13", headers=gas.headers("office"))
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "{month}")


async def test_the_month_end_lays_it_before_whoever_signs(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    app = next(app for app in world.apps if app.state.service == "complaint")
    runtime = app.state.runtime
    for _ in range(2):
        async with runtime.sessions.begin() as session:
            await enqueue(session, kind=DRAFT_JOB, company=gas.code, now=runtime.clock.now())
        assert await Runner(runtime.sessions, runtime.clock, bodies(runtime)).step()
    drafted = (await ledger(complaints, gas, BEFORE))["ledger"]
    assert (drafted["uses"], drafted["posts"]) == (0, ["service_office_director", "gm"])
    for login in ("office", "gm"):
        assert ("authority_ledger", "sign", drafted["id"]) in await work(complaints, gas, login)
    signed = await done(await sign(complaints, gas, BEFORE, "gm", drafted["version"]))
    assert signed["posts"] == ["service_office_director"]
    signed = await done(await sign(complaints, gas, BEFORE, "office", signed["version"]))
    assert ("authority_ledger", "lock", drafted["id"]) in await work(complaints, gas, "office")
    await done(await lock(complaints, gas, BEFORE, signed["version"]))
    assert [one for one in await work(complaints, gas, "office") if one[0] == "authority_ledger"] == []


async def test_fifty_signatures_at_once_are_one(complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company) -> None:
    await used(complaints, hot, gas, "rename_at_conversion", "crew")
    await a_month_ago(hot, gas)
    version = (await ledger(complaints, gas, BEFORE))["ledger"]["version"]
    answers = await asyncio.gather(*(sign(complaints, gas, BEFORE, "office", version, "已核") for _ in range(50)))
    assert [answer.status_code for answer in answers].count(200) == 1
    assert await hot.fetchval("select count(*) from authority_ledger_acts where company = $1", gas.code) == 1


async def test_checks_are_drawn_so_that_anybody_can_draw_them_again(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    bodies_ = [await body_of(complaints, hot, gas, "rename_at_conversion", "crew") for _ in range(40)]
    use = {"result": "已更名"}
    made: list[Json] = []
    for some in range(0, 40, 8):
        asked = (request(complaints, gas, "crew", {**body, "use": use}) for body in bodies_[some : some + 8])
        made += [await done(answer, 201) for answer in await asyncio.gather(*asked)]
    assert sorted(one["check_number"] for one in made) == list(range(1, 41))
    drawn = [one for one in made if one["is_drawn"]]
    assert len(drawn) == 4, "ten percent of forty, whatever the seed"
    waiting = [one for one in await work(complaints, gas, "office") if one[0] == "authorisation_check"]
    assert {one[2] for one in waiting} == {one["id"] for one in drawn}
    await a_month_ago(hot, gas)
    result = {"means": "callback", "is_in_order": True, "finding": "客户确认属实"}
    for one in drawn:
        checked = await done(await act(complaints, gas, one, "check-result", "office", **result))
        again = await act(complaints, gas, checked, "check-result", "office", **result)
        assert (again.status_code, again.json()["code"]) == (409, "authority_already_checked")
    assert [one for one in await work(complaints, gas, "office") if one[0] == "authorisation_check"] == []
    odd = await act(complaints, gas, next(one for one in made if not one["is_drawn"]), "check-result", "office",
                    **{**result, "means": "dream"})  # fmt: skip
    assert odd.json()["code"] == "authority_check_means_unknown"
    sealed = await locked(complaints, gas)
    offset = offset_of(sealed["seed"], "permission")
    assert {one["check_number"] for one in drawn} == {n for n in range(1, 41) if is_drawn(n, 10, offset)}
    assert sealed["draws"] == {"permission": 40}


async def test_abuse_is_reported_and_damage_goes_to_the_committee(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    one = await used(complaints, hot, gas, "rename_at_conversion", "crew")
    report = {"kind": "faked", "facts": "收据系伪造"}
    for points in (2, 6):
        refused = await act(complaints, gas, one, "report-abuse", "inspector", **report, points=points)
        assert (refused.status_code, refused.json()["code"]) == (422, "authority_points_out_of_range")
    denied = await act(complaints, gas, one, "report-abuse", "agent", **report)
    assert denied.status_code == 403
    one = await done(await act(complaints, gas, one, "report-abuse", "inspector", **report, points=5, damage_fen=90000))
    assert (one["is_abused"], one["abuse"]["clause"], one["abuse"]["points"]) == (True, "delegation-abuse", 5)
    twice = await act(complaints, gas, one, "report-abuse", "inspector", **report)
    assert (twice.status_code, twice.json()["code"]) == (409, "authority_abuse_already_reported")
    (fact,) = await facts(hot, gas, "complaint.authority_abused")
    assert (fact["clause"], fact["person_id"], fact["has_damage"], fact["points"], fact["decided_by_post"]) == (
        "delegation-abuse", str(gas.person("crew")), True, 5, "service_management_committee",
    )  # fmt: skip
    assert fact["routing"]["posts"] == ["service_management_committee"]
    assert ("authority_abuse", "decision", one["id"]) in await work(complaints, gas, "committee")
    other = await act(complaints, gas, one, "decide-abuse", "inspector", decision="警告")
    assert other.json()["code"] == "authority_post_not_allowed"
    one = await done(await act(complaints, gas, one, "decide-abuse", "committee", decision="通报批评并赔偿"))
    assert one["abuse"]["decision"] == "通报批评并赔偿"
    assert [entry for entry in await work(complaints, gas, "committee") if entry[0] == "authority_abuse"] == []
    pending_body = await body_of(complaints, hot, gas, "earlier_work", "agent")
    pending = await done(await request(complaints, gas, "agent", pending_body), 201)
    stopped = await act(complaints, gas, pending, "report-abuse", "office", kind="beyond_authority", facts="超权")
    stopped_body = await done(stopped)
    assert (stopped_body["state"], stopped_body["abuse"]["decided_by_post"]) == ("rejected", None)
    none = await act(complaints, gas, stopped_body, "decide-abuse", "committee", decision="无")
    assert none.json()["code"] == "authority_abuse_nothing_to_decide"
    again = await body_of(complaints, hot, gas, "earlier_work", "agent")
    allowed = await approved(complaints, gas, await done(await request(complaints, gas, "agent", again), 201), "agent")
    own = await act(complaints, gas, allowed, "report-abuse", "markethead", kind="faked", facts="假")
    assert own.status_code in {200, 404}
