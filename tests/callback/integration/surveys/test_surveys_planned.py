"""A survey is drafted, its frame frozen and drawn reproducibly, released by another person; its clocks."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from services.callback.surveys.rules.sampling import order_key
from services.callback.surveys.service.keeping import prepare
from tests.callback.integration.line import TUESDAY
from tests.callback.integration.surveys.field import Field, refusal
from tests.support.world import Company, World


async def test_the_sample_of_each_tier_can_be_drawn_again(field: Field) -> None:
    vips = await field.people("vip", 3)
    many = await field.people("general", 40)
    await field.people("general", 1, standing="closed")
    erased = (await field.people("general", 1))[0]
    await field.line.pool.execute("update customers set erased_at = $2 where id = $1", erased, TUESDAY)
    framed = await field.step(await field.draft(), "frame")
    strata = {one["tier"]: one for one in framed["strata"]}
    sizes = {tier: (one["population"], one["sampled"], one["target_at_least"]) for tier, one in strata.items()}
    assert sizes == {"vip": (3, 3, 98), "key": (0, 0, 94), "major": (0, 0, 90), "general": (40, 37, 78)}
    assert (framed["state"], strata["general"]["margin_percent"], framed["confidence"]) == ("framed", 5, 95)
    for tier, known in (("vip", vips), ("general", many)):
        found = await field.get(f"/v1/surveys/{framed['id']}/frame", tier=tier, limit=200)
        shown = [UUID(one["customer_id"]) for one in found["items"]]
        assert shown == sorted(known, key=lambda one: order_key(framed["seed"], strata[tier]["name"], one))
        assert [one["is_sampled"] for one in found["items"]] == [
            position < strata[tier]["sampled"] for position in range(len(known))
        ]
    again = await field.act(framed, "frame")
    assert refusal(again) == (409, "survey_step_not_allowed")


async def test_a_survey_is_one_a_quarter_and_released_by_another_person(field: Field) -> None:
    key = str(uuid4())
    first = await field.post("/v1/surveys", {}, key=key)
    replayed = await field.post("/v1/surveys", {}, key=key)
    assert (first.status_code, first.json()["period"], replayed.json()["id"]) == (201, "2026-Q4", first.json()["id"])
    survey = first.json()
    assert refusal(await field.post("/v1/surveys", {})) == (409, "survey_exists")
    assert refusal(await field.post("/v1/surveys", {"period": "2026-Q1"})) == (422, "survey_period")
    assert refusal(await field.post("/v1/surveys", {}, login="gm")) == (403, "permission_denied")
    assert refusal(await field.act(survey, "frame")) == (422, "survey_frame_empty")
    await field.people("vip", 2)
    survey = await field.step(survey, "frame")
    assert refusal(await field.act(survey, "open")) == (403, "survey_own_frame")
    assert refusal(await field.act({**survey, "version": 1}, "open", login="office")) == (412, "stale_version")
    both = await asyncio.gather(*(field.act(survey, "open", login="office") for _ in range(2)))
    assert sorted(one.status_code for one in both) == [200, 412]
    assert len(await field.invitations(survey)) == 2
    survey = await field.get(f"/v1/surveys/{survey['id']}")
    assert refusal(await field.act(survey, "withdraw", reason="不做了")) == (409, "survey_step_not_allowed")
    (said,) = await field.line.facts(field.company, "callback.survey_opened")
    sampled = {one["tier"]: one["sampled"] for one in said["strata"]}
    assert (said["period"], sampled) == ("2026-Q4", {"vip": 2, "key": 0, "major": 0, "general": 0})


async def test_a_withdrawn_draft_gives_way_to_another(field: Field) -> None:
    survey = await field.draft()
    gone = await field.step(survey, "withdraw", reason="问卷需调整")
    assert (gone["state"], gone["reason"]) == ("withdrawn", "问卷需调整")
    (clock,) = await field.line.clocks(field.company, "surveys", gone)
    assert (clock["metric"], clock["state"]) == ("opening", "cancelled")
    assert (await field.draft())["id"] != survey["id"]


async def test_each_quarter_is_prepared_by_itself_once(field: Field) -> None:
    desk, code = field.line.app.state.survey_desk, field.company.code
    for expected in (True, False):
        async with field.line.runtime.sessions.begin() as session:
            row = await prepare(session, desk, code, now=TUESDAY)
        assert (row is not None) is expected
    async with field.line.runtime.sessions.begin() as session:
        assert await prepare(session, desk, "without-pack", now=TUESDAY) is None
    (survey,) = (await field.get("/v1/surveys"))["items"]
    assert (survey["drafted_by"], survey["period"]) == (None, "2026-Q4")


async def test_the_clocks_of_a_survey_are_met_breached_and_explained(field: Field) -> None:
    await field.people("vip", 1)
    survey = await field.fielded()
    clocks = {one["metric"]: one for one in await field.line.clocks(field.company, "surveys", survey)}
    assert {metric: one["state"] for metric, one in clocks.items()} == {"opening": "met", "closing": "running"}
    explained = await field.get(f"/v1/surveys/{survey['id']}/clocks/{clocks['closing']['id']}/explanation")
    assert "survey" in str(explained)
    field.line.clock.advance(timedelta(days=47))
    await field.line.keep(field.company)
    after = {one["metric"]: one["state"] for one in await field.line.clocks(field.company, "surveys", survey)}
    assert after == {"opening": "met", "closing": "breached"}


async def test_nobody_sees_the_survey_of_another_company(field: Field, gas: Company, world: World) -> None:
    await field.people("vip", 1)
    survey = await field.fielded()
    (one,) = await field.invitations(survey)
    client, path = field.line.client, f"/v1/surveys/{survey['id']}"
    for ending, login in (("", "gm"), ("/results", "gm"), ("/frame?tier=vip", "office"), ("/answers", "office")):
        answer = await client.get(path + ending, headers=gas.headers(login))
        assert refusal(answer) == (404, "survey_not_found"), ending
    other = await client.get(f"{path}/invitations/{one['id']}", headers=gas.headers("office"))
    assert refusal(other) == (404, "survey_invitation_not_found")
    assert len(await field.invitations(survey, login="agent")) == 1, "the callers' own list"
    assert await field.invitations(survey, login="account") == []
