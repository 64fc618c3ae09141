"""A proposal of a department from its first word to the decision, with its clock, its day and its place in history."""

import asyncio
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest

from services.customer.tiering.errors import TierProposalOwnError
from services.customer.tiering.rules import Decision
from services.customer.tiering.service import deciding
from shared.access.permissions import Role
from shared.errors import StaleError
from tests.customer.integration.test_tiering_runs import person
from tests.customer.integration.tiering.conftest import Desk, Desks

CIVIL = timezone(timedelta(hours=8))
ASK = {"tier": "vip", "rule": "vip_volume", "reason": "增容后日用气量已超 1000"}


async def test_a_department_proposes_and_the_leader_in_charge_confirms(chaohu: Desk) -> None:
    customer = await chaohu.customer(daily_volume_m3=1000)
    made = await chaohu.done("/tier-proposals", {"customer_id": customer, **ASK}, by="markethead")
    assert (made["state"], made["source"], made["department"], made["from_tier"]) == (
        *("proposed", "department", "market", "general"),
    )
    assert made["facts"]["daily_volume"] == 1000
    again = await chaohu.post("/tier-proposals", {"customer_id": customer, **ASK}, by="markethead")
    assert (again.status_code, again.json()["code"]) == (409, "tier_proposal_waiting")

    (clock,) = (await chaohu.get(f"/tier-proposals/{made['id']}/clocks"))["items"]
    assert (clock["metric"], clock["state"], clock["clause"]) == ("decision", "running", "tier-proposing")
    why = await chaohu.get(f"/tier-proposals/{made['id']}/clocks/{clock['id']}/explanation")
    assert (why["unit"], why["budget"], why["chapter"]) == ("working_day", 3, "customer")
    work = (await chaohu.get("/work", by="deputy"))["items"]
    assert [(one["id"], one["queue"], one["title_code"]) for one in work] == [(made["id"], "post", "tier_department")]

    path, body = f"/tier-proposals/{made['id']}/review", {"decision": "confirm", "reason": "同意"}
    for login, status in (("head", 403), ("agent", 403)):
        assert (await chaohu.post(path, body, by=login, version=made["version"])).status_code == status
    answers = await asyncio.gather(*(chaohu.post(path, body, by="deputy", version=made["version"]) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    done = next(answer.json() for answer in answers if answer.status_code == 200)
    assert (done["state"], done["decided_by"]) == ("confirmed", str(chaohu.gas.person("deputy")))
    assert done["review_due_on"] == done["holds_until"] == _next_year(chaohu)
    late = await chaohu.post(path, body, by="deputy", version=done["version"])
    assert (late.status_code, late.json()["code"]) == (409, "tier_proposal_decided")

    (fact,) = await chaohu.facts("customer.tier_changed")
    assert (fact["from_tier"], fact["to_tier"], fact["rule"]) == ("general", "vip", "vip_volume")
    row = await chaohu.row(customer)
    assert (row["tier"], row["version"]) == ("vip", 2)
    (clock,) = (await chaohu.get(f"/tier-proposals/{made['id']}/clocks"))["items"]
    assert clock["state"] == "met"
    assert (await chaohu.get("/work", by="deputy"))["items"] == []
    told = await chaohu.get(f"/customers/{customer}/tier")
    assert (told["tier"], told["source"], told["proposed_reason"]) == ("vip", "department", ASK["reason"])
    unchanged = await chaohu.post("/tier-proposals", {"customer_id": customer, **ASK}, by="markethead")
    assert (unchanged.status_code, unchanged.json()["code"]) == (409, "tier_unchanged")


async def test_what_a_proposal_must_not_be(desks: Desks, chaohu: Desk) -> None:
    customer = await chaohu.customer(daily_volume_m3=999)

    async def refused(by: str = "markethead", **said: object) -> tuple[int, str, str]:
        answer = await chaohu.post("/tier-proposals", {"customer_id": customer, **ASK, **said}, by=by)
        problem = answer.json()
        errors = problem.get("errors") or [{"pointer": ""}]
        return answer.status_code, problem["code"], errors[0]["pointer"]

    assert await refused() == (422, "tier_condition_not_met", "/rule")
    assert await refused(tier="gold") == (422, "tier_unknown", "/tier")
    assert await refused(rule="major_volume") == (422, "tier_unknown", "/rule")
    assert await refused(facts={"daily_volume": 2000}) == (422, "tier_unknown", "/facts/daily_volume")
    assert await refused(facts={"steady_use": "yes"}) == (422, "tier_unknown", "/facts/steady_use")
    assert (await refused(by="head"))[:2] == (403, "tier_proposer"), "the rule names the market department"
    assert (await refused(by="crew"))[0] == 403
    assert (await refused(customer_id=str(UUID(int=7))))[0] == 404
    assert (await refused(unknown=1))[0] == 422
    free = {"rule": None, "tier": "key", "facts": {"leave_risk": "高", "steady_use": True}}
    made = await chaohu.done("/tier-proposals", {"customer_id": customer, **ASK, **free}, by="head")
    assert (made["rule"], made["stated_facts"]["leave_risk"]) == (None, "高"), "open in this pack: any department"
    assert (await chaohu.row(customer))["tier"] == "general"


async def test_rejection_says_why_and_changes_nothing(chaohu: Desk) -> None:
    customer = await chaohu.customer(daily_volume_m3=1000)
    made = await chaohu.done("/tier-proposals", {"customer_id": customer, **ASK}, by="markethead")
    path = f"/tier-proposals/{made['id']}/review"
    silent = await chaohu.post(path, {"decision": "reject"}, by="deputy", version=made["version"])
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/reason")
    deadline = (await chaohu.get(f"/tier-proposals/{made['id']}/clocks"))["items"][0]["deadline_at"]
    await chaohu.sweep(datetime.fromisoformat(deadline) + timedelta(seconds=1))
    assert [fact["metric"] for fact in await chaohu.facts("sla.breached")] == ["decision"]
    no = await chaohu.review(made, decision="reject", reason="用气不稳定")
    assert (no["state"], no["decision_reason"]) == ("rejected", "用气不稳定")
    assert (await chaohu.row(customer))["tier_confirmed_at"] is None
    assert await chaohu.facts("customer.tier_changed") == []


async def test_nobody_decides_on_the_own_proposal(chaohu: Desk) -> None:
    customer = await chaohu.customer(daily_volume_m3=1000)
    made = await chaohu.done("/tier-proposals", {"customer_id": customer, **ASK}, by="markethead")
    own = person(chaohu.gas.code, "leader_in_charge", role=Role.DEPUTY, staff_id=chaohu.gas.person("markethead"))
    other = person(chaohu.gas.code, "leader_in_charge", role=Role.DEPUTY)

    async def decide(principal: object, version: int) -> None:
        async with chaohu.runtime.sessions.begin() as session:
            await deciding.decide(
                session,
                chaohu.runtime.policy.policy,
                chaohu.runtime.calendars,
                proposal_id=UUID(made["id"]),
                verdict=deciding.Verdict(Decision.CONFIRM),
                principal=principal,  # type: ignore[arg-type]
                expected_version=version,
                now=chaohu.now,
            )

    with pytest.raises(TierProposalOwnError):
        await decide(own, 1)
    with pytest.raises(StaleError):
        await decide(other, 9)
    await decide(other, 1)


async def test_a_later_day_takes_effect_on_that_day_and_history_answers(chaohu: Desk) -> None:
    customer = await chaohu.customer(daily_volume_m3=1000)
    made = await chaohu.done("/tier-proposals", {"customer_id": customer, **ASK}, by="markethead")
    on = chaohu.today + timedelta(days=10)
    path = f"/tier-proposals/{made['id']}/review"
    for bad in (chaohu.today - timedelta(days=1), chaohu.today + timedelta(days=400)):
        body = {"decision": "confirm", "effective_on": bad.isoformat()}
        answer = await chaohu.post(path, body, by="deputy", version=made["version"])
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/effective_on")
    done = await chaohu.review(made, effective_on=on.isoformat())
    assert (done["state"], done["in_force_at"]) == ("scheduled", None)
    assert (await chaohu.row(customer))["tier"] == "general"
    told = await chaohu.get(f"/customers/{customer}/tier")
    assert (told["tier"], told["scheduled_tier"], told["scheduled_on"]) == ("general", "vip", on.isoformat())

    async def tier_on(days: int) -> str:
        day = (chaohu.today + timedelta(days=days)).isoformat()
        return str((await chaohu.get(f"/customers/{customer}/tier", on=day))["tier"])

    assert [await tier_on(days) for days in (-1, 0, 9, 10, 11)] == ["general", "general", "general", "vip", "vip"]
    await chaohu.day(on - timedelta(days=1))
    assert (await chaohu.row(customer))["tier"] == "general"
    await chaohu.day(on)
    await chaohu.day(on)
    assert (await chaohu.row(customer))["tier"] == "vip"
    (fact,) = await chaohu.facts("customer.tier_changed")
    assert datetime.fromisoformat(fact["effective_at"]) == datetime(on.year, on.month, on.day, tzinfo=CIVIL)
    assert [await tier_on(days) for days in (0, 9, 10)] == ["general", "general", "vip"]


def _next_year(desk: Desk) -> str:
    return desk.today.replace(year=desk.today.year + 1).isoformat()
