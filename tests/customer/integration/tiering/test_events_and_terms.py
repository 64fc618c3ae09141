"""What business changes is proposed at once; upgrades are decided one by one; tiers are reviewed every year."""

from datetime import UTC, date, datetime, time, timedelta

from services.customer import consumers
from services.customer.policy import CustomerChapter
from services.customer.tiering.rules import months_after
from services.customer.tiering.service import terms
from shared.contracts.customer import CustomerUpdated
from shared.events.envelope import Event
from shared.policy.book import Policy, Revision
from shared.policy.loader import merge
from tests.customer.integration.tiering.conftest import Desk, Desks
from tests.support.packs import policy_of, shipped


async def proposals(desk: Desk, customer: str) -> list[tuple[str, str, str, str | None]]:
    found = await desk.get("/tier-proposals", customer_id=customer)
    return [(one["source"], one["state"], one["tier"], one["cause"]) for one in reversed(found["items"])]


async def clock_states(desk: Desk, customer: str) -> list[str]:
    rows = await desk.runtime.hot.fetch(
        "select state from clocks where customer_id = $1 and subject_type = 'tier_proposal' order by id", customer
    )
    return [row["state"] for row in rows]


async def test_capacity_raised_and_a_tag_set_are_proposed_and_the_newest_holds(chaohu: Desk) -> None:
    firm = await chaohu.customer("1", daily_volume_m3=300, capacity_m3_day=400)
    home = await chaohu.customer("2", kind="residential", customer_class="a", party="individual", name="欧阳小明")
    await chaohu.run_confirmed()
    assert await chaohu.changed(firm, district="城东") == 0, "nothing that a rule reads has changed the tier"
    assert await chaohu.changed(firm, by="markethead", capacity_m3_day=600, daily_volume_m3=520) == 1
    assert await chaohu.changed(firm, daily_volume_m3=530) == 0, "the same proposal, with the facts of now"
    assert await proposals(chaohu, firm) == [
        ("rule", "confirmed", "general", None),
        ("event", "proposed", "major", "capacity_raised"),
    ]
    assert await chaohu.changed(firm, by="markethead", daily_volume_m3=1200) == 1
    assert await chaohu.changed(home, tags=["news_media"]) == 1
    assert [one[1:] for one in await proposals(chaohu, firm)][1:] == [
        ("superseded", "major", "capacity_raised"),
        ("proposed", "vip", "capacity_raised"),
    ]
    assert (await proposals(chaohu, home))[-1] == ("event", "proposed", "key", "tag_set")
    assert await clock_states(chaohu, firm) == ["cancelled", "running"]
    (waiting,) = (await chaohu.get("/tier-proposals", customer_id=firm, state="proposed"))["items"]
    assert (waiting["facts"]["daily_volume"], waiting["proposed_by"]) == (1200, str(chaohu.gas.person("markethead")))
    await chaohu.review(waiting)
    assert await chaohu.changed(home, tags=[]) == 0
    assert (await proposals(chaohu, home))[-1][:2] == ("event", "withdrawn")
    assert await clock_states(chaohu, home) == ["cancelled"]
    assert [fact["to_tier"] for fact in await chaohu.facts("customer.tier_changed")] == ["vip"]


async def test_the_own_fact_of_a_change_leads_to_the_proposal(chaohu: Desk) -> None:
    firm = await chaohu.customer(daily_volume_m3=1000)
    row = await chaohu.row(firm)
    state = {name: row[name] for name in ("number", "kind", "customer_class", "party", "standing", "tier")}
    event = Event(
        id=row["id"],
        type=CustomerUpdated.TYPE,
        source="/customer",
        subject=row["id"],
        time=chaohu.now,
        company=chaohu.gas.code,
        aggregate_version=2,
        correlation_id=row["id"],
        causation_id=None,
        matter_id=None,
        hops=0,
        actor=str(chaohu.gas.person("clerk")),
        traceparent=None,
        routing=CustomerUpdated(customer_id=row["id"], **state).routing,
        payload=CustomerUpdated(customer_id=row["id"], **state),
        data={},
    )
    handler = consumers.own_bulk_handlers(chaohu.runtime)[CustomerUpdated.TYPE]
    for _ in range(2):
        async with chaohu.runtime.sessions.begin() as session:
            await handler(session, [event, event])
    (made,) = (await chaohu.get("/tier-proposals", customer_id=firm))["items"]
    assert (made["source"], made["tier"], made["proposed_by"]) == ("event", "vip", str(chaohu.gas.person("clerk")))


async def test_an_upgrade_is_decided_one_by_one_and_the_assessed_class_holds_meanwhile(desks: Desks) -> None:
    desk = await desks("liaoning")
    big = await desk.customer("1", party="group", member_count=500, facts={"assessment": "b"})
    plain = await desk.customer("2", party="group", member_count=99, facts={"assessment": "b"})
    run = await desk.run_confirmed()
    assert (run["state"], run["confirmed_count"]) == ("confirmed", 2)
    assert [(await desk.row(one))["tier"] for one in (big, plain)] == ["b", "b"]
    (raised,) = (await desk.get("/tier-proposals", state="proposed"))["items"]
    assert (raised["customer_id"], raised["tier"], raised["is_upgrade"], raised["base_tier"]) == (
        big,
        "a_plus",
        True,
        "b",
    )
    run = await desk.run_confirmed()
    assert (await desk.row(big))["tier"] == "b", "a second run confirms it no more than the first"
    (raised,) = (await desk.get("/tier-proposals", state="proposed"))["items"]
    await desk.review(raised)
    assert (await desk.row(big))["tier"] == "a_plus"

    ask = {"customer_id": plain, "tier": "a_plus", "reason": "本地龙头企业"}
    silent = await desk.post("/tier-proposals", ask, by="markethead")
    assert (silent.status_code, silent.json()["code"]) == (422, "tier_condition_not_met"), "name the condition"
    unmet = await desk.post("/tier-proposals", {**ask, "rule": "a_plus_influence"}, by="markethead")
    assert (unmet.status_code, unmet.json()["code"]) == (422, "tier_condition_not_met")
    known = {**ask, "rule": "a_plus_influence", "facts": {"influence": "great"}}
    made = await desk.done("/tier-proposals", known, by="markethead")
    assert (made["is_upgrade"], made["matches"][0]) == (True, "a_plus_influence")
    await desk.review(made)
    assert (await desk.row(plain))["tier"] == "a_plus"
    await desk.run_confirmed()
    assert [(await desk.row(one))["tier"] for one in (big, plain)] == ["a_plus", "a_plus"], "no run lowers a decision"
    assert [fact["to_tier"] for fact in await desk.facts("customer.tier_changed")] == ["b", "b", "a_plus", "a_plus"]


async def test_a_tier_is_reviewed_every_year_kept_or_moved(chaohu: Desk) -> None:
    keeps = await chaohu.customer("1", daily_volume_m3=1000)
    moves = await chaohu.customer("2", daily_volume_m3=1000)
    plain = await chaohu.customer("3", daily_volume_m3=10, capacity_m3_day=10)
    await chaohu.run_confirmed()
    due = months_after(chaohu.today, 12)
    assert (await chaohu.get(f"/customers/{keeps}/tier"))["review_due_on"] == due.isoformat()
    assert (await chaohu.get(f"/customers/{plain}/tier"))["review_due_on"] is None
    await chaohu.day(due - timedelta(days=1))
    assert await proposals(chaohu, keeps) == [("rule", "confirmed", "vip", None)]
    await chaohu.set(moves, daily_volume_m3=600)
    await chaohu.day(due)
    await chaohu.day(due)
    assert (await proposals(chaohu, keeps))[1:] == [("review", "proposed", "vip", "review_due")]
    assert (await proposals(chaohu, moves))[1:] == [("review", "proposed", "major", "review_due")]
    assert await clock_states(chaohu, keeps) == ["running"]
    work = (await chaohu.get("/work", by="deputy"))["items"]
    assert {(one["title_code"], one["queue"]) for one in work} == {("tier_review", "post")}
    before = len(await chaohu.facts("customer.tier_changed"))
    await chaohu.runtime.hot.execute(
        "update clocks set started_at = $2 where company = $1", chaohu.gas.code, chaohu.now
    )
    waiting = (await chaohu.get("/tier-proposals", source="review", state="proposed"))["items"]
    kept = next(one for one in waiting if one["customer_id"] == keeps)
    moved = next(one for one in waiting if one["customer_id"] == moves)
    await chaohu.done("/tier-runs", by="keeper")
    assert (await proposals(chaohu, keeps))[-1][1] == "proposed", "a run leaves a review alone"
    await chaohu.review(kept, decision="reject", reason="维持原级别")
    assert (await chaohu.get(f"/customers/{keeps}/tier"))["tier"] == "vip"
    await chaohu.review(moved)
    assert (await chaohu.row(moves))["tier"] == "major"
    told = (await chaohu.facts("customer.tier_changed"))[before:]
    assert [(fact["from_tier"], fact["to_tier"]) for fact in told] == [("vip", "major")]


async def test_a_tier_that_nobody_reviews_falls_back_where_the_pack_says_so(chaohu: Desk) -> None:
    customer = await chaohu.customer("1", daily_volume_m3=1000)
    await chaohu.run_confirmed()
    raw = merge(shipped("chaohu").raw["customer"], {"tier_term": {"expires_months": 15}})
    base = policy_of("chaohu", chaohu.gas.code)
    revision = Revision(CustomerChapter.model_validate(raw), "other")
    policy = Policy(base.company, base.pack, base.on, {**base.revisions, "customer": revision})

    async def day(on: date) -> None:
        at = datetime.combine(on, time(4), UTC)
        async with chaohu.runtime.sessions.begin() as session:
            await terms.bring_up(session, policy, chaohu.runtime.calendars, now=at)

    ends = months_after(chaohu.today, 15)
    await day(ends - timedelta(days=1))
    assert (await chaohu.row(customer))["tier"] == "vip"
    await day(ends)
    row = await chaohu.row(customer)
    assert (row["tier"], row["tier_confirmed_at"]) == ("general", None)
    told = await chaohu.facts("customer.tier_changed")
    assert [(fact["to_tier"], fact["rule"]) for fact in told] == [("vip", "vip_volume"), ("general", None)]
    on = {days: (ends + timedelta(days=days)).isoformat() for days in (-1, 0)}
    assert [(await chaohu.get(f"/customers/{customer}/tier", on=day))["tier"] for day in on.values()] == [
        *("vip", "general")
    ]


async def test_a_run_leaves_what_a_department_proposed_and_a_person_takes_over_what_a_run_proposed(
    chaohu: Desk,
) -> None:
    customer = await chaohu.customer("1", daily_volume_m3=1000)
    run = await chaohu.done("/tier-runs", by="keeper")
    ask = {"customer_id": customer, "tier": "key", "reason": "政府机构"}
    await chaohu.done("/tier-proposals", ask, by="head")
    assert [one[:3] for one in await proposals(chaohu, customer)] == [
        ("rule", "superseded", "vip"),
        ("department", "proposed", "key"),
    ]
    again = await chaohu.done("/tier-runs", by="keeper")
    assert (run["written"], again["written"]) == (1, 0)
    assert (await proposals(chaohu, customer))[-1][:2] == ("department", "proposed")
    assert await chaohu.changed(customer, daily_volume_m3=2000) == 0, "nor does an event"
