"""Whom a finding reaches and when, its evidence, and what the list shows."""

from tests.inspection.integration.findings.book import (
    BODY,
    FINDINGS,
    clock_of,
    confirmed,
    listed,
    raised,
    status,
    step,
    stored,
)
from tests.support.stage import Stage
from tests.support.world import Company

NAMED = ("crew", "leader", "head")


async def test_draft_reaches_nobody_whom_it_names_until_it_is_confirmed(stage: Stage, gas: Company) -> None:
    row = await raised(stage, gas, person_id=str(gas.person("crew")), team="repair_1")
    path = f"{FINDINGS}/{row['id']}"
    for login in (*NAMED, "deputy"):
        assert await status(stage, gas, path, login) == 404, login
        assert await status(stage, gas, f"{path}/clocks", login) == 404, login
        assert await listed(stage, gas, login) == []
        work = await stage.get(gas, "/v1/work", login=login)
        assert row["id"] not in [one["id"] for one in work["items"]], login
    for login in ("inspector", "office", "officestaff", "committee"):
        assert await listed(stage, gas, login) == [row["id"]]
    (mine,) = (await stage.get(gas, "/v1/work", login="officestaff"))["items"]
    assert (mine["id"], mine["queue"]) == (row["id"], "post")
    for kind in ("inspection.finding_raised", "sla.started"):
        (told,) = await stage.facts(gas, kind)
        assert [told["routing"].get(name) for name in ("owner_id", "team", "department")] == [None, None, None]
        assert "service_office_staff" in told["routing"]["posts"]
    await step(stage, gas, row, "confirm", "office")
    for login in (*NAMED, "deputy"):
        assert await listed(stage, gas, login) == [row["id"]], login
    assert await status(stage, gas, path, "callhead") == 404, "of another department"
    assert await status(stage, gas, path, "clerk") == 404, "of another person"
    (mine,) = (await stage.get(gas, "/v1/work", login="crew"))["items"]
    assert (mine["id"], mine["queue"], mine["metric"]) == (row["id"], "mine", "finding_answer")
    routing = (await clock_of(stage, row, "finding_answer"))["routing"]
    assert (routing["team"], routing["department"]) == ("repair_1", "customer_service")


async def test_draft_is_hidden_from_the_named_member_of_the_office_and_withdrawn_from_all_named(
    stage: Stage, gas: Company
) -> None:
    row = await raised(stage, gas, person_id=str(gas.person("officestaff")), department="service_office")
    path = f"{FINDINGS}/{row['id']}"
    assert [await status(stage, gas, path, login) for login in ("officestaff", "committee")] == [404, 200]
    await step(stage, gas, row, "confirm", "committee")
    assert await status(stage, gas, path, "officestaff") == 200
    row = await raised(stage, gas, person_id=str(gas.person("crew")), team="repair_1")
    await step(stage, gas, row, "void", "inspector", reason="误记")
    assert [await listed(stage, gas, login) for login in ("crew", "head")] == [[], []], "withdrawn, it never does"


async def test_list_is_narrowed_by_each_of_its_filters_and_the_company(
    stage: Stage, gas: Company, chaohu: Company
) -> None:
    person = str(gas.person("crew"))
    first = await confirmed(stage, gas)
    again = await confirmed(stage, gas)
    other = await raised(
        stage,
        gas,
        source_type="callback",
        department="market",
        clause="rectification",
        severity="grave",
        person_id=person,
    )
    at = stage.clock.now().isoformat()
    cases: list[tuple[dict[str, object], set[str]]] = [
        ({"state": "draft"}, {other["id"]}),
        ({"department": "market"}, {other["id"]}),
        ({"clause": "rectification"}, {other["id"]}),
        ({"severity": "grave"}, {other["id"]}),
        ({"source_type": "inspection"}, {first["id"], again["id"]}),
        ({"person_id": person}, {other["id"]}),
        ({"is_recurrence": True}, {again["id"]}),
        ({"is_recurrence": False}, {first["id"], other["id"]}),
        ({"since": at}, {first["id"], again["id"], other["id"]}),
        ({"until": at}, set()),
    ]
    for query, wanted in cases:
        assert set(await listed(stage, gas, "office", **query)) == wanted, query
    assert await listed(stage, chaohu, "office") == []
    assert await status(stage, chaohu, f"{FINDINGS}/{first['id']}", "office") == 404
    page = await stage.get(gas, FINDINGS, limit=2)
    rest = await stage.get(gas, FINDINGS, limit=2, cursor=page["next_cursor"])
    assert [one["id"] for one in (*page["items"], *rest["items"])] == [other["id"], again["id"], first["id"]]


async def test_evidence_of_a_wrong_type_is_refused_at_its_place(stage: Stage, gas: Company) -> None:
    good, bad = await stored(stage, gas, "inspector"), await stored(stage, gas, "inspector", "a.txt", b"text")
    answer = await stage.post(gas, FINDINGS, {**BODY, "evidence_ids": [good, bad]}, login="inspector")
    assert (answer.status_code, answer.json()["code"]) == (422, "inspection_finding_evidence_type")
    assert answer.json()["errors"][0]["pointer"] == "/evidence_ids/1"
    assert await listed(stage, gas, "office") == []


async def test_evidence_is_read_by_whoever_reads_the_finding(stage: Stage, gas: Company) -> None:
    file_id = await stored(stage, gas, "inspector")
    path = f"/v1/files/{file_id}"
    row = await raised(stage, gas, evidence_ids=[file_id])
    assert [await status(stage, gas, path, login) for login in ("office", "head")] == [200, 404]
    await step(stage, gas, row, "confirm", "office")
    assert [await status(stage, gas, path, login) for login in ("head", "callhead")] == [200, 404]


async def test_evidence_of_others_is_good_only_where_a_readable_row_names_it(stage: Stage, gas: Company) -> None:
    file_id = await stored(stage, gas, "office")
    answer = await stage.post(gas, FINDINGS, {**BODY, "evidence_ids": [file_id]}, login="inspector")
    assert (answer.status_code, answer.json()["code"]) == (422, "inspection_finding_evidence_unknown")
    await raised(stage, gas, "office", evidence_ids=[file_id])
    assert (await raised(stage, gas, evidence_ids=[file_id]))["evidence_ids"] == [file_id]
