"""Customers answer by link or telephone, once; forged, used and expired links change nothing; results are frozen."""

import asyncio
import re
from datetime import timedelta
from uuid import UUID

import pytest

from services.callback.surveys.service.figures import satisfaction_by_tier
from shared.contracts.customer import CustomerErased
from tests.callback.integration.line import Json, Line, event_of
from tests.callback.integration.surveys.field import HAPPY, SAD, Field, caller, refusal
from tests.support.world import Company


async def _responses(field: Field, survey: Json) -> int:
    count: int = await field.line.pool.fetchval(
        "select count(*) from survey_responses where survey_id = $1", UUID(survey["id"])
    )
    return count


async def test_a_link_is_taken_once_and_a_forged_used_or_old_one_changes_nothing(field: Field) -> None:
    await field.people("vip", 2)
    survey = await field.fielded()
    one, other = await field.invitations(survey)
    link = await field.link(one)
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    for path in (forged, forged[:-5], "/v1/public/surveys/x"):
        assert refusal(await field.told(path, HAPPY)) == (404, "survey_link_invalid"), path
        assert refusal(await field.line.client.get(path, headers=caller(field.company))) == (404, "survey_link_invalid")
    newer = await field.link(one)
    assert newer != link
    assert refusal(await field.told(link, HAPPY)) == (409, "survey_link_expired"), "a newer one was made"
    outside = await field.told(newer, {"overall": {"text": "好"}})
    assert refusal(outside) == (422, "survey_answer_outside_questionnaire")
    assert refusal(await field.told(newer, {"overall": {"score": None}})) == (422, "survey_answer_empty")
    assert await _responses(field, survey) == 0
    both = await asyncio.gather(field.told(newer, HAPPY), field.told(newer, SAD))
    assert sorted(answer.status_code for answer in both) == [200, 409]
    assert refusal(await field.told(newer, SAD)) == (409, "survey_link_used")
    late = await field.link(other)
    field.line.clock.advance(timedelta(days=16))
    assert refusal(await field.told(late, HAPPY)) == (409, "survey_link_expired")
    assert await _responses(field, survey) == 1
    stored = str(
        await field.line.pool.fetch("select * from survey_invitations where survey_id = $1", UUID(survey["id"]))
    )
    assert newer.rpartition("/")[2] not in stored
    (fact,) = await field.line.facts(field.company, "callback.survey_answered")
    assert (fact["invitation_id"], fact["recorded_by"]) == (one["id"], None)


async def test_the_page_is_a_form_without_script_and_personal_data(field: Field) -> None:
    await field.people("vip", 1)
    survey = await field.fielded()
    (one,) = await field.invitations(survey)
    link, client, headers = await field.link(one), field.line.client, caller(field.company)
    page = await client.get(link, headers={**headers, "Accept": "text/html"})
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in page.text + policy
    assert 'lang="zh-CN"' in page.text
    asked = re.findall(r"<legend>[^<]*?(态度|质量|速度|效果|总体|建议)", page.text)
    assert asked == ["态度", "质量", "速度", "效果", "总体", "建议"]
    assert one["customer_id"] not in page.text
    nothing = await client.post(f"{link}/form", data={"text.advice": " "}, headers={**headers, "Accept": "text/html"})
    assert (nothing.status_code, 'data-code="survey_answer_empty"' in nothing.text) == (422, True)
    wrong = await client.post(f"{link}/form", data={"score.overall": "9"}, headers=headers)
    assert refusal(wrong) == (422, "validation_failed")
    strange = await client.post(f"{link}/form", data={"score.overall": "5", "name": "x"}, headers=headers)
    assert refusal(strange) == (422, "validation_failed")
    sent = {"score.overall": "5", "score.speed": "3", "text.advice": "很好\r\n谢谢"}
    thanks = await client.post(f"{link}/form", data=sent, headers=headers)
    assert (thanks.status_code, "感谢" in thanks.text) == (200, True)
    used = await client.get(link, headers={**headers, "Accept": "text/html"})
    assert (used.status_code, 'data-code="survey_link_used"' in used.text) == (409, True)
    rows = await field.line.pool.fetch(
        "select question, score, text from survey_answers where survey_id = $1", UUID(survey["id"])
    )
    assert {row["question"]: row["score"] or row["text"] for row in rows} == {
        **dict.fromkeys(("attitude", "quality", "effect")),
        "overall": 5,
        "speed": 3,
        "advice": "很好\n谢谢",
    }


async def test_an_address_that_knocks_too_often_waits(field: Field) -> None:
    headers = {"x-gasdesk-client": "2001:db8::1"}
    other = {"x-gasdesk-client": "2001:db8::ffff"}
    codes = [
        (await field.line.client.get("/v1/public/surveys/x", headers=headers)).status_code
        for _ in range(field.line.app.state.public_rates.burst + 1)
    ]
    assert codes[-1] == 429
    assert set(codes[:-1]) == {404}
    limited = await field.line.client.get("/v1/public/surveys/x", headers=other)
    assert refusal(limited) == (429, "rate_limited")
    assert int(limited.headers["Retry-After"]) >= 1
    free = await field.line.client.get("/v1/public/surveys/x", headers=caller(field.company))
    assert free.status_code == 404


async def test_a_call_is_one_persons_and_what_was_said_is_taken_down(field: Field) -> None:
    await field.people("vip", 2, account_manager_id=field.company.person("agent2"))
    survey = await field.fielded()
    one, other = await field.invitations(survey, login="agent")
    early = await field.on(one, "answers", login="agent", answers=HAPPY)
    assert refusal(early) == (409, "survey_invitation_not_held")
    own = await field.on(one, "contact", login="agent2", purpose="survey")
    assert refusal(own) == (403, "survey_own_customer")
    grant = await field.on(one, "contact", login="agent", purpose="survey")
    assert (grant.status_code, grant.json()["customer_id"]) == (200, one["customer_id"])
    taken = await field.on(one, "contact", login="officestaff", purpose="survey")
    assert refusal(taken) == (409, "survey_invitation_claimed")
    field.line.clock.advance(timedelta(minutes=31))
    lost = await field.on(one, "answers", login="agent", answers=HAPPY)
    assert refusal(lost) == (409, "survey_invitation_not_held")
    assert (await field.on(one, "contact", login="agent", purpose="survey")).status_code == 200
    said = await field.on(one, "answers", login="agent", answers=SAD)
    assert (said.status_code, said.json()["state"]) == (200, "answered")
    again = await field.on(one, "answers", login="agent", answers=HAPPY)
    assert refusal(again) == (409, "survey_invitation_ended")
    (fact,) = await field.line.facts(field.company, "callback.survey_answered")
    assert (fact["is_satisfied"], fact["recorded_by"]) == (False, str(field.company.person("agent")))
    assert "提前通知" not in str(fact)
    field.line.clock.advance(timedelta(hours=12))
    quiet = await field.on(other, "contact", login="agent", purpose="survey")
    assert refusal(quiet) == (422, "callback_quiet_hours")


async def test_who_declines_is_left_out_of_the_next_frame(field: Field) -> None:
    await field.people("vip", 2)
    survey = await field.fielded()
    one, _ = await field.invitations(survey)
    assert (await field.told(await field.link(one), {}, is_declined=True)).status_code == 200
    field.line.clock.advance(timedelta(days=60))
    following = await field.step(await field.draft(), "frame")
    assert {part["tier"]: part["population"] for part in following["strata"]}["vip"] == 1


async def test_a_closed_survey_says_the_same_for_ever(field: Field) -> None:
    await field.people("vip", 4)
    await field.people("general", 3)
    survey = await field.fielded()
    vips = await field.invitations(survey, tier="vip")
    unrated: Json = {"speed": {"score": 2}, "advice": {"text": "快些"}}
    for one, answers in zip(vips[:3], (HAPPY, HAPPY, unrated), strict=True):
        assert (await field.told(await field.link(one), answers)).status_code == 200
    late = await field.link(vips[3])
    assert refusal(await field.act(survey, "close")) == (409, "survey_close_too_early")
    live = await field.get(f"/v1/surveys/{survey['id']}/results", login="gm")
    field.line.clock.advance(timedelta(days=8))
    closed = await field.step(survey, "close", login="office")
    assert refusal(await field.told(late, HAPPY)) == (409, "survey_link_expired")
    kept = await field.get(f"/v1/surveys/{survey['id']}/results", login="gm")
    assert (live["is_frozen"], kept["is_frozen"], live["tiers"]) == (False, True, kept["tiers"])
    vip = next(one for one in kept["tiers"] if one["tier"] == "vip")
    counts = [
        vip[name] for name in ("population", "sampled", "invited", "responded", "rated", "satisfied", "unanswered")
    ]
    assert counts == [4, 4, 4, 3, 2, 2, 2]
    assert (vip["is_target_met"], vip["standing"], vip["is_too_few"]) == (True, "undecided", True)
    assert (vip["lower_percent"], vip["upper_percent"]) == (34.238, 100)
    scores = {one["dimension"]: (one["answered"], one["unanswered"], one["mean"]) for one in vip["scores"]}
    assert scores == {"attitude": (2, 1, 4), "effect": (0, 3, None), "quality": (0, 3, None), "speed": (1, 2, 2)}
    await field.line.pool.execute(
        "update survey_responses set is_satisfied = false where survey_id = $1", UUID(survey["id"])
    )
    assert await field.get(f"/v1/surveys/{survey['id']}/results", login="gm") == kept
    async with field.line.runtime.sessions.begin() as session:
        quarter = await satisfaction_by_tier(session, [field.company.code], "2026-Q4")
        year = await satisfaction_by_tier(session, [field.company.code], "2026")
        assert await satisfaction_by_tier(session, [field.company.code], "2026-11") == []
    figures = {one.tier: (one.numerator, one.denominator, one.untargeted, one.unanswered) for one in quarter}
    assert figures == {"vip": (2, 2, 0, 2), "general": (0, 0, 0, 3), "key": (0, 0, 0, 0), "major": (0, 0, 0, 0)}
    assert year == quarter
    (fact,) = await field.line.facts(field.company, "callback.survey_closed")
    assert {one["tier"]: (one["satisfied"], one["rated"]) for one in fact["results"]}["vip"] == (2, 2)
    assert refusal(await field.act(closed, "close")) == (409, "survey_step_not_allowed")


async def test_open_answers_are_coded_by_a_person_and_every_coding_is_kept(field: Field) -> None:
    (customer,) = await field.people("vip", 1)
    survey = await field.fielded()
    (one,) = await field.invitations(survey)
    await field.told(await field.link(one), SAD)
    path = f"/v1/surveys/{survey['id']}/answers"
    (answer,) = (await field.get(path))["items"]
    assert (answer["text"], answer["categories"]) == ("请提前通知", [])
    assert "customer_id" not in answer
    coding = f"{path}/{answer['id']}/codings"
    unknown = await field.post(coding, {"categories": ["weather"]}, version=1)
    assert (refusal(unknown), unknown.json()["errors"][0]["pointer"]) == (
        (422, "survey_category_unknown"),
        "/categories/0",
    )
    both = await asyncio.gather(
        *(field.post(coding, {"categories": ["supply"]}, version=1, login=login) for login in ("office", "officestaff"))
    )
    assert sorted(found.status_code for found in both) == [200, 412]
    again = await field.post(coding, {"categories": ["supply", "other"]}, version=2)
    assert [found["categories"] for found in again.json()["codings"]] == [["supply"], ["supply", "other"]]
    themes = await field.get(f"/v1/surveys/{survey['id']}/themes")
    counted = {found["category"]: found["answers"] for found in themes["categories"] if found["answers"]}
    assert (themes["given"], themes["uncoded"], counted) == (1, 0, {"supply": 1, "other": 1})
    erased = CustomerErased(customer_id=customer, erased_at=field.line.clock.now())
    await field.line.hear(event_of(field.company, erased, version=9))
    (blank,) = (await field.get(path))["items"]
    assert (blank["text"], blank["categories"]) == (None, ["supply", "other"])


@pytest.fixture
def by_message(line: Line, gas: Company) -> Field:
    """General customers of the primary pack are asked by SMS."""
    return Field(line, gas)


async def test_invitations_go_out_by_message_and_are_reminded_once(by_message: Field) -> None:
    field = by_message
    asked = await field.people("general", 2)
    await field.fielded()
    assert [await field.send() for _ in range(2)] == [2, 0]
    rows = await field.line.pool.fetch(
        "select customer_id, parameters, template from messages where company = $1", field.company.code
    )
    assert {row["customer_id"] for row in rows} == set(asked)
    link = "/v1" + rows[0]["parameters"]["link"].partition("/v1")[2]
    assert (await field.told(link, HAPPY)).status_code == 200
    field.line.clock.advance(timedelta(days=8))
    assert [await field.send() for _ in range(2)] == [1, 0]
    facts = await field.line.facts(field.company, "callback.survey_invited")
    assert [one["is_reminder"] for one in facts] == [False, False, True]
    reminders = await field.line.pool.fetch(
        "select parameters from messages where company = $1 and template = 'survey_reminder'", field.company.code
    )
    (reminded,) = reminders
    assert (await field.told("/v1" + reminded["parameters"]["link"].partition("/v1")[2], SAD)).status_code == 200


async def test_who_wants_no_messages_is_called_instead(by_message: Field) -> None:
    field = by_message
    (customer,) = await field.people("general", 1)
    survey = await field.fielded()
    await field.line.pool.execute(
        "insert into message_opt_outs (id, company, customer_id, purpose, source, set_by, set_at)"
        " values (gen_random_uuid(), $1, $2, 'survey', 'call', $3, $4)",
        field.company.code,
        customer,
        field.company.person("agent"),
        field.line.clock.now(),
    )
    await field.send()
    (one,) = await field.invitations(survey, login="agent")
    assert (one["channel"], one["state"]) == ("callback", "to_send")
