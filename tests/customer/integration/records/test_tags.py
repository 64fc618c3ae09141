"""Tags with who, why and until when; what they amount to, and how they fall away."""

from datetime import timedelta
from uuid import UUID

from services.customer.tags.jobs import bodies
from tests.customer.integration.records.desk import Desk
from tests.customer.integration.records.nightly import run_nightly


async def test_a_tag_is_set_with_reason_and_term_and_removed_with_a_reason(desk: Desk) -> None:
    made = await desk.customer(tags=["news_media"])
    at = f"/customers/{made['id']}/tags"
    body = {"tag": "vulnerable_disabled", "reason": "残疾证", "until": "2026-12-01"}
    for wrong, code, pointer in (
        ({"tag": "celebrity"}, "unknown_policy_code", "/tags/0"),
        ({"until": "2026-01-01"}, "day_out_of_range", "/until"),
    ):
        refused = await desk.post(at, {**body, **wrong}, status=422)
        assert (refused["code"], refused["errors"][0]["pointer"]) == (code, pointer)
    tag = await desk.post(at, body)
    assert (tag["source"], tag["reason"], tag["until"], tag["state"]) == ("person", "残疾证", "2026-12-01", "active")
    assert str(UUID(tag["set_by"])) == tag["set_by"]
    shown = await desk.get(f"/customers/{made['id']}")
    assert (shown["tags"], shown["version"]) == (["news_media", "vulnerable", "vulnerable_disabled"], 2)
    assert (await desk.post(at, body, status=409))["code"] == "tag_exists"
    stale = await desk.post(f"{at}/{tag['id']}/remove", {"reason": "x"}, version=9, status=412)
    assert stale["code"] == "customer_stale"
    gone = await desk.post(f"{at}/{tag['id']}/remove", {"reason": "证件注销"}, version=1, status=200)
    assert (gone["state"], gone["end_reason"]) == ("removed", "证件注销")
    assert (await desk.get(f"/customers/{made['id']}"))["tags"] == ["news_media"]
    assert [one["state"] for one in (await desk.get(at))["items"]] == ["removed", "active"]
    assert await desk.facts(made["id"], since=1) == ["customer.updated", "customer.updated"]


async def test_a_list_of_tags_replaces_what_was_set_and_keeps_what_others_imply(desk: Desk) -> None:
    made = await desk.customer(tags=["news_media", "official"])
    path = f"/customers/{made['id']}"
    changed = (await desk.patch(path, {"tags": ["official", "vulnerable_ill", "vulnerable"]}, 1)).json()
    assert changed["tags"] == ["official", "vulnerable", "vulnerable_ill"]
    states = {one["tag"]: one["state"] for one in (await desk.get(f"{path}/tags"))["items"]}
    assert states == {"news_media": "removed", "official": "active", "vulnerable_ill": "active"}
    assert (await desk.patch(path, {"tags": []}, 2)).json()["tags"] == []


async def test_marks_whose_last_day_is_over_fall_away_by_the_nightly_job(desk: Desk) -> None:
    made = await desk.customer()
    at = f"/customers/{made['id']}"
    last = desk.today + timedelta(days=3)
    await desk.post(f"{at}/tags", {"tag": "official", "reason": "任期", "until": last.isoformat()})
    await desk.post(f"{at}/tags", {"tag": "news_media", "reason": "记者"})
    person = {"premises_id": made["premises"][0]["id"], "name": "王奶奶", "kind": "old", "until": last.isoformat()}
    await desk.post(f"{at}/vulnerable-persons", person)
    planned = await desk.rig.rows(
        "select every from schedules where kind = 'mark_expiry' and company = :c", c=desk.company
    )
    assert planned == [{"every": "day@00:10"}]
    began = desk.rig.clock.at
    try:
        desk.rig.clock.at = began + timedelta(days=3)
        await run_nightly(desk, bodies, "mark_expiry")
        assert (await desk.get(at))["version"] == 4
        desk.rig.clock.at = began + timedelta(days=4)
        await run_nightly(desk, bodies, "mark_expiry")
        await run_nightly(desk, bodies, "mark_expiry")
    finally:
        desk.rig.clock.at = began
    shown = await desk.get(at)
    assert (shown["tags"], shown["version"]) == (["news_media"], 5)
    assert await desk.facts(made["id"], since=4) == ["customer.updated", "customer.vulnerable_person_ended"]
    assert {one["tag"]: one["state"] for one in (await desk.get(f"{at}/tags"))["items"]} == {
        "official": "expired",
        "news_media": "active",
    }
