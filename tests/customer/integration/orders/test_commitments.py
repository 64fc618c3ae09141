"""Every promise of service orders in the four packs: started, met, breached, explained (domain.md 2.2, 3, 4)."""

from datetime import datetime, timedelta

import pytest

from services.customer.policy import CustomerChapter, promises_for
from services.customer.policy_orders import DeadlineSource, OrderCommitment, OrderMetric, OrderStart, OrderTerms
from tests.customer.integration.orders.conftest import Bench, Benches, Json
from tests.support.packs import policy_of

PACKS = ("xxx-gas", "chaohu", "generic", "liaoning")
CONTRACT_DAYS = 20
APPOINTED = timedelta(hours=5)
SOLVED = timedelta(days=3)
FAR = timedelta(days=800)


def chapter_of(pack: str) -> CustomerChapter:
    return policy_of(pack, "nobody").chapter_as("customer", CustomerChapter)


def is_made(chapter: CustomerChapter, one: OrderCommitment) -> bool:
    """A standard promise is made to nobody where every tier has one of its own."""
    tier = one.tiers[0] if one.tiers else chapter.default_tier
    terms = OrderTerms(one.works[0], tier, *(places[0] if places else None for places in (one.parties, one.places)))
    found = promises_for(chapter, terms, start=one.start).get(one.metric, ())
    return not one.is_standard or any(commitment == one for _, commitment in found)


async def order_for(bench: Bench, one: OrderCommitment, default_tier: str) -> Json:
    """An order to which the promise is made, at the moment from which it runs."""
    party = one.parties[0] if one.parties else "individual"
    customer_id = await bench.customer(one.tiers[0] if one.tiers else default_tier, party)
    order = await bench.open(one.works[0], customer_id, **intake_for(bench, one))
    return await brought_to(bench, order, one.start)


def intake_for(bench: Bench, one: OrderCommitment) -> Json:
    """What must be said at the intake."""
    more: Json = {"place": one.places[0]} if one.places else {}
    if one.start is OrderStart.READY:
        more["ready_at"] = bench.now.isoformat()
    if one.start is OrderStart.DEPARTMENT_ORDER:
        more["department_order_at"] = bench.now.isoformat()
    if one.deadline_from is DeadlineSource.CONTRACT:
        more["contract_due_at"] = (bench.now + timedelta(days=CONTRACT_DAYS)).isoformat()
    if one.start is OrderStart.PERIOD and one.metric is OrderMetric.ATTENDANCE:
        more["details"] = {"is_led": True}
    return more


async def brought_to(bench: Bench, order: Json, start: OrderStart) -> Json:
    """The order at the moment from which a promise runs."""
    match start:
        case OrderStart.APPOINTMENT:
            said = {"appointment_from": bench.now.isoformat(), "appointment_until": (bench.now + APPOINTED).isoformat()}
            return await bench.step(order, "appoint", said, by="clerk")
        case OrderStart.IMPEDIMENT:
            return await bench.step(await bench.arrive(order), "impede", {"reason": "表具缺件"})
        case OrderStart.SOLUTION_NAMED:
            order = await brought_to(bench, order, OrderStart.IMPEDIMENT)
            due = (bench.now + SOLVED).isoformat()
            return await bench.step(order, "solution", {"solution": "更换表具", "due_at": due})
        case OrderStart.WORK:
            return await bench.arrive(order)
        case OrderStart.COMPLETION:
            return await bench.complete(order)
        case OrderStart.ACCEPTANCE:
            return await bench.step(await bench.complete(order), "accept", by="clerk")
        case _:
            return order


async def keep(bench: Bench, order: Json, metric: OrderMetric) -> None:
    """The verb that keeps the promise."""
    match metric:
        case OrderMetric.RESPONSE:
            await bench.step(order, "acknowledge", by="clerk")
        case OrderMetric.ARRIVAL:
            await bench.arrive(order)
        case OrderMetric.SOLUTION:
            due = (bench.now + SOLVED).isoformat()
            await bench.step(order, "solution", {"solution": "更换表具", "due_at": due})
        case OrderMetric.ATTENDANCE:
            await bench.attend(order)
        case OrderMetric.PROGRESS:
            await bench.step(order, "progress", {"note": "管线已更换，明日通气"})
        case OrderMetric.ACCEPTANCE:
            await bench.step(order, "invite", by="clerk")
        case OrderMetric.REPORT:
            await bench.step(order, "report", {"summary": "已完工并验收"})
        case _:
            await bench.complete(order)


def expected(one: OrderCommitment, clock: Json) -> timedelta | None:
    """How long the promise lasts, worked out by hand; None where a calendar decides or nothing is promised."""
    if one.deadline_from is DeadlineSource.CONTRACT:
        return timedelta(days=CONTRACT_DAYS)
    if one.deadline_from is DeadlineSource.APPOINTMENT:
        return APPOINTED
    if one.deadline_from is DeadlineSource.SOLUTION:
        return SOLVED
    is_natural = one.limit.unit == "natural" and one.limit.budget is not None
    return timedelta(minutes=clock["budget"]) if is_natural else None


@pytest.mark.parametrize("pack", PACKS)
async def test_every_promise_of_a_pack_is_started_met_breached_and_explained(benches: Benches, pack: str) -> None:
    bench, chapter = await benches(pack), chapter_of(pack)
    broken: dict[str, tuple[Json, Json]] = {}
    for code, one in chapter.commitments.items():
        if not is_made(chapter, one):
            continue
        kept = await order_for(bench, one, chapter.default_tier)
        clock = await bench.clock(kept, one.metric.value)
        assert (clock["state"], clock["clause"], clock["policy_version"]) == (
            "running",
            one.clause,
            chapter.version,
        ), code
        if (span := expected(one, clock)) is not None:
            deadline = datetime.fromisoformat(clock["deadline_at"])
            since = datetime.fromisoformat(clock["started_at"])
            assert abs(deadline - since - span) < timedelta(minutes=1), (code, deadline, since)
        if one.limit.budget is not None and one.deadline_from is None:
            assert clock["budget"] == one.limit.budget, code
        await keep(bench, kept, one.metric)
        met = (await bench.get(f"/orders/{kept['id']}/clocks"))["items"]
        assert next(state["state"] for state in met if state["id"] == clock["id"]) == "met", code
        left = await order_for(bench, one, chapter.default_tier)
        broken[code] = (left, await bench.clock(left, one.metric.value))
    await bench.sweep(FAR)
    for code, (left, before) in broken.items():
        after = await bench.clock(left, before["metric"])
        explained = await bench.get(f"/orders/{left['id']}/clocks/{before['id']}/explanation")
        assert before["clause"] in str(explained), code
        assert chapter.version in str(explained), code
        if before["is_untargeted"]:
            assert after["state"] == "running", code
        else:
            assert (after["state"], after["breached_at"]) == ("breached", before["deadline_at"]), code


async def test_the_period_of_an_inspection_ends_with_its_month(xxx: Bench) -> None:
    order = await xxx.open("safety_inspection", await xxx.customer("vip", "unit"), details={"is_led": True})
    begin = datetime.fromisoformat(order["period_from"])
    month = (begin + timedelta(days=32, hours=8)).replace(day=1, hour=0) - timedelta(hours=8)
    half = begin + timedelta(days=178), begin + timedelta(days=187)
    by_metric = {one["metric"]: datetime.fromisoformat(one["deadline_at"]) for one in order["clocks"]}
    assert by_metric["completion"] == month
    assert half[0] < by_metric["attendance"] < half[1]


async def test_emergency_repair_ignores_calendars_and_runs_from_the_alarm(xxx: Bench) -> None:
    order = await xxx.open("emergency_repair", None, place="street", channel="alarm")
    (clock,) = order["clocks"]
    assert (clock["metric"], clock["calendar"], clock["unit"], clock["budget"]) == ("arrival", "natural", "natural", 30)
    assert order["customer_id"] is None
    assert order["alarm_at"] == order["requested_at"]


async def test_an_appointment_replaces_the_limit_only_where_the_promise_says_so(xxx: Bench) -> None:
    until = xxx.now + timedelta(days=2)
    said = {"appointment_from": xxx.now.isoformat(), "appointment_until": until.isoformat()}
    for party, place, replaced in (("individual", None, True), ("unit", "indoor", False)):
        order = await xxx.open("repair", await xxx.customer("vip", party), place=place)
        order = await xxx.step(order, "appoint", said, by="clerk")
        clock = await xxx.clock(order, "arrival")
        assert (datetime.fromisoformat(clock["deadline_at"]) == until) is replaced
        assert order["state"] == "appointed"
        states = [one["state"] for one in order["clocks"] if one["metric"] == "arrival"]
        assert sorted(states) == (["cancelled", "running"] if replaced else ["running"])
    refused = await xxx.take(order, "appoint", {**said, "appointment_until": xxx.now.isoformat()}, by="clerk")
    assert (refused.status_code, refused.json()["code"]) == (422, "order_appointment_invalid")
