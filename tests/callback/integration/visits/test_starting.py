"""What competition or the customer needs is started by a person with a reason, untargeted; a trial has its end."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.ids import new_id
from tests.callback.integration.line import Json, Line
from tests.callback.integration.visits.tour import Tour
from tests.support.world import Company


async def start(line: Line, company: Company, customer_id: UUID, service: str, **more: object) -> Json:
    body = {"customer_id": str(customer_id), "service": service, "reason": "竞争对手已提供", **more}
    login = str(body.pop("login", "account"))
    answer = await line.post(company, "/v1/visits", body, login=login)
    return {"status": answer.status_code, **answer.json()}


async def test_a_service_is_started_with_a_reason_and_has_no_deadline(
    line: Line, tour: Tour, liaoning: Company
) -> None:
    group = await tour.group(liaoning, "c", account_manager_id=liaoning.person("account"))
    one = await start(line, liaoning, group, "green_channel")
    assert (one["status"], one["origin"], one["pace"], one["due_at"]) == (201, "started", "as_needed", None)
    assert (one["owner_id"], one["reason"]) == (str(liaoning.person("account")), "竞争对手已提供")
    clock = await tour.clock_of(liaoning, one)
    assert (clock["is_untargeted"], clock["deadline_at"], clock["state"]) == (True, None, "running")
    (fact,) = await line.facts(liaoning, "callback.service_started")
    assert (fact["pace"], fact["started_by"]) == ("as_needed", str(liaoning.person("account")))
    twice = await start(line, liaoning, group, "green_channel")
    assert (twice["status"], twice["code"]) == (409, "visit_service_under_way")
    said = {"visited_at": line.clock.now().isoformat(), "proofs": [{"kind": "confirmation", "note": "客户已知"}]}
    done = (await tour.act(liaoning, one, "record", login="account", **said)).json()
    assert (done["state"], done["is_late"]) == ("done", None)
    assert (await start(line, liaoning, group, "green_channel"))["status"] == 201


async def test_what_nobody_may_start_is_refused_by_name(line: Line, tour: Tour, liaoning: Company) -> None:
    top = await tour.group(liaoning, "a_plus", account_manager_id=liaoning.person("account"))
    cases: list[tuple[Json, int, str]] = [
        ({"service": "personal_visit"}, 422, "visit_service_is_planned"),
        ({"service": "green_channel"}, 422, "visit_not_entitled"),
        ({"service": "greeting"}, 422, "visit_not_entitled"),
        ({"service": "boat"}, 422, "visit_not_entitled"),
        ({"service": "training", "ends_on": "2026-12-01"}, 422, "visit_trial_end"),
        ({"service": "trial", "ends_on": "2027-02-25"}, 422, "visit_trial_end"),
        ({"service": "trial", "ends_on": "2026-11-24"}, 422, "visit_trial_end"),
        ({"service": "training", "member_id": str(new_id())}, 422, "visit_member_unknown"),
        ({"service": "training", "login": "agent"}, 403, "permission_denied"),
    ]
    for body, status, code in cases:
        refused = await start(line, liaoning, top, **body)
        assert (refused["status"], refused["code"]) == (status, code), body
    stranger = await start(line, liaoning, new_id(), "training")
    assert (stranger["status"], stranger["code"]) == (422, "visit_customer_unknown")
    assert await tour.visits(liaoning) == []


async def test_a_forum_is_started_for_a_served_member(line: Line, tour: Tour, liaoning: Company) -> None:
    group = await tour.group(liaoning, "c", account_manager_id=liaoning.person("account"))
    core = await tour.member(liaoning, group)
    plain = await tour.member(liaoning, group, circle=None, kind="ordinary")
    for member in (None, plain):
        refused = await start(line, liaoning, group, "forum", **({"member_id": str(member)} if member else {}))
        assert refused["code"] == "visit_member_unknown"
    assert (await start(line, liaoning, group, "forum", member_id=str(core)))["member_id"] == str(core)


async def test_a_trial_runs_to_its_end(line: Line, tour: Tour, liaoning: Company) -> None:
    group = await tour.group(liaoning, "a", account_manager_id=liaoning.person("account"))
    trial = await start(line, liaoning, group, "trial")
    ends = datetime(2027, 2, 24, 16, tzinfo=UTC)
    assert datetime.fromisoformat(trial["due_at"]) == ends
    clock = await tour.clock_of(liaoning, trial)
    assert (clock["metric"], datetime.fromisoformat(clock["deadline_at"])) == ("trial_end", ends)
    await tour.pass_time(liaoning, ends + timedelta(minutes=1))
    assert (await tour.visit(liaoning, group, "trial"))["state"] == "missed"
    assert (await tour.clock_of(liaoning, trial))["state"] == "breached"
