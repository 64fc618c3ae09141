"""A notice from its draft to its archive, and what it refuses."""

import asyncio

from shared.ids import new_id
from tests.inspection.integration.findings.book import clock_of, confirmed, stored
from tests.inspection.integration.notices.mending import (
    NOTICES,
    PLAN,
    accepted,
    drafted,
    follow,
    issued,
    mended,
    of_finding,
    planned,
    read,
    refused,
    reported,
    state_of,
    step,
    told,
    verified,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company


async def test_confirmed_finding_is_drafted_issued_mended_verified_and_closed(stage: Stage, gas: Company) -> None:
    person = str(gas.person("crew"))
    row = await drafted(stage, gas, severity="ordinary", person_id=person, team="repair_1")
    (finding,) = (one["finding_id"] for one in row["findings"])
    assert (row["state"], row["severity"], row["team"], row["drafted_by"]) == ("draft", "ordinary", "repair_1", None)
    assert row["number"].startswith("ZG20261124")
    row = await step(stage, gas, row, "issue", "office", words="限期整改")
    assert (row["state"], row["deadline_at"], row["year"]) == ("issued", "2026-12-03T09:30:00Z", 2026)
    row = await planned(stage, gas, row)
    assert row["responsible_id"] == person
    row = await verified(stage, gas, await mended(stage, gas, row))
    assert (row["state"], row["posts"]) == ("verified", ["service_office_director", "service_management_committee"])
    row = await step(stage, gas, row, "accept", "office", is_accepted=True, words="同意")
    assert (row["state"], row["is_mended"], row["is_late"]) == ("closed", True, False)
    acts = [one["act"] for one in row["steps"]]
    assert acts == ["draft", "issue", "acknowledge", "plan", "mend", "verify", "accept"]
    metrics = ("issue", "acknowledge", "plan", "mend", "verify", "accept")
    clocks = await stage.clocks(gas, f"{NOTICES}/{row['id']}")
    assert {one: clock["state"] for one, clock in clocks.items()} == {f"notice_{one}": "met" for one in metrics}
    after = await stage.get(gas, f"/v1/findings/{finding}")
    assert (after["state"], after["mended_at"]) == ("closed", after["ended_at"])
    names = ("drafted", "issued", "acknowledged", "planned", "mended", "verified", "closed")
    for name in names:
        (fact,) = await told(stage, gas, f"notice_{name}")
        assert (fact["notice_id"], fact["finding_ids"], fact["person_ids"]) == (row["id"], [finding], [person])
        assert (fact["department"], fact["clause"]) == ("customer_service", "rectification")
    assert str(fact["matter_id"]) == str((await told(stage, gas, "finding_confirmed"))[0]["matter_id"])


async def test_finding_is_drafted_once_and_only_where_it_is_mended_by_notice(stage: Stage, gas: Company) -> None:
    row = await drafted(stage, gas)
    for event in await follow(stage, gas):
        await stage.pool.execute("delete from inbox where event_id = $1", event.id)
    await follow(stage, gas)
    await confirmed(stage, gas, inspection_kind="routine")
    await follow(stage, gas)
    listed = await stage.get(gas, NOTICES)
    assert [one["id"] for one in listed["items"]] == [row["id"]]
    assert len(await told(stage, gas, "notice_drafted")) == 1


async def test_draft_is_hidden_from_the_department_and_waits_for_the_office(stage: Stage, gas: Company) -> None:
    row = await drafted(stage, gas)
    for login, status in (("head", 404), ("deputy", 404), ("clerk", 404), ("officestaff", 200), ("inspector", 200)):
        answer = await stage.client.get(f"{NOTICES}/{row['id']}", headers=gas.headers(login))
        assert answer.status_code == status, login
    work = await stage.get(gas, "/v1/work", login="head")
    assert row["id"] not in [one["id"] for one in work["items"]]
    row = await step(stage, gas, row, "issue", "office")
    for login, status in (("head", 200), ("callhead", 404), ("crew", 404), ("auditor", 200)):
        answer = await stage.client.get(f"{NOTICES}/{row['id']}", headers=gas.headers(login))
        assert answer.status_code == status, login
    work = await stage.get(gas, "/v1/work", login="head")
    metrics = {one["metric"] for one in work["items"] if one["id"] == row["id"]}
    assert metrics & {"notice_acknowledge", "notice_mend"}
    row = await planned(stage, gas, row)
    mine = await stage.get(gas, "/v1/work", login="crew")
    assert [(one["metric"], one["queue"]) for one in mine["items"] if one["id"] == row["id"]] == [
        ("notice_mend", "mine")
    ]
    await mended(stage, gas, row)
    routing = (await clock_of(stage, row, "notice_verify"))["routing"]
    assert (routing["department"], routing["posts"][0]) == (None, "inspector")


async def test_one_notice_is_issued_on_several_findings_and_their_drafts_give_way(stage: Stage, gas: Company) -> None:
    grave = await confirmed(stage, gas, severity="grave")
    minor = await confirmed(stage, gas, severity="minor", clause="inspection")
    await follow(stage, gas)
    drafts = [await of_finding(stage, gas, one["id"]) for one in (grave, minor)]
    body = {"finding_ids": [minor["id"], grave["id"]], "words": "一并整改"}
    answer = await stage.post(gas, NOTICES, body, login="office", key="joint")
    assert answer.status_code == 201, answer.text
    row = answer.json()
    assert (row["state"], row["severity"], row["version"]) == ("issued", "grave", 1)
    again = await stage.post(gas, NOTICES, body, login="office", key="joint")
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (row["id"], "true")
    for one in drafts:
        after = await read(stage, gas, one)
        assert (after["state"], after["cancel_reason"]) == ("cancelled", "joined")
        assert await state_of(stage, one, "notice_issue") == "cancelled"
    taken = await stage.post(gas, NOTICES, {"finding_ids": [grave["id"]]}, login="officestaff")
    assert (taken.status_code, taken.json()["code"]) == (409, "notice_finding_taken")
    assert taken.json()["errors"][0]["pointer"] == "/finding_ids/0"


async def test_notice_on_unfit_findings_is_refused(stage: Stage, gas: Company) -> None:
    good = (await confirmed(stage, gas))["id"]
    elsewhere = (await confirmed(stage, gas, department="call_centre"))["id"]
    spot = (await confirmed(stage, gas, inspection_kind="routine"))["id"]
    cases: list[tuple[Json, str, str]] = [
        ({"finding_ids": [str(new_id())]}, "notice_finding_unknown", "/finding_ids/0"),
        ({"finding_ids": [good, spot]}, "notice_finding_unfit", "/finding_ids/1"),
        ({"finding_ids": [good, elsewhere]}, "notice_departments_mixed", "/finding_ids/1"),
    ]
    for body, code, pointer in cases:
        answer = await stage.post(gas, NOTICES, body, login="office")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    twice = await stage.post(gas, NOTICES, {"finding_ids": [good, good]}, login="office")
    assert (twice.status_code, twice.json()["errors"][0]["pointer"]) == (422, "/finding_ids")
    assert (await stage.get(gas, NOTICES))["items"] == []
    barred = await stage.post(gas, NOTICES, {"finding_ids": [good]}, login="deputy")
    assert (barred.status_code, barred.json()["code"]) == (403, "notice_post_not_allowed")


async def test_one_of_two_issuers_of_a_finding_wins(stage: Stage, gas: Company) -> None:
    row = await drafted(stage, gas)
    finding = row["findings"][0]["finding_id"]
    raced = await asyncio.gather(
        stage.post(gas, NOTICES, {"finding_ids": [finding]}, login="office"),
        stage.post(gas, NOTICES, {"finding_ids": [finding]}, login="officestaff"),
        stage.post(gas, f"{NOTICES}/{row['id']}/issue", login="inspector", version=row["version"]),
    )
    statuses = sorted(one.status_code for one in raced)
    assert [one for one in statuses if one < 300] in ([200], [201])
    assert set(statuses[1:]) <= {409, 412}
    assert len(await told(stage, gas, "notice_issued")) == 1
    fresh = await confirmed(stage, gas, clause="inspection")
    both = await asyncio.gather(
        *(stage.post(gas, NOTICES, {"finding_ids": [fresh["id"]]}, login=one) for one in ("office", "officestaff"))
    )
    assert sorted(one.status_code for one in both) == [201, 409]
    assert {one.json()["code"] for one in both if one.status_code == 409} == {"notice_finding_taken"}
    open_links = "select count(*) from notice_findings where company = $1 and is_open"
    assert await stage.pool.fetchval(open_links, gas.code) == 2


async def test_only_the_department_plans_and_with_its_own_people_in_time(stage: Stage, gas: Company) -> None:
    row = await issued(stage, gas)
    assert (await refused(stage, gas, row, "acknowledge", "callhead"))[0] == 404
    assert await refused(stage, gas, row, "acknowledge", "deputy") == (403, "notice_head_required")
    assert await refused(stage, gas, row, "plan", "head", responsible_id=str(gas.person("crew")), **PLAN) == (
        409,
        "notice_step_not_allowed",
    )
    row = await step(stage, gas, row, "acknowledge", "head")
    for who in ("agent", "inspector"):
        said = {**PLAN, "responsible_id": str(gas.person(who))}
        assert await refused(stage, gas, row, "plan", "head", **said) == (422, "notice_responsible_unfit")
    for on in ("2026-11-23", "2026-12-31"):
        said = {**PLAN, "responsible_id": str(gas.person("crew")), "planned_on": on}
        assert await refused(stage, gas, row, "plan", "head", **said) == (422, "notice_plan_date")


async def test_report_needs_proof_of_a_type_that_the_pack_admits(stage: Stage, gas: Company) -> None:
    row = await planned(stage, gas, await issued(stage, gas))
    text = await stored(stage, gas, "crew", "a.txt", "整改说明".encode())
    foreign = await stored(stage, gas, "agent")
    cases = [
        ([], "notice_proof_required"),
        ([text], "notice_proof_type"),
        ([foreign], "notice_proof_unknown"),
        ([str(new_id())], "notice_proof_unknown"),
    ]
    for proofs, code in cases:
        assert await refused(stage, gas, row, "mend", "crew", report="已整改", proof_ids=proofs) == (422, code)
    row = await mended(stage, gas, row)
    (proof,) = row["rounds"][0]["proof_ids"]
    for login, status in (("inspector", 200), ("head", 200), ("callhead", 404)):
        answer = await stage.client.get(f"/v1/files/{proof}", headers=gas.headers(login))
        assert answer.status_code == status, login


async def test_another_inspector_verifies(stage: Stage, gas: Company) -> None:
    row = await reported(stage, gas)
    said = {"verdict": "mended", "words": "已复核"}
    assert await refused(stage, gas, row, "verify", "office", **said) == (403, "notice_verified_by_issuer")
    assert await refused(stage, gas, row, "verify", "deputy", **said) == (403, "notice_verified_by_department")
    assert await refused(stage, gas, row, "verify", "committee", **said) == (403, "notice_post_not_allowed")
    assert await refused(stage, gas, row, "verify", "head", **said) == (403, "permission_denied")
    row = await verified(stage, gas, row, login="officestaff")
    words = {"is_accepted": True, "words": "同意"}
    assert await refused(stage, gas, row, "accept", "officestaff", **words) == (403, "notice_post_not_allowed")


async def test_office_does_not_judge_its_own_notice(stage: Stage, gas: Company) -> None:
    row = await drafted(stage, gas, department="service_office")
    assert row["posts"] == ["gm"]
    assert await refused(stage, gas, row, "issue", "office") == (403, "notice_own_department")
    row = await step(stage, gas, row, "issue", "gm")
    row = await step(stage, gas, row, "acknowledge", "office")
    said = {**PLAN, "responsible_id": str(gas.person("inspector"))}
    row = await step(stage, gas, row, "plan", "office", **said)
    row = await mended(stage, gas, row, "inspector")
    assert row["posts"] == ["deputy_gm"]
    said = {"verdict": "mended", "words": "已复核"}
    assert await refused(stage, gas, row, "verify", "officestaff", **said) == (403, "notice_verified_by_department")
    row = await verified(stage, gas, row, login="deputy")
    assert await refused(stage, gas, row, "accept", "office", is_accepted=True, words="x") == (
        403,
        "notice_own_department",
    )
    row = await step(stage, gas, row, "accept", "gm", is_accepted=True, words="同意")
    assert row["state"] == "closed"


async def test_one_of_two_verifiers_wins(stage: Stage, gas: Company) -> None:
    row = await reported(stage, gas)
    said = {"verdict": "mended", "words": "已复核"}
    path = f"{NOTICES}/{row['id']}/verify"
    raced = await asyncio.gather(
        *(stage.post(gas, path, said, login=login, version=row["version"]) for login in ("inspector", "officestaff"))
    )
    assert sorted(one.status_code for one in raced) == [200, 412]
    assert len(await told(stage, gas, "notice_verified")) == 1


async def test_list_is_filtered_and_a_closed_notice_is_archived_whole(stage: Stage, gas: Company) -> None:
    row = await accepted(stage, gas, await reported(stage, gas, severity="grave"))
    other = await drafted(stage, gas, department="call_centre", severity="minor")
    for query, expected in (
        ({"department": "customer_service"}, [row["id"]]),
        ({"severity": "minor"}, [other["id"]]),
        ({"state": "closed"}, [row["id"]]),
        ({"is_late": "true"}, []),
        ({"since": "2026-11-24T00:00:00Z", "until": "2026-11-25T00:00:00Z"}, [other["id"], row["id"]]),
        ({"until": "2026-11-24T00:00:00Z"}, []),
    ):
        listed = await stage.get(gas, NOTICES, **query)
        assert [one["id"] for one in listed["items"]] == expected, query
