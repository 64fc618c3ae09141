"""A visit is recorded with its proofs, judged on when it took place; missed by the clock; made up for, late."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.contracts.customer import CustomerErased
from tests.callback.integration.line import TUESDAY, Json, Line, event_of
from tests.callback.integration.visits.tour import Tour
from tests.support.world import Company

NEW_YEAR = datetime(2026, 12, 31, 16, tzinfo=UTC)


@pytest.fixture
async def gm_visit(tour: Tour, gas: Company) -> Json:
    """The year's visit that the GM owes a VIP unit."""
    unit = await tour.group(gas, "vip", party="unit")
    await tour.plan(gas, "2026-11")
    return await tour.visit(gas, unit, "gm_visit")


async def test_a_visit_is_recorded_with_proofs_and_what_was_learnt(
    line: Line, tour: Tour, gas: Company, gm_visit: Json
) -> None:
    heard = {
        "learnt": "计划明年扩建",
        "needs": [{"need": "capacity", "words": "增容"}],
        "suggestions": [{"words": "希望提前通知停气", "department": "network"}],
    }
    said = await tour.report(gas, "gm", "gm", TUESDAY - timedelta(hours=2), **heard)
    answer = await tour.act(gas, gm_visit, "record", login="gm", **said)
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert (done["state"], done["is_late"], done["done_by"]) == ("done", False, str(gas.person("gm")))
    assert (await tour.clock_of(gas, done))["state"] == "met"
    (fact,) = await line.facts(gas, "callback.visit_done")
    assert (fact["proofs"], fact["participants"], fact["is_late"]) == (["photo"], [str(gas.person("gm"))], False)
    (need,) = await line.facts(gas, "callback.visit_need_found")
    assert (need["need"], need["department"], need["visit_id"]) == ("capacity", "market", done["id"])
    (opinion,) = await line.facts(gas, "callback.opinion_received")
    assert (opinion["source"], opinion["source_id"], opinion["department"]) == ("visit", done["id"], "network")
    shown = (await line.client.get(f"/v1/visits/{done['id']}", headers=gas.headers("office"))).json()
    assert [one["kind"] for one in shown["findings"]] == ["need", "suggestion"]
    assert (shown["findings"][0]["event_id"], shown["findings"][1]["opinion_id"]) == (
        str(need["id"]),
        opinion["opinion_id"],
    )
    assert "计划明年扩建" not in str(shown), "words have their own door"
    words = (await line.client.get(f"/v1/visits/{done['id']}/learnt", headers=gas.headers("gm"))).json()
    assert (words["learnt"], sorted(words["findings"].values())) == ("计划明年扩建", ["增容", "希望提前通知停气"])
    file_id = said["proofs"][0]["file_id"]
    for login, status in (("office", 200), ("agent", 404)):
        read = await line.client.get(f"/v1/files/{file_id}", headers=gas.headers(login))
        assert read.status_code == status, login
    again = await tour.act(gas, done, "record", login="gm", **said)
    assert (again.status_code, again.json()["code"]) == (409, "visit_step_not_allowed")


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"proofs": []}, "visit_proof_missing", "/proofs"),
        ({"proofs": [{"kind": "photo"}]}, "visit_proof_file", "/proofs/0/file_id"),
        ({"proofs": [{"kind": "pennant"}]}, "visit_proof_unknown", "/proofs/0/kind"),
        ({"participants": []}, "visit_participant_missing", "/participants"),
        ({"needs": [{"need": "boat"}]}, "visit_need_unknown", "/needs/0/need"),
        ({"visited_at": "2026-11-24T02:01:00Z"}, "visit_time_outside", "/visited_at"),
        ({"visited_at": "2025-12-31T15:59:00Z"}, "visit_time_outside", "/visited_at"),
        ({"suggestions": [{"words": "x", "department": "sea"}]}, "opinion_department_unknown", None),
    ],
)
async def test_a_record_that_proves_nothing_changes_nothing(
    line: Line, tour: Tour, gas: Company, gm_visit: Json, change: Json, code: str, pointer: str | None
) -> None:
    said = {**await tour.report(gas, "gm", "gm", TUESDAY - timedelta(hours=2)), **change}
    refused = await tour.act(gas, gm_visit, "record", login="gm", **said)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, code), problem
    assert problem["errors"][0]["pointer"] == (pointer or "/suggestions/0/department")
    assert (await tour.visit(gas, UUID(gm_visit["customer_id"]), "gm_visit"))["version"] == gm_visit["version"]
    assert await line.facts(gas, "callback.visit_done", "callback.opinion_received") == []


async def test_the_photo_is_the_recorders_and_the_people_hold_the_posts_named(
    tour: Tour, gas: Company, gm_visit: Json
) -> None:
    said = await tour.report(gas, "gm", "gm", TUESDAY - timedelta(hours=2))
    of_another = {**said, "proofs": [{"kind": "photo", "file_id": await tour.store_photo(gas, "account")}]}
    refused = await tour.act(gas, gm_visit, "record", login="gm", **of_another)
    assert refused.json()["code"] == "visit_proof_file"
    pretended = {**said, "participants": [{"staff_id": str(gas.person("account")), "post": "gm"}]}
    refused = await tour.act(gas, gm_visit, "record", login="gm", **pretended)
    assert refused.json()["code"] == "visit_participant_unknown"
    assert (await tour.act(gas, gm_visit, "record", login="account", **said)).status_code == 404
    stale = await tour.act(gas, {**gm_visit, "version": 9}, "record", login="gm", **said)
    assert stale.status_code == 412
    both = await asyncio.gather(*(tour.act(gas, gm_visit, "record", login="gm", **said) for _ in range(2)))
    assert sorted(one.status_code for one in both) == [200, 412]


async def test_a_visit_that_was_not_made_is_missed_by_the_clock_and_made_up_for_late(
    line: Line, tour: Tour, gas: Company, gm_visit: Json
) -> None:
    customer = UUID(gm_visit["customer_id"])
    await tour.pass_time(gas, NEW_YEAR)
    assert (await tour.visit(gas, customer, "gm_visit"))["state"] == "planned", "at the deadline it is in time"
    await tour.pass_time(gas, NEW_YEAR + timedelta(hours=1))
    missed = await tour.visit(gas, customer, "gm_visit")
    assert (missed["state"], missed["missed_at"] is not None) == ("missed", True)
    assert (await tour.clock_of(gas, missed))["state"] == "breached"
    assert [one["visit_id"] for one in await line.facts(gas, "callback.visit_missed")] == [missed["id"]]
    assert len(await line.facts(gas, "sla.breached")) == 1
    refused = await tour.act(gas, missed, "cancel", login="gm", reason="customer_declined")
    assert (refused.status_code, refused.json()["code"]) == (409, "visit_step_not_allowed"), "a miss is not excused"
    said = await tour.report(gas, "gm", "gm", NEW_YEAR + timedelta(minutes=30))
    late = (await tour.act(gas, missed, "record", login="gm", **said)).json()
    assert (late["state"], late["is_late"], late["missed_at"] is not None) == ("done", True, True)


async def test_a_visit_in_time_that_is_written_down_after_takes_the_miss_back(
    tour: Tour, gas: Company, gm_visit: Json
) -> None:
    await tour.pass_time(gas, NEW_YEAR + timedelta(hours=20))
    missed = await tour.visit(gas, UUID(gm_visit["customer_id"]), "gm_visit")
    said = await tour.report(gas, "gm", "gm", NEW_YEAR - timedelta(hours=8))
    done = (await tour.act(gas, missed, "record", login="gm", **said)).json()
    assert (done["is_late"], done["missed_at"]) == (False, None)
    clock = await tour.clock_of(gas, done)
    assert (clock["state"], clock["breach_retracted_at"] is not None) == ("met", True)


async def test_after_the_packs_days_nothing_is_made_up_for(tour: Tour, gas: Company, gm_visit: Json) -> None:
    customer = UUID(gm_visit["customer_id"])
    await tour.pass_time(gas, NEW_YEAR + timedelta(hours=1))
    await tour.pass_time(gas, NEW_YEAR + timedelta(days=30, hours=1))
    ended = await tour.visit(gas, customer, "gm_visit")
    assert (ended["state"], ended["ended_at"] is not None) == ("missed", True)
    clock = await tour.clock_of(gas, ended)
    assert (clock["state"], clock["stopped_at"] is not None) == ("breached", True)
    said = await tour.report(gas, "gm", "gm", NEW_YEAR + timedelta(days=30))
    refused = await tour.act(gas, ended, "record", login="gm", **said)
    assert (refused.status_code, refused.json()["code"]) == (409, "visit_step_not_allowed")


async def test_what_was_written_of_an_erased_customer_is_blanked(
    line: Line, tour: Tour, gas: Company, gm_visit: Json
) -> None:
    heard = {"learnt": "张先生计划扩建", "needs": [{"need": "capacity", "words": "张先生要增容"}]}
    said = await tour.report(gas, "gm", "gm", TUESDAY, **heard)
    assert (await tour.act(gas, gm_visit, "record", login="gm", **said)).status_code == 200
    customer = UUID(gm_visit["customer_id"])
    await line.hear(event_of(gas, CustomerErased(customer_id=customer, erased_at=TUESDAY), version=2))
    path = f"/v1/visits/{gm_visit['id']}"
    words = (await line.client.get(f"{path}/learnt", headers=gas.headers("gm"))).json()
    assert (words["learnt"], words["findings"]) == (None, {})
    shown = (await line.client.get(path, headers=gas.headers("gm"))).json()
    assert (shown["state"], shown["findings"][0]["need"]) == ("done", "capacity"), "the row stays"
