"""A finding from its draft to the confirmation by other eyes, with versions, clocks, marks and facts."""

import asyncpg
import httpx
import pytest

from tests.complaint.integration.desk import facts, open_case
from tests.complaint.integration.judging import (
    confirmed,
    content,
    current,
    done,
    drafted,
    finding_step,
    post,
    worked_case,
)
from tests.support.world import Company, World


async def test_a_draft_is_confirmed_by_other_eyes_and_says_what_follows(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await worked_case(complaints, gas)
    finding = await drafted(
        complaints, gas, case, marks=["retaliation"], is_reported_upward=False, is_raised_again=True
    )
    assert finding["state"] == "draft"
    assert finding["marks"] == ["not_reported", "preventable", "retaliation"]
    finding = await done(await finding_step(complaints, gas, finding, "confirm", "officestaff"))
    assert (finding["state"], finding["confirmed_by"]) == ("confirmed", str(gas.person("officestaff")))
    (fact,) = await facts(hot, gas, "complaint.finding_confirmed")
    assert fact["consequences"] == [
        {"mark": mark, "clause": "penalty-3"} for mark in ("not_reported", "preventable", "retaliation")
    ]
    assert fact["person_ids"] == [str(gas.person("crew"))]
    row = await hot.fetchrow("select matter_id from outbox where type = $1 and company = $2", fact["type"], gas.code)
    assert row is not None
    assert str(row["matter_id"]) == case["matter_id"]


@pytest.mark.parametrize(
    ("login", "more", "code"),
    [
        ("office", {}, "complaint_finding_four_eyes"),
        ("officestaff", {"person_ids": "officestaff"}, "complaint_finding_four_eyes"),
        ("office", {"department": "service_office"}, "complaint_finding_four_eyes"),
    ],
)
async def test_nobody_confirms_their_own_or_what_holds_them_responsible(
    complaints: httpx.AsyncClient, gas: Company, login: str, more: dict[str, str], code: str
) -> None:
    case = await worked_case(complaints, gas)
    said: dict[str, object] = dict(more)
    if "person_ids" in more:
        said["person_ids"] = [str(gas.person(more["person_ids"]))]
    drafter = "office" if not more else "inspector"
    finding = await drafted(complaints, gas, case, login=drafter, **said)
    refused = await finding_step(complaints, gas, finding, "confirm", login)
    assert (refused.status_code, refused.json()["code"]) == (403, code)
    assert (await current(complaints, gas, case))["version"] == finding["version"]


async def test_a_returned_draft_goes_back_with_its_reason_and_every_version_is_kept(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await worked_case(complaints, gas)
    finding = await drafted(complaints, gas, case)
    finding = await done(await finding_step(complaints, gas, finding, "return", "office", reason="原因未查明"))
    assert (finding["state"], finding["return_reason"]) == ("returned", "原因未查明")
    work = (await complaints.get("/v1/work", headers=gas.headers("inspector"))).json()["items"]
    assert [(one["id"], one["metric"], one["owner_id"]) for one in work if one["kind"] == "finding"] == [
        (finding["id"], "finding_correction", str(gas.person("inspector")))
    ]
    early = await finding_step(complaints, gas, finding, "confirm", "office")
    assert (early.status_code, early.json()["code"]) == (409, "complaint_finding_step_not_allowed")
    body = content(gas, root_cause="派工系统未提示")
    finding = await done(await finding_step(complaints, gas, finding, "redraft", "inspector", **body))
    assert (finding["state"], finding["revision"], finding["return_reason"]) == ("draft", 2, None)
    finding = await done(await finding_step(complaints, gas, finding, "confirm", "office"))
    kept = [(one["act"], one["revision"], (one["content"] or {}).get("root_cause")) for one in finding["versions"]]
    assert kept == [
        ("draft", 1, "派工未确认"),
        ("return", 1, None),
        ("redraft", 2, "派工系统未提示"),
        ("confirm", 2, None),
    ]
    clocks = await hot.fetch(
        "select metric, sequence, state from clocks where subject_id = $1 order by started_at, metric", finding["id"]
    )
    assert [tuple(one) for one in clocks] == [
        ("finding_confirmation", 1, "met"),
        ("finding_correction", 1, "met"),
        ("finding_confirmation", 2, "met"),
    ]


async def test_a_finding_waits_in_the_office_s_work_list(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await worked_case(complaints, gas)
    finding = await drafted(complaints, gas, case)
    work = (await complaints.get("/v1/work", headers=gas.headers("officestaff"))).json()["items"]
    assert [(one["id"], one["metric"], one["deadline_at"]) for one in work if one["kind"] == "finding"] == [
        (finding["id"], "finding_confirmation", finding["deadline_at"])
    ]
    (entry,) = [one for one in work if one["kind"] == "finding"]
    assert "service_office_staff" in entry["posts"]


@pytest.mark.parametrize(
    ("more", "code", "pointer"),
    [
        ({"verdict": "maybe"}, "complaint_finding_code_unknown", "/verdict"),
        ({"marks": ["unheard_of"]}, "complaint_finding_code_unknown", "/marks"),
        ({"department": None, "person_ids": []}, "complaint_finding_responsible_required", "/department"),
        ({"verdict": "unsubstantiated"}, "complaint_finding_responsible_not_allowed", "/department"),
        ({"person_ids": ["01890000-0000-7000-8000-000000000001"]}, "complaint_finding_staff_unknown", "/person_ids"),
        (
            {"attachment_ids": ["01890000-0000-7000-8000-000000000001"]},
            "complaint_finding_file_unknown",
            "/attachment_ids",
        ),
    ],
)
async def test_a_bad_finding_names_field_and_rule_and_changes_nothing(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company, more: dict[str, object], code: str, pointer: str
) -> None:
    case = await worked_case(complaints, gas)
    path = f"/v1/complaints/{case['id']}/finding"
    refused = await post(complaints, gas, path, "inspector", body=content(gas, **more))
    assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert await hot.fetchval("select count(*) from complaint_findings where company = $1", gas.code) == 0


async def test_who_may_find_on_what(complaints: httpx.AsyncClient, gas: Company) -> None:
    fresh = await open_case(complaints, gas)
    path = f"/v1/complaints/{fresh['id']}/finding"
    early = await post(complaints, gas, path, "inspector", body=content(gas))
    assert (early.status_code, early.json()["code"]) == (409, "complaint_not_investigated")
    praise = await worked_case(complaints, gas, kind="praise")
    wrong = await post(complaints, gas, f"/v1/complaints/{praise['id']}/finding", "inspector", body=content(gas))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "complaint_kind_without_finding")
    case = await worked_case(complaints, gas)
    path = f"/v1/complaints/{case['id']}/finding"
    assert (await post(complaints, gas, path, "crew", body=content(gas))).status_code == 403
    by_staff = await post(complaints, gas, path, "officestaff", body=content(gas))
    assert by_staff.json()["code"] == "complaint_finding_post_not_allowed"
    await drafted(complaints, gas, case)
    twice = await post(complaints, gas, path, "inspector", body=content(gas))
    assert (twice.status_code, twice.json()["code"]) == (409, "complaint_finding_exists")


async def test_keys_and_versions_guard_a_finding(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await worked_case(complaints, gas)
    path = f"/v1/complaints/{case['id']}/finding"
    first = await post(complaints, gas, path, "inspector", body=content(gas), key="draft-1")
    again = await post(complaints, gas, path, "inspector", body=content(gas), key="draft-1")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    finding = first.json()
    assert first.headers["ETag"] == '"1"'
    stale = await post(complaints, gas, f"{path}/confirm", "officestaff", 7)
    assert stale.status_code == 412
    done_once = await post(complaints, gas, f"{path}/confirm", "officestaff", finding["version"], key="c-1")
    done_twice = await post(complaints, gas, f"{path}/confirm", "officestaff", finding["version"], key="c-1")
    assert (done_once.status_code, done_twice.headers["Idempotency-Replayed"]) == (200, "true")


async def test_whoever_is_named_sees_the_finding_once_it_is_confirmed(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    case = await worked_case(complaints, gas)
    path = f"/v1/complaints/{case['id']}/finding"
    finding = await drafted(complaints, gas, case)
    assert (await complaints.get(path, headers=gas.headers("crew"))).status_code == 404
    await done(await finding_step(complaints, gas, finding, "confirm", "office"))
    assert (await complaints.get(path, headers=gas.headers("crew"))).status_code == 200
    assert (await complaints.get(path, headers=gas.headers("emergency"))).status_code == 404


@pytest.mark.parametrize("pack", ["xxx-gas", "chaohu", "generic", "liaoning"])
async def test_every_pack_finds_and_counts(
    world: World, complaints: httpx.AsyncClient, company: str, pack: str
) -> None:
    house = await world.company(f"{company}-{pack[:3]}", pack)
    case = await worked_case(complaints, house)
    finding = await confirmed(complaints, house, case)
    assert (finding["state"], finding["marks"]) == ("confirmed", ["preventable"])
