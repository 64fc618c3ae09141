"""Members of the supervision network: seats, terms, personal data, row scope."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.inspection.supervisors.jobs import TERM_JOB
from tests.inspection.integration.supervisors.network import (
    ACTIVITIES,
    OBSERVATIONS,
    OWN,
    SEEN,
    SUPERVISORS,
    appointed,
    invited,
    refused,
    step,
)
from tests.support.stage import Stage
from tests.support.world import Company


async def test_a_member_is_stored_encrypted_shown_masked_and_never_published(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas)
    assert (member["name"], member["phone"]) == ("钟*", "138****8000")
    (listed,) = (await stage.get(gas, SUPERVISORS))["items"]
    assert (listed["name"], listed["phone"]) == ("钟*", "138****8000")
    stored = await stage.pool.fetchrow("select * from supervisors where id = $1::text::uuid", member["id"])
    assert "钟玉兰" not in str(stored)
    assert "13800138000" not in str(stored)
    (fact,) = await stage.facts(gas, "inspection.supervisor_appointed")
    assert "钟玉兰" not in str(fact)
    assert fact["term_until"] == "2027-11-23"


async def test_name_and_telephone_are_revealed_with_a_reason_that_is_audited(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas)
    path = f"{SUPERVISORS}/{member['id']}/reveal"
    assert (await stage.post(gas, path, {}, login="office")).status_code == 422
    assert (await stage.post(gas, path, {"reason": "好奇"}, login="inspector")).status_code == 403
    shown = (await stage.post(gas, path, {"reason": "电话告知"}, login="office")).json()
    assert shown == {"name": "钟玉兰", "phone": "+8613800138000"}
    assert (await stage.post(gas, path, {"reason": "核对"}, login="supervisor")).json() == shown
    audited = await stage.pool.fetch(
        "select actor, reason from audit where company = $1 and action = 'reveal_social_supervisor' order by at, id",
        gas.code,
    )
    assert [(row["actor"], row["reason"]) for row in audited] == [
        (str(gas.person("office")), "电话告知"),
        (str(gas.person("supervisor")), "核对"),
    ]


async def test_a_member_sees_the_own_rows_only(stage: Stage, gas: Company) -> None:
    own = await appointed(stage, gas)
    other = await appointed(stage, gas, is_own=False, name="李四", phone="13900139000")
    theirs = await invited(stage, gas, other)
    mine = await invited(stage, gas, own)
    assert [one["id"] for one in (await stage.get(gas, SUPERVISORS, login="supervisor"))["items"]] == [own["id"]]
    assert [one["id"] for one in (await stage.get(gas, ACTIVITIES, login="supervisor"))["items"]] == [mine["id"]]
    for path, login in (
        (f"{SUPERVISORS}/{other['id']}", "supervisor"),
        (f"{SUPERVISORS}/{other['id']}/clocks", "supervisor"),
        (f"{ACTIVITIES}/{theirs['id']}", "supervisor"),
    ):
        assert (await stage.client.get(path, headers=gas.headers(login))).status_code == 404, path
    foreign = await stage.post(gas, f"{SUPERVISORS}/{other['id']}/reveal", {"reason": "看看"}, login="supervisor")
    assert foreign.status_code == 404
    assert (await stage.client.get(SUPERVISORS, headers=gas.headers("head"))).status_code == 403


async def test_what_breaks_the_pack_is_refused(stage: Stage, gas: Company) -> None:
    wrong: list[tuple[dict[str, object], str | None, str]] = [
        ({"group": "nobility"}, "supervisor_code_unknown", "/group"),
        ({"duties": ["rule"]}, "supervisor_code_unknown", "/duties/0"),
        ({"until": "2028-11-24"}, "supervisor_term_invalid", "/until"),
        ({"phone": "12"}, None, "/phone"),
        ({"phone": "000000000000"}, "supervisor_phone_invalid", "/phone"),
        ({"staff_id": str(gas.person("clerk"))}, "supervisor_account_unknown", "/staff_id"),
    ]
    for change, code, pointer in wrong:
        answer = await stage.post(gas, SUPERVISORS, {**OWN, **change}, login="office")
        assert answer.status_code == 422, change
        assert answer.json()["errors"][0]["pointer"] == pointer
        assert code is None or answer.json()["code"] == code
    assert await stage.pool.fetchval("select count(*) from supervisors where company = $1", gas.code) == 0


async def test_no_group_goes_over_its_share_whoever_comes_first(stage: Stage, gas: Company) -> None:
    # media: 15 % of 20 seats
    bodies = [{**OWN, "group": "media", "name": "记者", "phone": f"1390013900{n}"} for n in range(5)]
    answers = await asyncio.gather(*(stage.post(gas, SUPERVISORS, body, login="office") for body in bodies))
    refusals = [one for one in answers if one.status_code != 201]
    assert len(refusals) == 2
    assert {one.json()["code"] for one in refusals} == {"supervisor_group_over_share"}
    standing = await stage.get(gas, f"{SUPERVISORS}/representation")
    assert standing["members"] == 3
    (media,) = [one for one in standing["groups"] if one["group"] == "media"]
    assert (media["members"], media["seats"], media["percent"], media["is_over"]) == (3, 3, "15.00", False)


async def test_nobody_is_a_member_twice(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    same_phone = await stage.post(gas, SUPERVISORS, {**OWN, "name": "他人"}, login="office")
    body = {**OWN, "phone": "13900139000", "staff_id": str(gas.person("supervisor"))}
    same_account = await stage.post(gas, SUPERVISORS, body, login="office")
    assert [one.status_code for one in (same_phone, same_account)] == [409, 409]
    assert {one.json()["code"] for one in (same_phone, same_account)} == {"supervisor_already_member"}


async def test_the_clock_before_the_end_of_a_term_is_met_by_renewal(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas)
    await stage.run_job(gas, TERM_JOB)
    assert await stage.clocks(gas, f"{SUPERVISORS}/{member['id']}") == {}
    stage.clock.set(datetime(2027, 10, 8, 2, 0, tzinfo=UTC))
    await stage.run_job(gas, TERM_JOB)
    await stage.run_job(gas, TERM_JOB)
    path = f"{SUPERVISORS}/{member['id']}"
    clock = (await stage.clocks(gas, path))["supervisor_term"]
    assert datetime.fromisoformat(clock["deadline_at"]) == datetime(2027, 11, 23, 16, 0, tzinfo=UTC)
    assert await stage.pool.fetchval("select count(*) from clocks where company = $1", gas.code) == 1
    renewed = await step(stage, gas, SUPERVISORS, member, "renew", "office", until="2029-11-23")
    assert (renewed["term"], renewed["term_since"], renewed["term_until"]) == (2, "2026-11-24", "2029-11-23")
    assert (await stage.clocks(gas, path))["supervisor_term"]["state"] == "met"
    terms = (await stage.get(gas, f"{path}/terms"))["items"]
    assert [(one["sequence"], one["since"], one["until"]) for one in terms] == [
        (1, "2026-11-24", "2027-11-23"),
        (2, "2027-11-24", "2029-11-23"),
    ]


async def test_an_expired_term_breaches_frees_the_seat_and_stops_everything(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas, until="2026-12-10")
    await stage.run_job(gas, TERM_JOB)
    stage.clock.set(datetime(2026, 12, 10, 16, 1, tzinfo=UTC))
    await stage.sweep()
    path = f"{SUPERVISORS}/{member['id']}"
    assert (await stage.clocks(gas, path))["supervisor_term"]["state"] == "breached"
    observed = await stage.post(gas, OBSERVATIONS, SEEN, login="supervisor")
    assert (observed.status_code, observed.json()["code"]) == (409, "supervisor_term_expired")
    body = {
        "supervisor_id": member["id"],
        "kind": "visit",
        "place": "站",
        "purpose": "走访",
        "starts_at": (stage.clock.now() + timedelta(days=1)).isoformat(),
    }
    asked = await stage.post(gas, ACTIVITIES, body, login="office")
    assert asked.json()["code"] == "supervisor_term_expired"
    assert (await stage.get(gas, f"{SUPERVISORS}/representation"))["members"] == 0
    again = await step(stage, gas, SUPERVISORS, member, "renew", "office", until="2027-12-10")
    assert again["term_since"] == "2026-12-11"
    assert (await stage.post(gas, OBSERVATIONS, SEEN, login="supervisor")).status_code == 201


async def test_terms_are_limited_and_a_stale_renewal_loses(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas)
    path = f"{SUPERVISORS}/{member['id']}/renew"
    both = await asyncio.gather(
        *(stage.post(gas, path, {"until": "2028-11-23"}, login=login, version=1) for login in ("office", "officestaff"))
    )
    assert sorted(one.status_code for one in both) == [200, 412]
    third = await step(stage, gas, SUPERVISORS, {**member, "version": 2}, "renew", "office", until="2029-11-23")
    await refused(stage, gas, SUPERVISORS, third, "renew", "office", "supervisor_terms_exhausted", until="2030-11-23")


async def test_an_ended_membership_calls_invitations_off_and_is_erased(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas)
    invitation = await invited(stage, gas, member)
    await refused(stage, gas, SUPERVISORS, member, "erase", "office", "supervisor_step_not_allowed")
    await refused(stage, gas, SUPERVISORS, member, "end", "committee", "supervisor_post_not_allowed", reason="试试")
    ended = await step(stage, gas, SUPERVISORS, member, "end", "office", reason="迁居外地")
    after = await stage.get(gas, f"{ACTIVITIES}/{invitation['id']}")
    assert (after["state"], after["version"]) == ("cancelled", 2)
    assert (await stage.clocks(gas, f"{ACTIVITIES}/{invitation['id']}"))["supervisor_reply"]["state"] == "cancelled"
    await refused(stage, gas, SUPERVISORS, ended, "renew", "office", "supervisor_step_not_allowed", until="2027-12-01")
    erased = await step(stage, gas, SUPERVISORS, ended, "erase", "office")
    assert (erased["name"], erased["phone"], erased["end_reason"]) == (None, None, None)
    row = await stage.pool.fetchrow(
        "select name, phone, phone_index, phone_last4 from supervisors where id = $1::text::uuid", member["id"]
    )
    assert row is not None
    assert set(row.values()) == {None}
    gone = await stage.post(gas, f"{SUPERVISORS}/{member['id']}/reveal", {"reason": "找人"}, login="office")
    assert (gone.status_code, gone.json()["code"]) == (409, "supervisor_erased")
    assert (await appointed(stage, gas))["id"] != member["id"]
