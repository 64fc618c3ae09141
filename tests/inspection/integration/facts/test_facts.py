"""Facts come from events, whatever their order; samples are drawn from them by a seed, and again by anyone."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.inspection.facts.rules import FactKind, Frame, lot
from services.inspection.facts.service import sampling
from services.inspection.facts.service.figures import period_of
from shared.contracts.base import EventPayload, Routing
from shared.contracts.callback import CallbackCompleted
from shared.contracts.complaint import ComplaintClosed, ComplaintOpened
from shared.contracts.customer import CustomerOrderCompleted
from shared.contracts.entry import EntryErrorsConfirmed
from shared.contracts.sla import ClockBreached, ClockBreachRetracted, Segment
from shared.ids import new_id
from tests.support.stage import Json, Stage
from tests.support.world import Company

SERVICE, MARKET = Routing(department="customer_service"), Routing(department="market")


def opened(stage: Stage, case: UUID, **more: object) -> ComplaintOpened:
    """A case as its first fact tells it."""
    said: Json = {
        "complaint_id": case,
        "number": "TS261124-000001",
        "kind": "complaint",
        "channel": "hotline",
        "category": "repair",
        "grade": "3",
        "tier": "vip",
        "state": "open",
        "cycle": 1,
        "occurred_at": stage.clock.now() - timedelta(hours=5),
        "is_tier_default": False,
        "first_responsible_id": new_id(),
        "routing": SERVICE,
    }
    return ComplaintOpened(**{**said, **more})


def order(stage: Stage, company: Company, *, routing: Routing = SERVICE) -> CustomerOrderCompleted:
    """A completed repair."""
    return CustomerOrderCompleted(
        order_id=new_id(),
        number="GD261124-000001",
        customer_id=new_id(),
        work="repair",
        completed_at=stage.clock.now() - timedelta(hours=1),
        tier="vip",
        staff_ids=[company.person("crew")],
        routing=routing,
    )


def breach(stage: Stage, subject: UUID, *, clock: UUID) -> Json:
    """What a broken promise on a case says, in the words of its payload."""
    return {
        "clock_id": clock,
        "subject_type": "complaint",
        "subject_id": subject,
        "metric": "response",
        "cycle": 1,
        "sequence": 1,
        "state": "breached",
        "clause": "vip-complaint",
        "occurred_at": stage.clock.now(),
        "breached_at": stage.clock.now() - timedelta(minutes=5),
    }


async def facts(stage: Stage, company: Company, kind: str) -> list[Json]:
    """The rows of a kind."""
    rows = await stage.pool.fetch(
        "select * from facts where company = $1 and kind = $2 order by id", company.code, kind
    )
    return [dict(row) for row in rows]


async def say(stage: Stage, company: Company, *said: EventPayload, version: int = 1) -> None:
    """Let them be heard."""
    for one in said:
        await stage.hear(stage.event(company, one, version=version))


async def test_a_case_is_one_fact_whatever_the_order_of_its_events(stage: Stage, gas: Company) -> None:
    case, now = new_id(), stage.clock.now()
    begun = opened(stage, case)
    told = begun.model_dump(exclude={"is_tier_default", "first_responsible_id", "external_source", "repeat_of_id"})
    closed = ComplaintClosed(
        **{**told, "state": "closed", "occurred_at": now, "resolved_at": now, "routing": MARKET, "category": "charge"}
    )
    await say(stage, gas, closed, version=4)
    await say(stage, gas, begun, version=1)
    (row,) = await facts(stage, gas, "case")
    assert (row["department"], row["category"], row["ended_at"]) == ("market", "charge", now)
    assert row["happened_at"] == begun.occurred_at, "it began when the older event says"


async def test_what_is_said_of_the_work_is_written_on_it(stage: Stage, gas: Company) -> None:
    done, case, clock, now = order(stage, gas), new_id(), new_id(), stage.clock.now()
    await say(stage, gas, done, opened(stage, case))
    call = CallbackCompleted(
        callback_id=new_id(),
        subject_type="order",
        subject_id=done.order_id,
        outcome="reached",
        is_satisfied=False,
        occurred_at=now,
        business="repair",
        called_by=gas.person("agent"),
    )
    broken = breach(stage, case, clock=clock)
    holder = Segment(owner_id=gas.person("leader"), department="customer_service", from_at=now, consumed_us=1)
    await say(stage, gas, call, ClockBreached(**broken, detected_at=now, cause="deadline", segments=[holder]))
    (of_order,), (of_case,), (of_clock,) = [await facts(stage, gas, kind) for kind in ("order", "case", "clock")]
    assert (of_order["is_satisfied"], of_order["is_late"]) == (False, False)
    assert (of_order["staff_id"], of_case["is_late"]) == (gas.person("crew"), True)
    assert (of_clock["staff_id"], of_clock["clause"], of_clock["of_id"]) == (
        gas.person("leader"),
        "vip-complaint",
        case,
    )
    month = await counted(stage, gas)
    assert (month["order"], month["case"], month["clock"]) == ((1, 0, 0, 1), (1, 1, 0, 0), (1, 1, 0, 0))
    await say(stage, gas, ClockBreachRetracted(**broken, breach_event_id=new_id()), version=2)
    assert "clock" not in await counted(stage, gas), "a breach that was none counts no more"


async def counted(stage: Stage, company: Company) -> dict[str, tuple[int, int, int, int]]:
    """Seen, late, satisfied, unsatisfied by kind, of customer service."""
    now = stage.clock.now()
    async with stage.runtime.sessions.begin() as session:
        found = await period_of(session, company.code, "customer_service", now - timedelta(days=1), now)
    return {k.value: (t.seen, t.late, t.satisfied, t.unsatisfied) for k, t in found.tallies.items()}


async def test_errors_of_entry_count_as_many_as_they_are(stage: Stage, gas: Company) -> None:
    said = EntryErrorsConfirmed(
        finding_ids=[new_id(), new_id()],
        operator_id=gas.person("clerk"),
        operator_department="customer_service",
        kind="wrong",
        concern="base",
        check="daily",
        rule="phone",
        clause="entry",
        count=2,
        month="2026-11",
        occurred_at=stage.clock.now() - timedelta(hours=1),
    )
    event = stage.event(gas, said)
    assert [await stage.hear(event), await stage.hear(event)] == [True, False]
    now = stage.clock.now()
    async with stage.runtime.sessions.begin() as session:
        found = await period_of(session, gas.code, "customer_service", now - timedelta(days=1), now)
    assert (found.of(FactKind.ENTRY).seen, found.of(FactKind.ENTRY).amount) == (1, 2)


async def test_a_sample_is_the_first_of_its_frame_by_lot_and_drawn_again_the_same(stage: Stage, gas: Company) -> None:
    mine = [order(stage, gas) for _ in range(12)]
    await say(stage, gas, *mine, *(order(stage, gas, routing=MARKET) for _ in range(3)))
    now = stage.clock.now()
    frame = Frame(FactKind.ORDER, now - timedelta(days=1), now, "customer_service")
    async with stage.runtime.sessions.begin() as session:
        sample = await sampling.draw_sample(
            session,
            company=gas.code,
            seed="public",
            kind=frame.kind,
            size=5,
            since=frame.since,
            until=frame.until,
            now=now,
            department=frame.department,
            drawn_by=gas.person("inspector"),
        )
    expected = sorted((one.order_id for one in mine), key=lambda one: lot("public", frame.name(gas.code), one))[:5]
    path = f"/v1/inspection-samples/{sample.row.id}"
    shown = await stage.get(gas, path, login="inspector")
    assert [one["subject_id"] for one in shown["members"]] == [str(one) for one in expected]
    assert (shown["population"], shown["drawn"]) == (12, 5)
    assert (await stage.get(gas, f"{path}/again"))["is_equal"] is True
    await say(stage, gas, *(order(stage, gas) for _ in range(20)))
    late = await stage.get(gas, f"{path}/again")
    assert (late["population"], late["is_equal"]) == (32, False), "facts that come late are told, never hidden"
    foreign = await stage.client.get(path, headers=gas.headers("markethead"))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "sample_not_found")


async def test_broken_promises_of_the_inspections_themselves_are_no_facts(stage: Stage, gas: Company) -> None:
    clock = new_id()
    broken = ClockBreached(**breach(stage, new_id(), clock=clock), detected_at=stage.clock.now(), cause="deadline")
    own = replace(stage.event(gas, broken, subject=clock), source="/inspection")
    assert await stage.hear(own)
    assert await facts(stage, gas, "clock") == []
    assert await stage.hear(stage.event(gas, broken, subject=clock))
    assert len(await facts(stage, gas, "clock")) == 1
