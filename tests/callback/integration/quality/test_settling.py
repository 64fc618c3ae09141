"""What becomes of a review: reviewers are calibrated, the caller disputes, a falsified call is void and made anew."""

from uuid import UUID

from tests.callback.integration.line import GOOD, Json, Line
from tests.callback.integration.quality.bench import (
    GOOD_CARD,
    HEARD,
    MONTH,
    POOR_CARD,
    RECALL_CARD,
    clocks,
    detail,
    done,
    draw,
    later,
    record,
    reviewed_call,
    step,
)
from tests.support.world import Company

POOR: Json = {"recording": "rec/2", "scores": POOR_CARD}


async def test_two_reviewers_judge_independently_and_the_head_agrees_a_score(line: Line, gas: Company) -> None:
    first, second = await reviewed_call(line, gas, double=True)
    await record(line, gas, first, login="inspector", **HEARD)
    both = await step(line, gas, second, "claim", login="inspector")
    assert (both.status_code, both.json()["code"]) == (403, "call_review_same_person")
    seen = await detail(line, gas, first, login="officestaff")
    assert (seen["points"], seen["recording"], seen["lines"]) == (None, None, []), "sealed until the second is done"
    assert (await detail(line, gas, first, login="inspector"))["points"] == 450
    await record(line, gas, second, login="officestaff", **POOR)
    seen = await detail(line, gas, second)
    assert (seen["calibration"]["state"], seen["calibration"]["gap_numerator"]) == ("open", 50)
    early = await step(line, gas, first, "dispute", login="agent", reason="不同意")
    assert early.status_code == 404, "nothing stands yet"
    body: Json = {"scores": {**GOOD_CARD, "script": {"points": 3}}, "reason": "三方复听后一致"}
    assert (await step(line, gas, first, "agree", login="head", **body)).status_code == 404
    no_post = await step(line, gas, first, "agree", login="deputy", **body)
    assert no_post.json()["code"] == "call_review_post_not_allowed"
    agreed = await done(line, gas, first, "agree", login="callhead", **body)
    assert (agreed["points"], agreed["out_of"], agreed["is_standing"]) == (400, 500, True)
    assert await clocks(line, gas, first) == {"review": "met", "calibration": "met"}
    shown = await detail(line, gas, first)
    assert [one["cause"] for one in shown["verdicts"]] == ["reviewed", "agreed"]
    months = await line.client.get("/v1/call-scores", params={"month": MONTH}, headers=gas.headers("office"))
    assert [(one["reviews"], one["numerator"]) for one in months.json()["items"]] == [(1, 80)], "counted once"
    again = await step(line, gas, first, "agree", login="callhead", **body)
    assert again.json()["code"] == "call_review_step_not_allowed"


async def test_within_the_allowed_gap_the_mean_stands(line: Line, gas: Company) -> None:
    first, second = await reviewed_call(line, gas, double=True)
    await record(line, gas, second, login="inspector", **HEARD)
    scores = {**GOOD_CARD, "closing": {"points": 4}, "listening": {"points": 3}}
    await record(line, gas, first, login="officestaff", recording="rec/3", scores=scores)
    shown = await detail(line, gas, first)
    assert (shown["calibration"]["state"], shown["points"] * 1000 // shown["out_of"]) == ("within", 865)
    facts = [(one["cause"], one["is_standing"]) for one in await line.facts(gas, "callback.call_reviewed")]
    assert facts == [("reviewed", False), ("reviewed", False), ("calibrated", True)]


async def test_the_caller_disputes_and_somebody_else_amends(line: Line, gas: Company) -> None:
    (review,) = await reviewed_call(line, gas)
    await record(line, gas, review, login="callhead", **POOR)
    other = await step(line, gas, review, "dispute", login="callhead", reason="替他提出")
    assert (other.status_code, other.json()["code"]) == (403, "call_review_post_not_allowed")
    await done(line, gas, review, "dispute", login="agent", reason="客户先挂断")
    twice = await step(line, gas, review, "dispute", login="agent", reason="再提")
    assert (twice.status_code, twice.json()["code"]) == (409, "call_review_disputed")
    body: Json = {"decision": "amended", "reason": "复听属实", "scores": GOOD_CARD}
    judge = await step(line, gas, review, "decide-dispute", login="callhead", **body)
    assert (judge.status_code, judge.json()["code"]) == (403, "call_review_same_person")
    empty = await step(line, gas, review, "decide-dispute", login="office", decision="amended", reason="改")
    assert (empty.status_code, empty.json()["code"]) == (422, "call_review_amendment")
    assert (await clocks(line, gas, review))["dispute"] == "running"
    amended = await done(line, gas, review, "decide-dispute", login="office", **body)
    assert (amended["points"], amended["is_standing"]) == (450, True)
    shown = await detail(line, gas, review, login="agent")
    assert (shown["dispute"]["state"], shown["dispute"]["is_on_time"]) == ("amended", True)
    assert [(one["cause"], one["points"]) for one in shown["verdicts"]] == [("reviewed", 200), ("disputed", 450)]
    (said,) = await line.facts(gas, "callback.dispute_decided")
    assert (said["is_amended"], said["points"]) == (True, 450)
    assert "挂断" not in str(said)


async def test_a_dispute_is_kept_and_late_or_comes_too_late(line: Line, gas: Company) -> None:
    (review,) = await reviewed_call(line, gas)
    await record(line, gas, review, login="inspector", **POOR)
    await done(line, gas, review, "dispute", login="agent", reason="不同意")
    await later(line, days=7)
    kept = await done(line, gas, review, "decide-dispute", login="office", decision="kept", reason="评定属实")
    assert kept["points"] == 200
    assert (await clocks(line, gas, review))["dispute"] == "breached"
    (said,) = await line.facts(gas, "callback.dispute_decided")
    assert (said["is_amended"], said["is_on_time"]) == (False, False)
    await line.pool.execute("delete from review_disputes where review_id = $1", UUID(review["id"]))
    await later(line, days=2)
    late = await step(line, gas, review, "dispute", login="agent", reason="不同意")
    assert (late.status_code, late.json()["code"]) == (409, "call_review_dispute_window")


async def test_a_falsified_callback_is_void_and_the_customer_is_called_anew(line: Line, gas: Company) -> None:
    (review,) = await reviewed_call(line, gas, recall=True)
    reasons: Json = {"scores": RECALL_CARD, "outcome": "contradicts"}
    await done(line, gas, review, "claim", login="callhead")
    missing = await step(line, gas, review, "record", login="callhead", **reasons)
    assert missing.json()["code"] == "call_review_reason"
    await done(line, gas, review, "record", login="callhead", reasons=["not_called"], **reasons)
    assert (await clocks(line, gas, review))["falsification"] == "running"
    assert await line.facts(gas, "callback.falsified") == [], "not before a second person confirms it"
    same = await step(line, gas, review, "confirm-falsification", login="callhead", reason="属实")
    assert (same.status_code, same.json()["code"]) == (403, "call_review_same_person")
    await done(line, gas, review, "confirm-falsification", login="office", reason="通话记录无此次呼叫")
    shown = await detail(line, gas, review)
    finding = shown["falsification"]
    assert (finding["state"], finding["proposed_by"], finding["decided_by"]) == (
        "confirmed",
        str(gas.person("callhead")),
        str(gas.person("office")),
    )
    assert (await clocks(line, gas, review))["falsification"] == "met"
    old = await line.shown(gas, {"id": review["callback_id"]})
    assert old["state"] == "void"
    (said,) = await line.facts(gas, "callback.falsified")
    assert (said["caller_id"], said["clause"], said["again_callback_id"], said["callback_id"]) == (
        str(gas.person("agent")),
        "callback-falsified",
        finding["again_callback_id"],
        review["callback_id"],
    )
    assert (str(said["id"]), str(said["matter_id"])) == (finding["event_id"], old["matter_id"])
    again = await line.shown(gas, {"id": finding["again_callback_id"]})
    assert (again["state"], again["subject_id"], again["customer_id"]) == (
        "waiting",
        old["subject_id"],
        old["customer_id"],
    )
    own = await line.act(gas, again, "claim", login="agent")
    assert own.json()["code"] == "callback_own_work", "never by whoever made the void call"
    heard = await line.record(
        gas, await line.claim(gas, login="agent2"), login="agent2", result="reached", answers=GOOD
    )
    assert heard["id"] == again["id"]
    (window,) = await line.clocks(gas, "callbacks", again)
    assert (window["state"], window["clause"]) == ("met", "callback-falsified")
    assert await draw(line, gas) == 1, "the new call may be drawn in its turn"
    twice = await step(line, gas, review, "confirm-falsification", login="office", reason="属实")
    assert twice.json()["code"] == "call_review_step_not_allowed"


async def test_a_doubt_that_is_dropped_changes_nothing_of_the_call(line: Line, gas: Company) -> None:
    (review,) = await reviewed_call(line, gas, recall=True)
    form: Json = {"scores": RECALL_CARD, "outcome": "contradicts", "reasons": ["not_said"]}
    await record(line, gas, review, login="inspector", **form)
    await done(line, gas, review, "drop-falsification", login="callhead", reason="客户记错了日期")
    assert (await detail(line, gas, review))["falsification"]["state"] == "dropped"
    assert (await line.shown(gas, {"id": review["callback_id"]}))["state"] == "done"
    assert await line.facts(gas, "callback.falsified") == []
