"""The date is moved with a reason within the pack's limits, beyond the window by two persons; cancelled; counted."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.callback.integration.line import TUESDAY, Json, Line
from tests.callback.integration.visits.tour import Tour
from tests.support.world import Company


@pytest.fixture
async def visit(tour: Tour, liaoning: Company) -> Json:
    """The month's visit that an account manager owes an A group."""
    group = await tour.group(liaoning, "a", account_manager_id=liaoning.person("account"))
    await tour.plan(liaoning, "2026-11")
    return await tour.visit(liaoning, group, "personal_visit")


async def move(tour: Tour, company: Company, one: Json, to: str, *, login: str = "account") -> Any:
    return await tour.act(company, one, "reschedule", login=login, planned_on=to, reason="客户出差")


async def test_a_date_is_moved_within_the_window_as_often_as_the_pack_says(
    line: Line, tour: Tour, liaoning: Company, visit: Json
) -> None:
    for wrong in ("2026-11-23", visit["planned_on"], "2026-12-31"):
        refused = await move(tour, liaoning, visit, wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "visit_date_out_of_range"), wrong
        assert refused.json()["errors"][0]["pointer"] == "/planned_on"
    moved = (await move(tour, liaoning, visit, "2026-11-27")).json()
    assert (moved["state"], moved["planned_on"], moved["moves"]) == ("rescheduled", "2026-11-27", 1)
    assert moved["due_at"] == visit["due_at"], "within the window the deadline stays"
    moved = (await move(tour, liaoning, moved, "2026-11-30")).json()
    spent = await move(tour, liaoning, moved, "2026-11-26")
    assert (spent.status_code, spent.json()["code"]) == (409, "visit_moves_exhausted")
    assert [one["is_beyond"] for one in await line.facts(liaoning, "callback.visit_moved")] == [False, False]


async def test_beyond_the_window_another_person_decides(line: Line, tour: Tour, liaoning: Company, visit: Json) -> None:
    asked = (await move(tour, liaoning, visit, "2026-12-10")).json()
    assert (asked["state"], asked["planned_on"]) == ("planned", visit["planned_on"]), "not before it is approved"
    pending = await move(tour, liaoning, asked, "2026-12-11")
    assert (pending.status_code, pending.json()["code"]) == (409, "visit_move_pending")
    yes = {"is_approved": True, "reason": "同意"}
    assert (await tour.act(liaoning, asked, "decide-move", login="account", **yes)).status_code == 403
    refused = (
        await tour.act(liaoning, asked, "decide-move", login="markethead", is_approved=False, reason="尽快")
    ).json()
    assert (refused["pending_move_id"], refused["due_at"]) == (None, visit["due_at"])
    nothing = await tour.act(liaoning, refused, "decide-move", login="markethead", **yes)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "visit_no_move_pending")
    own = (await move(tour, liaoning, refused, "2026-12-10", login="markethead")).json()
    denied = await tour.act(liaoning, own, "decide-move", login="markethead", **yes)
    assert (denied.status_code, denied.json()["code"]) == (403, "visit_own_move")
    not_named = await tour.act(liaoning, own, "decide-move", login="officestaff", **yes)
    assert (not_named.status_code, not_named.json()["code"]) == (403, "visit_move_not_yours")
    moved = (await tour.act(liaoning, own, "decide-move", login="office", **yes)).json()
    ends = datetime(2026, 12, 10, 16, tzinfo=UTC)
    assert (moved["state"], datetime.fromisoformat(moved["due_at"])) == ("rescheduled", ends)
    clock = await tour.clock_of(liaoning, moved)
    assert datetime.fromisoformat(clock["deadline_at"]) == ends
    why = await line.client.get(
        f"/v1/visits/{moved['id']}/clocks/{clock['id']}/explanation", headers=liaoning.headers("office")
    )
    assert why.status_code == 200
    assert "postponed" in why.text
    shown = (await line.client.get(f"/v1/visits/{moved['id']}", headers=liaoning.headers("account"))).json()
    assert [one["state"] for one in shown["move_history"]] == ["refused", "approved"]
    await tour.pass_time(liaoning, ends + timedelta(hours=1))
    assert (await tour.visit(liaoning, UUID(moved["customer_id"]), "personal_visit"))["state"] == "missed"


async def test_a_plan_is_fulfilled_by_what_was_made_in_time(line: Line, tour: Tour, liaoning: Company) -> None:
    manager = liaoning.person("account")
    groups = [await tour.group(liaoning, "a", account_manager_id=manager) for _ in range(4)]
    await tour.plan(liaoning, "2026-11")
    one, two, three, _ = [await tour.visit(liaoning, group, "personal_visit") for group in groups]
    said = await tour.report(liaoning, "account", "account_manager", TUESDAY)
    assert (await tour.act(liaoning, one, "record", login="account", **said)).status_code == 200
    unknown = await tour.act(liaoning, two, "cancel", login="account", reason="rain")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "visit_cancel_reason_unknown")
    assert (await tour.act(liaoning, two, "cancel", login="account", reason="no_time")).status_code == 200
    excused = await tour.act(liaoning, three, "cancel", login="account", reason="customer_declined", note="电话谢绝")
    assert (excused.json()["state"], excused.json()["is_excused"]) == ("cancelled", True)
    assert (await tour.clock_of(liaoning, three))["state"] == "cancelled"
    started = {"customer_id": str(groups[0]), "service": "training", "reason": "客户要求培训"}
    assert (await line.post(liaoning, "/v1/visits", started, login="account")).status_code == 201

    async def figure() -> dict[tuple[str, str], Json]:
        path = "/v1/visit-plans/fulfilment"
        answer = await line.client.get(path, params={"period": "2026-11"}, headers=liaoning.headers("gm"))
        assert answer.status_code == 200, answer.text
        return {(one["tier"], one["post"]): one for one in answer.json()["items"]}

    counted = (await figure())["a", "account_manager"]
    assert [counted[name] for name in ("numerator", "denominator", "unanswered", "untargeted")] == [1, 2, 1, 1]
    await tour.pass_time(liaoning, datetime(2026, 11, 30, 17, tzinfo=UTC))
    counted = (await figure())["a", "account_manager"]
    assert [counted[name] for name in ("numerator", "denominator", "unanswered", "untargeted")] == [1, 3, 0, 1]
    assert date.fromisoformat(one["planned_on"]) >= TUESDAY.date()
