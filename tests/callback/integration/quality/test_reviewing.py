"""Calls are drawn, claimed and reviewed, by listening or calling again; scores are exact, refusals change nothing."""

import asyncio
from datetime import timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from services.callback.calls.rules.draws import is_drawn, offset_of
from services.callback.quality.service.figures import call_quality
from shared.contracts.customer import CustomerErased
from tests.callback.integration.line import GOOD, Json, Line, event_of
from tests.callback.integration.quality.bench import (
    GOOD_CARD,
    HEARD,
    MONTH,
    RECALL_CARD,
    clocks,
    detail,
    done,
    draw,
    governances,
    later,
    record,
    reviewed_call,
    step,
)
from tests.support.world import Company

CALLS = 41


async def test_each_callers_month_is_drawn_by_ratio_and_anyone_can_draw_again(line: Line, gas: Company) -> None:
    await line.complete(gas)
    one = await line.record(gas, await line.claim(gas), result="reached", answers=GOOD)
    names = await line.pool.fetch(
        "select column_name from information_schema.columns where table_schema = current_schema()"
        " and table_name = 'callbacks' and column_name not in ('id', 'number', 'subject_id', 'claim_ticket')"
    )
    columns = ", ".join(row["column_name"] for row in names)
    await line.pool.execute(
        f"insert into callbacks (id, number, subject_id, {columns})"
        f" select gen_random_uuid(), number || '-' || n, gen_random_uuid(), {columns}"
        " from callbacks, generate_series(2, $2::int) as n where id = $1",
        UUID(one["id"]),
        CALLS,
    )
    assert await draw(line, gas) == CALLS
    assert await draw(line, gas) == 0, "a call is numbered once"
    params = {"month": MONTH}
    strata = await line.client.get("/v1/call-review-strata", params=params, headers=gas.headers("office"))
    (stratum,) = strata.json()["items"]
    assert (stratum["seen"], stratum["caller_id"]) == (CALLS, str(gas.person("agent")))
    assert abs(Fraction(stratum["drawn"]) - Fraction(CALLS, 20)) < 1
    params = {"stratum_id": stratum["id"], "limit": "200"}
    drawn = (await line.client.get("/v1/call-review-draws", params=params, headers=gas.headers("office"))).json()
    offset = offset_of(stratum["seed"], stratum["name"])
    assert int(stratum["u_numerator"]) == offset
    assert [found["is_drawn"] for found in drawn["items"]] == [is_drawn(n, 1, 20, offset) for n in range(1, CALLS + 1)]
    reviews = await line.client.get("/v1/call-reviews", headers=gas.headers("office"))
    assert {found["callback_id"] for found in reviews.json()["items"]} == {
        found["callback_id"] for found in drawn["items"] if found["is_drawn"]
    }
    denied = await line.client.get("/v1/call-review-strata", params={"month": MONTH}, headers=gas.headers("agent"))
    assert denied.status_code == 403


async def test_a_call_is_listened_to_and_scored_exactly(line: Line, gas: Company) -> None:
    (review,) = await reviewed_call(line, gas)
    assert (review["mode"], review["state"], review["seat"]) == ("listening", "open", 1)
    hidden = await line.client.get(f"/v1/call-reviews/{review['id']}", headers=gas.headers("agent"))
    assert hidden.status_code == 404, "the caller learns of it once the score stands"
    card = await line.client.get(f"/v1/call-reviews/{review['id']}/card", headers=gas.headers("inspector"))
    assert sum(one["weight"] for one in card.json()["criteria"]) == 100
    key = "same"
    headers = gas.headers("inspector", key=key)
    claimed = await line.client.post("/v1/call-reviews/claim", headers=headers)
    again = await line.client.post("/v1/call-reviews/claim", headers=gas.headers("inspector", key=key))
    assert (claimed.status_code, again.json()["id"], again.headers["Idempotency-Replayed"]) == (
        201,
        review["id"],
        "true",
    )
    held = await step(line, gas, review, "claim", login="officestaff")
    assert (held.status_code, held.json()["code"]) == (409, "call_review_already_claimed")
    contact = await step(line, gas, review, "contact", login="inspector", purpose="call_review")
    assert contact.json()["code"] == "call_review_not_a_recall"
    scored = await done(line, gas, review, "record", login="inspector", **HEARD)
    assert (scored["points"], scored["out_of"], scored["is_fatal"], scored["is_standing"]) == (450, 500, False, True)
    assert await clocks(line, gas, review) == {"review": "met"}
    (said,) = await line.facts(gas, "callback.call_reviewed")
    assert (said["caller_id"], said["points"], said["cause"]) == (str(gas.person("agent")), 450, "reviewed")
    own = await detail(line, gas, review, login="agent")
    assert len(own["lines"]) == 5
    months = await line.client.get("/v1/call-scores", params={"month": MONTH}, headers=gas.headers("agent"))
    assert months.json()["items"] == [
        {
            "caller_id": str(gas.person("agent")),
            "month": MONTH,
            "reviews": 1,
            "numerator": 90,
            "denominator": 1,
            "fatal": 0,
            "falsified": 0,
        }
    ]
    others = await line.client.get("/v1/call-scores", params={"month": MONTH}, headers=gas.headers("agent2"))
    assert others.json()["items"] == []
    async with line.runtime.sessions.begin() as session:
        now = line.clock.now()
        (figure,) = await call_quality(session, governances(line), gas.code, now.replace(day=1), now.replace(day=30))
    assert (figure.tier, figure.numerator, figure.denominator) == ("vip", 1, 1)


async def test_a_fatal_line_makes_the_score_nothing(line: Line, gas: Company) -> None:
    (review,) = await reviewed_call(line, gas)
    scores = {**GOOD_CARD, "rude": {"is_failed": True, "note": "嘲讽客户"}}
    form: Json = {"recording": "rec/1", "scores": scores, "note": "客户王先生已生气"}
    scored = await record(line, gas, review, login="inspector", **form)
    assert (scored["points"], scored["out_of"], scored["is_fatal"]) == (0, 500, True)
    assert (await detail(line, gas, review))["note"] == "客户王先生已生气"
    erased = CustomerErased(customer_id=UUID(review["customer_id"]), erased_at=line.clock.now())
    await line.hear(event_of(gas, erased))
    shown = await detail(line, gas, review)
    assert (shown["note"], {one["note"] for one in shown["lines"]}, shown["points"]) == (None, {None}, 0)


@pytest.mark.parametrize(
    ("form", "code", "pointer"),
    [
        ({"scores": GOOD_CARD}, "call_review_recording", "/recording"),
        ({"scores": GOOD_CARD, "recording": "13800000000.wav"}, "call_review_recording", "/recording"),
        ({"recording": "r/1", "scores": {"opening": {"points": 5}}}, "call_review_score_missing", "/scores/courtesy"),
        (HEARD | {"scores": GOOD_CARD | {"moon": {}}}, "call_review_score_outside_card", "/scores/moon"),
        (
            HEARD | {"scores": GOOD_CARD | {"opening": {"points": 6}}},
            "call_review_score_outside_card",
            "/scores/opening",
        ),
        (
            HEARD | {"scores": GOOD_CARD | {"rude": {"points": 1}}},
            "call_review_score_outside_card",
            "/scores/rude",
        ),
        (HEARD | {"outcome": "confirms"}, "call_review_outcome", "/outcome"),
        (HEARD | {"reasons": ["not_called"]}, "call_review_reason", "/reasons"),
    ],
)
async def test_a_form_that_breaks_a_rule_changes_nothing(
    line: Line, gas: Company, form: Json, code: str, pointer: str
) -> None:
    (review,) = await reviewed_call(line, gas)
    claimed = await done(line, gas, review, "claim", login="inspector")
    refused = await step(line, gas, review, "record", login="inspector", **form)
    assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
    assert refused.json()["errors"][0]["pointer"].endswith(pointer)
    shown = await detail(line, gas, review)
    assert (shown["version"], shown["state"], shown["points"]) == (claimed["version"], "claimed", None)
    assert await line.facts(gas, "callback.call_reviewed") == []


async def test_who_reviews(line: Line, gas: Company) -> None:
    (review,) = await reviewed_call(line, gas)
    assert (await step(line, gas, review, "claim", login="agent")).status_code == 403
    no_post = await line.client.post("/v1/call-reviews/claim", headers=gas.headers("head"))
    assert (no_post.status_code, no_post.json()["code"]) == (403, "call_review_post_not_allowed")
    await line.pool.execute(
        "update call_reviews set caller_id = $2 where id = $1", UUID(review["id"]), gas.person("inspector")
    )
    own = await step(line, gas, review, "claim", login="inspector")
    assert (own.status_code, own.json()["code"]) == (403, "call_review_own_call")
    nothing = await line.client.post("/v1/call-reviews/claim", headers=gas.headers("inspector"))
    assert (nothing.status_code, nothing.json()["code"]) == (404, "call_review_none_waiting")
    await line.pool.execute(
        "update call_reviews set caller_id = $2, caller_team = 'hotline_1' where id = $1",
        UUID(review["id"]),
        gas.person("agent"),
    )
    same_team = "update staff set team = 'hotline_1', version = version + 1 where id = $1"
    await line.pool.execute(same_team, gas.person("inspector"))
    await line.runtime.staff.refresh()
    team = await step(line, gas, review, "claim", login="inspector")
    assert team.json()["code"] == "call_review_own_call"
    headers = [gas.headers(login, version=1) for login in ("officestaff", "office", "callhead")]
    path = f"/v1/call-reviews/{review['id']}/claim"
    raced = await asyncio.gather(*(line.client.post(path, json={}, headers=one) for one in headers))
    assert sorted(one.status_code for one in raced) == [200, 412, 412]


async def test_a_review_that_is_late_is_a_breach_and_goes_back_to_the_list(line: Line, gas: Company) -> None:
    (review,) = await reviewed_call(line, gas)
    await done(line, gas, review, "claim", login="inspector")
    await later(line, minutes=61)
    late = await step(line, gas, review, "record", login="inspector", **HEARD)
    assert (late.status_code, late.json()["code"]) == (409, "call_review_not_claimed")
    await draw(line, gas)
    assert (await detail(line, gas, review))["state"] == "open"
    await later(line, days=9)
    assert await clocks(line, gas, review) == {"review": "breached"}
    (clock,) = await line.clocks(gas, "call-reviews", review)
    path = f"/v1/call-reviews/{review['id']}/clocks/{clock['id']}/explanation"
    explained = (await line.client.get(path, headers=gas.headers("office"))).json()
    assert "call-quality" in str(explained)
    work = (await line.client.get("/v1/work", headers=gas.headers("inspector"))).json()["items"]
    assert [one["kind"] for one in work if one["id"] == review["id"]] == ["call_review"]


async def test_the_customer_is_called_again_by_a_grant_and_confirms(line: Line, gas: Company) -> None:
    (review,) = await reviewed_call(line, gas, recall=True)
    await done(line, gas, review, "claim", login="inspector")
    given = (await step(line, gas, review, "contact", login="inspector", purpose="call_review")).json()
    customer_id = await line.pool.fetchval("select customer_id from call_reviews where id = $1", UUID(review["id"]))
    grant = line.runtime.grants.verify(
        given["grant"],
        company=gas.code,
        customer_id=customer_id,
        staff_id=gas.person("inspector"),
        field="phone",
    )
    assert grant.purpose == f"call_review:{review['id']}"
    unheard = await step(line, gas, review, "record", login="inspector", scores=RECALL_CARD, outcome="not_reached")
    assert unheard.json()["code"] == "call_review_unreached_score"
    missed = await done(line, gas, review, "record", login="inspector", outcome="not_reached")
    assert (missed["state"], missed["attempts"]) == ("open", 1)
    early = await step(line, gas, review, "claim", login="inspector")
    assert early.json()["code"] == "call_review_not_due"
    await later(line, minutes=120)
    scores = {**RECALL_CARD, "recorded": {"points": 5}}
    held = await record(line, gas, review, login="officestaff", scores=scores, outcome="confirms")
    assert (held["outcome"], held["points"], held["out_of"]) == ("confirms", 340, 400)
    assert (await detail(line, gas, review))["falsification"] is None


async def test_who_is_never_reached_has_no_score_and_nobody_is_called_at_night(line: Line, gas: Company) -> None:
    (review,) = await reviewed_call(line, gas, recall=True)
    for attempt in (1, 2):
        ended = await record(line, gas, review, login="inspector", outcome="not_reached")
        assert (ended["state"], ended["attempts"]) == ("open", attempt)
        line.clock.advance(timedelta(minutes=120))
    line.clock.set(line.clock.now().replace(hour=12, minute=31))  # 20:31
    await done(line, gas, review, "claim", login="inspector")
    night = await step(line, gas, review, "contact", login="inspector", purpose="call_review")
    assert (night.status_code, night.json()["code"]) == (422, "callback_quiet_hours")
    line.clock.set(line.clock.now().replace(day=25, hour=2))
    ended = await record(line, gas, review, login="inspector", outcome="not_reached")
    assert (ended["state"], ended["outcome"], ended["points"], ended["is_standing"]) == (
        "done",
        "not_reached",
        None,
        False,
    )
