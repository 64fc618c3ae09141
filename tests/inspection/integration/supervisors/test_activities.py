"""Invitations: answer clock, record with photos, unannounced checks stay hidden."""

from datetime import UTC, datetime

from shared.ids import new_id
from tests.inspection.integration.supervisors.network import ACTIVITIES, appointed, invited, photo, refused, step
from tests.support.stage import Stage
from tests.support.world import Company


async def test_an_invitation_is_answered_and_held_with_photos_in_time(stage: Stage, gas: Company) -> None:
    one = await invited(stage, gas, await appointed(stage, gas))
    path = f"{ACTIVITIES}/{one['id']}"
    assert (await stage.clocks(gas, path))["supervisor_reply"]["state"] == "running"
    accepted = await step(stage, gas, ACTIVITIES, one, "answer", "supervisor", is_accepted=True)
    clocks = await stage.clocks(gas, path)
    assert clocks["supervisor_reply"]["state"] == "met"
    # Friday 10:00 + 3 working days, whenever it was accepted
    assert datetime.fromisoformat(clocks["supervisor_record"]["deadline_at"]) > datetime(2026, 12, 1, tzinfo=UTC)
    stage.clock.set(datetime(2026, 11, 27, 8, 0, tzinfo=UTC))
    said = {"held_at": "2026-11-27T02:00:00Z", "words": "设备齐全"}
    picture = await photo(stage, gas)
    await refused(
        stage, gas, ACTIVITIES, accepted, "hold", "office", "supervisor_activity_time",
        held_at="2026-11-28T02:00:00Z", words="设备齐全",
    )  # fmt: skip
    for login, file_id in (("office", str(new_id())), ("officestaff", picture)):
        await refused(
            stage, gas, ACTIVITIES, accepted, "hold", login, "supervisor_evidence_unknown", **said, photo_ids=[file_id]
        )
    held = await step(stage, gas, ACTIVITIES, accepted, "hold", "office", **said, photo_ids=[picture])
    assert (held["state"], held["photo_ids"]) == ("held", [picture])
    assert (await stage.clocks(gas, path))["supervisor_record"]["state"] == "met"
    await refused(
        stage, gas, ACTIVITIES, held, "cancel", "office", "supervisor_activity_step_not_allowed", reason="晚了"
    )
    kinds = [
        "inspection.supervisor_invited",
        "inspection.supervisor_invitation_answered",
        "inspection.supervisor_activity_held",
    ]
    assert [fact["type"] for fact in await stage.facts(gas, *kinds)] == kinds


async def test_silence_breaches_and_a_refusal_starts_nothing(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas)
    silent = await invited(stage, gas, member, starts_at="2026-12-20T02:00:00Z")
    declined = await step(
        stage, gas, ACTIVITIES, await invited(stage, gas, member), "answer", "office", is_accepted=False, words="出差"
    )
    assert set(await stage.clocks(gas, f"{ACTIVITIES}/{declined['id']}")) == {"supervisor_reply"}
    stage.clock.set(datetime(2026, 11, 30, 2, 0, tzinfo=UTC))
    await stage.sweep()
    assert (await stage.clocks(gas, f"{ACTIVITIES}/{silent['id']}"))["supervisor_reply"]["state"] == "breached"


async def test_no_department_learns_of_a_check(stage: Stage, gas: Company) -> None:
    member = await appointed(stage, gas)
    check = await invited(stage, gas, member, kind="unannounced_check", department="network")
    assert check["is_announced"] is False
    assert (await stage.client.get(ACTIVITIES, headers=gas.headers("networkhead"))).status_code == 403
    (fact,) = await stage.facts(gas, "inspection.supervisor_invited")
    assert "network" not in str(fact["payload"])


async def test_a_decision_of_another_member_is_not_reached(stage: Stage, gas: Company) -> None:
    await appointed(stage, gas)
    other = await appointed(stage, gas, is_own=False, phone="13900139000")
    theirs = await invited(stage, gas, other)
    await refused(
        stage, gas, ACTIVITIES, theirs, "answer", "supervisor", "supervisor_activity_not_found", is_accepted=True
    )
