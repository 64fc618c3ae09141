"""Repeats recognised by the system, links made by people, cases merged and taken apart; and two who do it at once."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import httpx

from shared.ids import new_id
from tests.complaint.integration.desk import clock_of, facts, open_case, step, sweep_at
from tests.complaint.integration.dossier.steps import (
    REPAIR,
    Json,
    add_complainant,
    case_now,
    done,
    of_case,
    part_of,
    post,
    refused,
    steps_of,
)
from tests.support.world import Company

PHONE = "10012345678"


async def merge(
    client: httpx.AsyncClient, gas: Company, case: Json, into: Json, login: str = "office"
) -> httpx.Response:
    body = {"into_id": into["id"], "reason": "同一问题重复投诉"}
    return await of_case(client, gas, case, "merge", login, body, version=case["version"])


async def test_a_repeat_is_recognised_at_intake_and_graded_by_the_rule(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    customer = str(new_id())
    first = await open_case(complaints, gas, **REPAIR, customer_id=customer)
    again = await open_case(complaints, gas, **REPAIR, customer_id=customer)
    assert (first["repeat_of_id"], first["grade"], first["circumstances"]) == (None, "3", [])
    assert (again["repeat_of_id"], again["grade"], again["grade_reason"]) == (first["id"], "2", "money_repeat_conduct")
    assert again["circumstances"] == ["repeat"]
    assert clock_of(again, "response")["deadline_at"] < clock_of(first, "response")["deadline_at"]
    other = await open_case(complaints, gas, **{**REPAIR, "category": "meter"}, customer_id=customer)
    praise = await open_case(complaints, gas, **{**REPAIR, "kind": "praise"}, customer_id=customer)
    assert other["repeat_of_id"] is praise["repeat_of_id"] is None
    said = await facts(hot, gas, "complaint.opened")
    assert [one["repeat_of_id"] for one in said] == [None, first["id"], None, None]


async def test_a_repeat_is_recognised_by_the_telephone_of_any_complainant(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    first = await open_case(complaints, gas, **REPAIR)
    await add_complainant(complaints, gas, first, phone=PHONE)
    again = await open_case(complaints, gas, **REPAIR, complainant={"phone": PHONE})
    assert again["repeat_of_id"] == first["id"]
    await hot.execute("update complaints set opened_at = opened_at - interval '31 days' where company = $1", gas.code)
    later = await open_case(complaints, gas, **REPAIR, complainant={"phone": PHONE})
    assert later["repeat_of_id"] is None


async def test_a_lighter_grade_set_by_the_clerk_gives_way_to_the_rule_on_repeats(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    customer = str(new_id())
    await open_case(complaints, gas, **REPAIR, customer_id=customer)
    again = await open_case(complaints, gas, **REPAIR, customer_id=customer, grade="3")
    assert again["grade"] == "2"
    graver = await open_case(complaints, gas, **REPAIR, customer_id=customer, grade="1")
    assert (graver["grade"], graver["grade_reason"]) == ("1", "set_at_intake")


async def test_a_repeat_is_recognised_when_the_customer_is_linked_later(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    customer = str(new_id())
    first = await open_case(complaints, gas, **REPAIR, customer_id=customer)
    again = await open_case(complaints, gas, **REPAIR)
    linked = await step(complaints, gas, again, "link-customer", customer_id=customer)
    assert (linked["repeat_of_id"], linked["grade"]) == (first["id"], "2")
    assert await steps_of(complaints, gas, again) == ["open", "link_customer", "repeat", "regrade"]
    (fact,) = await facts(hot, gas, "complaint.repeat_recognised")
    assert fact["repeat_of_id"] == first["id"]
    ties = (await part_of(complaints, gas, first, "links"))["items"]
    assert [(one["tie"], one["is_outgoing"], one["other_id"]) for one in ties] == [("repeat_of", False, again["id"])]


async def test_people_link_and_unlink_cases(complaints: httpx.AsyncClient, gas: Company) -> None:
    one, other = await open_case(complaints, gas, **REPAIR), await open_case(complaints, gas, **REPAIR)
    body = {"other_id": one["id"], "link": "related", "reason": "同一小区"}
    linked = done(await of_case(complaints, gas, other, "links", "agent", body, version=1))
    refused(
        await of_case(complaints, gas, one, "links", "agent", {**body, "other_id": other["id"]}, version=1),
        409,
        "link_exists",
    )
    for case, ties in ((one, [("related", other["id"])]), (other, [("related", one["id"])])):
        shown = (await part_of(complaints, gas, case, "links"))["items"]
        assert [(tie["tie"], tie["other_id"]) for tie in shown] == ties
    refused(
        await of_case(complaints, gas, one, "links", "agent", {**body, "link": "repeat_of"}, version=1),
        422,
        "link_target_invalid",
    )
    said = {"other_id": one["id"], "link": "repeat_of", "reason": "同一户"}
    repeat = done(await of_case(complaints, gas, other, "links", "agent", said, version=linked["version"]))
    assert (repeat["repeat_of_id"], repeat["grade"]) == (one["id"], "2")
    gone = {"link": "repeat_of", "reason": "不是同一户"}
    path = f"links/{one['id']}/remove"
    freed = done(await of_case(complaints, gas, other, path, "agent", gone, version=repeat["version"]))
    assert freed["repeat_of_id"] is None
    assert (await case_now(complaints, gas, other))["circumstances"] == []
    again = await of_case(complaints, gas, other, path, "agent", gone, version=freed["version"])
    refused(again, 404, "link_not_found")


async def test_a_merged_case_ends_its_clocks_and_is_seen_from_its_target(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    target = await open_case(complaints, gas, **REPAIR)
    case = await open_case(complaints, gas, **REPAIR, complainant={"phone": PHONE})
    added = await add_complainant(complaints, gas, case, phone="10012345679")
    due = datetime.fromisoformat(clock_of(case, "response")["deadline_at"])
    await sweep_at(hot, due + timedelta(minutes=1))
    case = await case_now(complaints, gas, case)
    assert clock_of(case, "response")["state"] == "breached"
    merged = done(await merge(complaints, gas, case, target))
    assert (merged["state"], merged["merged_into_id"]) == ("merged", target["id"])
    now = await case_now(complaints, gas, case)
    assert clock_of(now, "response")["state"] == "breached"
    assert clock_of(now, "resolution")["state"] == "cancelled"
    assert all(clock["stopped_at"] for clock in now["clocks"])
    people = (await part_of(complaints, gas, target, "complainants"))["items"]
    assert {(one["complaint_id"], one["id"]) for one in people} == {
        (target["id"], None),
        (case["id"], None),
        (case["id"], added["id"]),
    }
    assert (await case_now(complaints, gas, target))["affected_customers"] == 3
    (tie,) = (await part_of(complaints, gas, target, "links"))["items"]
    assert (tie["tie"], tie["is_outgoing"], tie["other_state"]) == ("merged", False, "merged")
    (fact,) = await facts(hot, gas, "complaint.merged")
    assert (fact["complaint_id"], fact["into_id"]) == (case["id"], target["id"])
    assert (await facts(hot, gas, "sla.cancelled"))[0]["cause"] == "merged"
    assert (await steps_of(complaints, gas, case))[-1] == "merge"
    assert (await steps_of(complaints, gas, target))[-1] == "absorb"
    refused(
        await of_case(complaints, gas, now, "acknowledge", "agent", {}, version=now["version"]),
        409,
        "complaint_step_not_allowed",
    )
    talk = {"channel": "hotline", "direction": "in", "party": "complainant", "summary": "催办"}
    refused(await of_case(complaints, gas, case, "conversations", "agent", talk), 409, "complaint_is_merged")


async def test_a_merged_case_is_taken_out_until_its_target_is_settled(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    target, case = await open_case(complaints, gas, **REPAIR), await open_case(complaints, gas, **REPAIR)
    before = clock_of(case, "response")["deadline_at"]
    merged = done(await merge(complaints, gas, case, target))
    reason = {"reason": "并案有误"}
    free = done(await of_case(complaints, gas, case, "unmerge", "office", reason, version=merged["version"]))
    assert (free["state"], free["merged_into_id"]) == ("received", None)
    now = await case_now(complaints, gas, case)
    running = clock_of(now, "response")
    assert (running["state"], running["sequence"], running["deadline_at"]) == ("running", 2, before)
    assert [one["from_id"] for one in await facts(hot, gas, "complaint.unmerged")] == [target["id"]]
    merged = done(await merge(complaints, gas, now, target))
    target = await case_now(complaints, gas, target)
    target = await step(complaints, gas, target, "acknowledge")
    await step(complaints, gas, target, "resolve", resolution="已处理")
    late = await of_case(complaints, gas, case, "unmerge", "office", reason, version=merged["version"])
    refused(late, 409, "unmerge_too_late")
    assert (await case_now(complaints, gas, case))["state"] == "merged"


async def test_a_case_is_merged_only_into_another_open_one_of_its_kind(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    praise = await open_case(complaints, gas, **{**REPAIR, "kind": "praise"})
    settled = await step(complaints, gas, await open_case(complaints, gas, **REPAIR), "acknowledge")
    settled = await step(complaints, gas, settled, "resolve", resolution="已处理")
    hidden = await open_case(complaints, gas, **REPAIR, is_anonymous=True)
    for into, code in (
        (case, "merge_target_invalid"),
        (praise, "merge_target_invalid"),
        (settled, "merge_target_invalid"),
        ({"id": str(new_id())}, "merge_target_invalid"),
        (hidden, "reveals_complainant"),
    ):
        body = refused(await merge(complaints, gas, case, into), 422, code)
        assert body["errors"][0]["pointer"] == "/into_id"
    assert (await case_now(complaints, gas, case))["version"] == 1
    link = {"other_id": hidden["id"], "link": "related", "reason": "像是同一户"}
    refused(await of_case(complaints, gas, case, "links", "office", link, version=1), 422, "reveals_complainant")
    assert (await merge(complaints, gas, case, hidden, "agent")).status_code == 403


async def test_of_two_who_merge_crosswise_one_is_refused(complaints: httpx.AsyncClient, gas: Company) -> None:
    for _ in range(5):
        one, other = await open_case(complaints, gas, **REPAIR), await open_case(complaints, gas, **REPAIR)
        answers = await asyncio.gather(
            merge(complaints, gas, one, other), merge(complaints, gas, other, one, "officestaff")
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412]
        states = {(await case_now(complaints, gas, case))["state"] for case in (one, other)}
        assert states == {"merged", "received"}


async def test_a_case_goes_into_one_of_two_targets(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    targets = [await open_case(complaints, gas, **REPAIR) for _ in range(2)]
    answers = await asyncio.gather(*(merge(complaints, gas, case, target) for target in targets))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_merging_into_a_case_while_it_is_resolved(complaints: httpx.AsyncClient, gas: Company) -> None:
    for _ in range(5):
        case = await open_case(complaints, gas, **REPAIR)
        target = await step(complaints, gas, await open_case(complaints, gas, **REPAIR), "acknowledge")
        path = f"/v1/complaints/{target['id']}/resolve"
        merged, resolved = await asyncio.gather(
            merge(complaints, gas, case, target),
            post(complaints, gas, path, "agent", {"resolution": "已处理"}, version=target["version"]),
        )
        outcome = (merged.status_code, resolved.status_code)
        assert outcome in {(200, 412), (422, 200)}, (merged.text, resolved.text)
        state = (await case_now(complaints, gas, case))["state"]
        assert state == ("merged" if merged.status_code == 200 else "received")


async def test_merging_a_case_while_it_is_resolved(complaints: httpx.AsyncClient, gas: Company) -> None:
    for _ in range(3):
        target = await open_case(complaints, gas, **REPAIR)
        case = await step(complaints, gas, await open_case(complaints, gas, **REPAIR), "acknowledge")
        path = f"/v1/complaints/{case['id']}/resolve"
        answers = await asyncio.gather(
            merge(complaints, gas, case, target),
            post(complaints, gas, path, "agent", {"resolution": "已处理"}, version=case["version"]),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412]
        now = await case_now(complaints, gas, case)
        assert not [clock for clock in now["clocks"] if clock["state"] in {"running", "paused"}]
