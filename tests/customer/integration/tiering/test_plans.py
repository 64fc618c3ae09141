"""A customer's own plan: never below the tier, approved by four eyes, in force by its dates, told by its clocks."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.customer.plans.service.promises import overrides, with_plan
from services.customer.policy import CHAPTER, promises_for
from services.customer.policy_orders import OrderMetric, OrderStart, OrderTerms
from services.customer.tiering.rules import months_after
from shared.ids import new_id
from shared.policy.promises import promise_of
from shared.sla.book import ClockBook
from shared.sla.promise import PolicyStamp, Subject
from tests.customer.integration.tiering.conftest import Desk, Json

TERM = {"chapter": "customer", "work": "repair", "metric": "arrival", "budget": 20}
SPEECH = {"chapter": "complaint", "metric": "response", "budget": 15}


async def vip(desk: Desk) -> str:
    customer = await desk.customer(f"V{new_id().hex[-6:]}", daily_volume_m3=1000)
    await desk.run_confirmed()
    return customer


def ask(desk: Desk, customer: str, **said: Any) -> Json:
    dates = {"from_on": desk.today.isoformat(), "until_on": (desk.today + timedelta(days=700)).isoformat()}
    words = {"title": "连续供气保障", "need": "熔炉不得停气"}
    return {"customer_id": customer, **words, **dates, "terms": [TERM, SPEECH], **said}


async def approved(desk: Desk, customer: str, **said: Any) -> Json:
    plan = await desk.done("/service-plans", ask(desk, customer, **said), by="account")
    path = f"/service-plans/{plan['id']}/decide"
    return await desk.done(path, {"decision": "approve"}, by="deputy", version=plan["version"])


async def test_a_plan_is_proposed_approved_and_told(chaohu: Desk) -> None:
    customer = await vip(chaohu)
    plan = await chaohu.done("/service-plans", ask(chaohu, customer), by="account")
    assert (plan["state"], plan["tier"], plan["number"][:2]) == ("proposed", "vip", "FA")
    (clock,) = (await chaohu.get(f"/service-plans/{plan['id']}/clocks"))["items"]
    assert (clock["metric"], clock["state"], clock["clause"]) == ("approval", "running", "service-plan")
    assert [one["id"] for one in (await chaohu.get("/work", by="deputy"))["items"]] == [plan["id"]]
    second = await chaohu.post("/service-plans", ask(chaohu, customer), by="account")
    assert (second.status_code, second.json()["code"]) == (409, "service_plan_overlap")
    path = f"/service-plans/{plan['id']}/decide"
    assert (await chaohu.post(path, {"decision": "approve"}, by="head", version=1)).json()[
        "code"
    ] == "service_plan_post"
    silent = await chaohu.post(path, {"decision": "reject"}, by="deputy", version=1)
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/reason")
    answers = await asyncio.gather(
        *(chaohu.post(path, {"decision": "approve"}, by="deputy", version=1) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    (fact,) = await chaohu.facts("customer.plan_approved")
    assert (fact["customer_id"], fact["terms"][0]["budget"], fact["terms"][1]["chapter"]) == (customer, 20, "complaint")
    assert datetime.fromisoformat(fact["until_at"]) - datetime.fromisoformat(fact["from_at"]) > timedelta(days=700)
    now = await chaohu.get(f"/customers/{customer}/service-plan", by="crew")
    assert (now["id"], now["state"], now["review_due_on"]) == (
        *(plan["id"], "approved", months_after(chaohu.today, 12).isoformat()),
    )
    (clock,) = (await chaohu.get(f"/service-plans/{plan['id']}/clocks"))["items"]
    assert clock["state"] == "met"
    assert [line["plan_number"] for line in (await chaohu.get("/tier-ledger"))["items"]] == [plan["number"]]
    again = await chaohu.post("/service-plans", ask(chaohu, customer), by="account")
    assert again.json()["code"] == "service_plan_overlap"
    other = await chaohu.client.get("/v1/service-plans/" + str(new_id()), headers=chaohu.gas.headers("head"))
    assert other.status_code == 404


async def test_a_plan_is_refused_below_the_tier_and_the_promise_is_named(chaohu: Desk) -> None:
    customer = await vip(chaohu)
    general = await chaohu.customer("G", daily_volume_m3=10, capacity_m3_day=10)

    async def refused(**said: Any) -> tuple[str, str, str]:
        answer = await chaohu.post("/service-plans", ask(chaohu, customer) | said, by="account")
        problem = answer.json()
        assert answer.status_code == 422, problem
        error = (problem.get("errors") or [{"pointer": "", "message": ""}])[0]
        return problem["code"], error["pointer"], error["message"]

    code, pointer, message = await refused(terms=[{**TERM, "budget": 31}])
    assert (code, pointer) == ("service_plan_below_tier", "/terms/0/budget")
    assert "vip_repair" in message
    assert "30 自然分钟" in message
    standard = {**TERM, "metric": "completion", "budget": 3 * 24 * 60}
    assert "standard_completion" in (await refused(terms=[standard]))[2], "3 working days may be shorter than 72 hours"
    assert (await refused(terms=[TERM, TERM]))[:2] == ("service_plan_term", "/terms/1")
    assert (await refused(terms=[{**TERM, "work": "flying"}]))[:2] == ("service_plan_term", "/terms/0/work")
    assert (await refused(terms=[{**TERM, "metric": "joy"}]))[:2] == ("service_plan_term", "/terms/0/metric")
    assert (await refused(terms=[{**SPEECH, "metric": "joy"}]))[:2] == ("service_plan_term", "/terms/0/metric")
    assert (await refused(terms=[{**TERM, "calendar": "moon"}]))[:2] == ("service_plan_term", "/terms/0/calendar")
    past = (chaohu.today - timedelta(days=1)).isoformat()
    assert (await refused(from_on=past))[:2] == ("service_plan_dates", "/from_on")
    assert (await refused(until_on=past))[:2] == ("service_plan_dates", "/until_on")
    late = (chaohu.today + timedelta(days=1000)).isoformat()
    assert (await refused(until_on=late))[:2] == ("service_plan_dates", "/until_on")
    assert (await refused(customer_id=general))[0] == "service_plan_tier"
    assert (await chaohu.get("/service-plans"))["items"] == []
    agent = await chaohu.post("/service-plans", ask(chaohu, customer), by="agent")
    assert agent.status_code == 403
    equal = {**TERM, "budget": 30}
    assert (await approved(chaohu, customer, terms=[equal]))["state"] == "approved", "as good as the tier is allowed"


async def test_the_stricter_promise_wins_and_its_clock_names_the_plan(chaohu: Desk) -> None:
    customer = await vip(chaohu)
    plan = await approved(chaohu, customer)
    chapter, runtime = chaohu.policy.chapter(CHAPTER), chaohu.runtime
    order = OrderTerms("repair", "vip", "unit", "indoor")
    given = promises_for(chapter, order, start=OrderStart.RECEIPT)
    subject = Subject(type="order", id=new_id(), company=chaohu.gas.code, customer_id=UUID(customer))
    async with runtime.sessions.begin() as session:
        found = await overrides(session, UUID(customer), chaohu.now)
        assert found is not None
        assert [term.metric for term in found.of_complaints()] == ["response"]
        merged = with_plan(chapter, order, given, found, start=OrderStart.RECEIPT)
        code, commitment = merged[OrderMetric.ARRIVAL][-1]
        assert (code, commitment.limit.budget, commitment.performed_by) == (found.code, 20, ("repair_team_leader",))
        assert merged[OrderMetric.ARRIVAL][0] == given[OrderMetric.ARRIVAL][0], "the tier's stands beside it"
        promise = promise_of("arrival", commitment, ladders=chapter.ladders, pauses=chapter.pauses)
        book = ClockBook(session, calendars=runtime.calendars, now=chaohu.now)
        (clock,) = await book.start(subject, PolicyStamp("chaohu", CHAPTER, "2011.1", "vip"), [promise])
        why = await book.explain(clock.id)
        assert (why.clause, why.budget) == (f"plan_{plan['number'].lower()}", 20)
        other = OrderTerms("repair", "general", "unit", "indoor")
        assert with_plan(chapter, other, {}, found, start=OrderStart.RECEIPT) == {}, "no plan without its tier"
        assert with_plan(chapter, order, given, None, start=OrderStart.RECEIPT) == given
        late = chaohu.now + timedelta(days=800)
        assert await overrides(session, UUID(customer), late) is None
        assert await overrides(session, UUID(customer), chaohu.now - timedelta(days=2)) is None


async def test_review_end_expiry_and_a_lost_tier(chaohu: Desk) -> None:
    keeps, ends, expires, loses = [await vip(chaohu) for _ in range(4)]
    plans = {one: await approved(chaohu, one) for one in (keeps, ends, loses)}
    short = (chaohu.today + timedelta(days=30)).isoformat()
    plans[expires] = await approved(chaohu, expires, until_on=short)
    due = months_after(chaohu.today, 12)
    await chaohu.day(chaohu.today + timedelta(days=30))
    assert await chaohu.facts("customer.plan_ended") == []
    await chaohu.day(chaohu.today + timedelta(days=31))
    (fact,) = await chaohu.facts("customer.plan_ended")
    assert (fact["plan_id"], fact["reason"], fact["state"]) == (plans[expires]["id"], "expired", "expired")

    made = {"customer_id": loses, "tier": "general", "reason": "停产"}
    await chaohu.review(await chaohu.done("/tier-proposals", made, by="head"))
    await chaohu.day(chaohu.today + timedelta(days=32))
    lost = (await chaohu.facts("customer.plan_ended"))[-1]
    assert (lost["plan_id"], lost["reason"]) == (plans[loses]["id"], "tier_lost")

    await chaohu.day(due)
    await chaohu.day(due)
    for one in (keeps, ends):
        clocks = (await chaohu.get(f"/service-plans/{plans[one]['id']}/clocks"))["items"]
        assert [(clock["metric"], clock["state"]) for clock in clocks] == [("approval", "met"), ("review", "running")]
    await chaohu.runtime.hot.execute(
        "update clocks set started_at = $2 where company = $1", chaohu.gas.code, chaohu.now
    )
    seen = await chaohu.get(f"/service-plans/{plans[keeps]['id']}")
    path = f"/service-plans/{plans[keeps]['id']}/review"
    kept = await chaohu.done(path, {"result": "keep", "note": "继续"}, by="deputy", version=seen["version"])
    assert (kept["state"], kept["reviewed_by"]) == ("approved", str(chaohu.gas.person("deputy")))
    seen = await chaohu.get(f"/service-plans/{plans[ends]['id']}")
    path = f"/service-plans/{plans[ends]['id']}/review"
    ended = await chaohu.done(path, {"result": "end", "note": "不再需要"}, by="deputy", version=seen["version"])
    assert (ended["state"], ended["end_reason"]) == ("ended", "by_review")
    again = await chaohu.post(path, {"result": "end", "note": "x"}, by="deputy", version=ended["version"])
    assert (again.status_code, again.json()["code"]) == (409, "service_plan_step_not_allowed")
    reasons = [fact["reason"] for fact in await chaohu.facts("customer.plan_ended")]
    assert reasons == ["expired", "tier_lost", "by_review"]
