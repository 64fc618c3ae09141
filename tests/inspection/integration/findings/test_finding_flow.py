"""A finding from its draft to its end, and what it refuses."""

from datetime import timedelta

from shared.ids import new_id
from tests.inspection.integration.findings.book import (
    BODY,
    clock_of,
    confirmed,
    contested,
    raised,
    refused,
    step,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company


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
    unknown = str(new_id())
    cases: list[tuple[str, str, Json]] = [
        ("inspection_finding_clause_required", "/clause", {"clause": None}),
        ("inspection_finding_clause_unknown", "/clause", {"clause": "no-such"}),
        ("inspection_finding_code_unknown", "/severity", {"severity": "no-such"}),
        ("inspection_finding_code_unknown", "/department", {"department": "no-such"}),
        ("inspection_finding_code_unknown", "/inspection_kind", {"inspection_kind": "no-such"}),
        ("inspection_finding_severity_required", "/severity", {"severity": None}),
        ("inspection_finding_person_unknown", "/person_id", {"person_id": unknown}),
        ("inspection_finding_evidence_unknown", "/evidence_ids/0", {"evidence_ids": [unknown]}),
    ]
    for code, pointer, more in cases:
        answer = await stage.post(gas, "/v1/findings", {**BODY, **more}, login="inspector")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert await stage.facts(gas, "inspection.finding_raised") == []


async def test_clause_of_any_chapter_of_the_pack_is_good(stage: Stage, gas: Company) -> None:
    for chapter in ("complaint", "customer", "callback"):
        clause = next(iter(gas.pack.chapters[chapter].clauses))
        assert (await raised(stage, gas, clause=clause))["clause"] == clause


async def test_own_finding_is_not_confirmed_and_a_stale_version_loses(stage: Stage, gas: Company) -> None:
    mine = await raised(stage, gas, "office")
    assert await refused(stage, gas, mine, "confirm", "office") == (403, "inspection_finding_four_eyes")
    row = await raised(stage, gas)
    await step(stage, gas, row, "confirm", "office")
    late = await stage.post(gas, f"/v1/findings/{row['id']}/confirm", login="office", version=1)
    assert late.status_code == 412


async def test_same_key_does_a_thing_once(stage: Stage, gas: Company) -> None:
    for key in ("raise", "raise"):
        answer = await stage.post(gas, "/v1/findings", BODY, login="inspector", key=key)
        assert answer.status_code == 201
    row = answer.json()
    assert answer.headers["Idempotency-Replayed"] == "true"
    for key in ("confirm", "confirm"):
        answer = await stage.post(gas, f"/v1/findings/{row['id']}/confirm", login="office", key=key, version=1)
        assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert len(await stage.facts(gas, "inspection.finding_raised", "inspection.finding_confirmed")) == 2


async def test_routine_finding_costs_points_and_is_mended_on_the_spot(stage: Stage, gas: Company) -> None:
    person = str(gas.person("crew"))
    row = await raised(stage, gas, inspection_kind="routine", person_id=person, team="repair_1")
    assert (row["remedy"], row["points"], row["inspection_kind"]) == ("on_spot", 1, "routine")
    row = await step(stage, gas, row, "confirm", "office")
    (told,) = await stage.facts(gas, "inspection.finding_confirmed")
    assert (told["points"], told["person_id"], told["confirmed_by"]) == (1, person, str(gas.person("office")))
    row = await step(stage, gas, row, "answer", "crew", is_agreed=True, words="属实")
    assert row["state"] == "answered"
    row = await step(stage, gas, row, "mend", "crew")
    assert row["state"] == "closed"
    assert (await clock_of(stage, row, "finding_mend"))["state"] == "met"
    assert len(await stage.facts(gas, "inspection.finding_closed")) == 1


async def test_mending_on_the_spot_waits_for_the_answer_and_is_none_of_a_notice(stage: Stage, gas: Company) -> None:
    row = await step(stage, gas, await confirmed(stage, gas, inspection_kind="routine"), "mend", "head")
    assert row["state"] == "confirmed"
    assert await refused(stage, gas, row, "mend", "head") == (409, "inspection_finding_step_not_allowed")
    assert (await step(stage, gas, row, "answer", "head", is_agreed=True, words="属实"))["state"] == "closed"
    row = await confirmed(stage, gas, inspection_kind="themed", person_id=str(gas.person("crew")))
    assert (row["remedy"], row["points"]) == ("notice", 0)
    assert await refused(stage, gas, row, "mend", "head") == (409, "inspection_finding_step_not_allowed")


async def test_draft_is_withdrawn_with_its_clock_and_a_confirmed_one_is_not(stage: Stage, gas: Company) -> None:
    row = await step(stage, gas, await raised(stage, gas), "void", "inspector", reason="重复登记")
    assert (row["state"], row["void_reason"]) == ("void", "重复登记")
    assert (await clock_of(stage, row, "finding_confirm"))["state"] == "cancelled"
    (told,) = await stage.facts(gas, "inspection.finding_voided")
    assert (told["routing"]["department"], told["routing"]["owner_id"]) == (None, None)
    row = await confirmed(stage, gas)
    assert await refused(stage, gas, row, "void", "inspector", reason="x") == (
        409,
        "inspection_finding_step_not_allowed",
    )


async def test_contested_finding_falls_when_a_third_person_decides(stage: Stage, gas: Company) -> None:
    row = await contested(stage, gas)
    assert row["state"] == "contested"
    row = await step(stage, gas, row, "decide", "gm", is_upheld=False, words="属实")
    assert row["state"] == "overturned"
    assert len(await stage.facts(gas, "inspection.finding_overturned")) == 1


async def test_decision_lies_with_the_posts_of_the_pack_and_never_with_whoever_had_a_part(
    stage: Stage, gas: Company
) -> None:
    row = await step(stage, gas, await raised(stage, gas, "committee"), "confirm", "office")
    row = await step(stage, gas, row, "answer", "head", is_agreed=False, words="已回访")
    routing = (await clock_of(stage, row, "finding_decide"))["routing"]
    assert (routing["owner_id"], routing["department"]) == (None, None)
    assert routing["posts"] == ["service_management_committee", "deputy_gm", "gm"]
    said = {"is_upheld": True, "words": "成立"}
    assert await refused(stage, gas, row, "decide", "officestaff", **said) == (
        403,
        "inspection_finding_post_not_allowed",
    )
    assert await refused(stage, gas, row, "decide", "committee", **said) == (403, "inspection_finding_four_eyes")
    row = await step(stage, gas, row, "decide", "deputy", **said)
    assert (row["state"], row["decision"]) == ("answered", "成立")
    assert (await clock_of(stage, row, "finding_decide"))["state"] == "met"
    assert len(await stage.facts(gas, "inspection.finding_upheld")) == 1


async def test_whoever_is_named_neither_confirms_nor_decides(stage: Stage, gas: Company) -> None:
    own = await raised(stage, gas, person_id=str(gas.person("office")), department="service_office")
    assert (await refused(stage, gas, own, "confirm", "office"))[0] == 404
    named = await step(stage, gas, await raised(stage, gas, person_id=str(gas.person("gm"))), "confirm", "office")
    named = await step(stage, gas, named, "answer", "head", is_agreed=False, words="不属实")
    said = {"is_upheld": False, "words": "x"}
    assert await refused(stage, gas, named, "decide", "gm", **said) == (403, "inspection_finding_four_eyes")
