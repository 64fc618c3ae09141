"""A finding from its draft to its end, and what it refuses."""

from datetime import timedelta

from shared.ids import new_id
from tests.support.stage import Json, Stage
from tests.support.world import Company

BODY: Json = {
    "source_type": "inspection",
    "severity": "minor",
    "clause": "inspection-finding",
    "department": "customer_service",
    "words": "工单未回访",
}


async def raised(stage: Stage, gas: Company, **more: object) -> Json:
    answer = await stage.post(gas, "/v1/findings", {**BODY, **more}, login="inspector")
    assert answer.status_code == 201, answer.text
    row: Json = answer.json()
    return row


async def step(stage: Stage, gas: Company, row: Json, act: str, login: str, **body: object) -> Json:
    path = f"/v1/findings/{row['id']}/{act}"
    answer = await stage.post(gas, path, body, login=login, version=row["version"])
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()
    return after


async def test_finding_is_told_and_recurrence_weighs_more_when_another_person_confirms(
    stage: Stage, gas: Company
) -> None:
    first = await step(stage, gas, await raised(stage, gas), "confirm", "office")
    assert (first["state"], first["severity"], first["remedy"]) == ("confirmed", "minor", "notice")
    clocks = await stage.clocks(gas, f"/v1/findings/{first['id']}")
    assert (clocks["finding_confirm"]["state"], clocks["finding_answer"]["state"]) == ("met", "running")
    again = await step(stage, gas, await raised(stage, gas), "confirm", "office")
    assert (again["recurrence_of"], again["severity"], again["drafted_severity"]) == (first["id"], "ordinary", "minor")
    told = await stage.facts(gas, "inspection.finding_confirmed")
    assert [one["recurrence_of"] for one in told] == [None, first["id"]]


async def test_confirmation_is_breached_when_nobody_confirms(stage: Stage, gas: Company) -> None:
    row = await raised(stage, gas)
    stage.clock.set(stage.clock.now() + timedelta(days=10))
    await stage.sweep()
    clocks = await stage.clocks(gas, f"/v1/findings/{row['id']}")
    assert clocks["finding_confirm"]["state"] == "breached"


async def test_good_example_is_told_when_it_is_confirmed(stage: Stage, gas: Company) -> None:
    row = await raised(stage, gas, severity=None, is_good_example=True, is_publishable=True)
    assert (await step(stage, gas, row, "confirm", "office"))["state"] == "closed"
    (told,) = await stage.facts(gas, "inspection.good_example_confirmed")
    assert told["is_publishable"] is True


async def test_nothing_is_raised_when_the_draft_is_refused(stage: Stage, gas: Company) -> None:
    cases = {
        "inspection_finding_clause_required": {"clause": None},
        "inspection_finding_clause_unknown": {"clause": "no-such"},
        "inspection_finding_code_unknown": {"severity": "no-such"},
        "inspection_finding_severity_required": {"severity": None},
        "inspection_finding_person_unknown": {"person_id": str(new_id())},
        "inspection_finding_evidence_unknown": {"evidence_ids": [str(new_id())]},
    }
    for code, more in cases.items():
        answer = await stage.post(gas, "/v1/findings", {**BODY, **more}, login="inspector")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await stage.facts(gas, "inspection.finding_raised") == []


async def test_own_finding_is_not_confirmed_and_a_stale_version_loses(stage: Stage, gas: Company) -> None:
    mine = (await stage.post(gas, "/v1/findings", BODY, login="office")).json()
    path = f"/v1/findings/{mine['id']}/confirm"
    answer = await stage.post(gas, path, login="office", version=1)
    assert (answer.status_code, answer.json()["code"]) == (403, "inspection_finding_four_eyes")
    row = await raised(stage, gas)
    await step(stage, gas, row, "confirm", "office")
    late = await stage.post(gas, f"/v1/findings/{row['id']}/confirm", login="office", version=1)
    assert late.status_code == 412


async def test_contested_finding_falls_when_a_third_person_decides(stage: Stage, gas: Company) -> None:
    row = await step(stage, gas, await raised(stage, gas), "confirm", "office")
    row = await step(stage, gas, row, "answer", "head", is_agreed=False, words="已回访")
    assert row["state"] == "contested"
    own = await stage.post(
        gas, f"/v1/findings/{row['id']}/decide", {"is_upheld": True, "words": "x"}, login="office", version=3
    )
    assert (own.status_code, own.json()["code"]) == (403, "inspection_finding_four_eyes")
    row = await step(stage, gas, row, "decide", "gm", is_upheld=False, words="属实")
    assert row["state"] == "overturned"
    assert len(await stage.facts(gas, "inspection.finding_overturned")) == 1
