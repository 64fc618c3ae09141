"""What happened becomes a callback by the published draw, once, with its window as a clock."""

from datetime import timedelta
from fractions import Fraction

from services.callback.calls.rules.draws import SCALE, offset_of
from services.callback.calls.service.ledger import draw_ledger
from shared.contracts.base import Routing
from shared.contracts.complaint import ComplaintClosed
from shared.contracts.customer import CustomerMerged
from shared.contracts.registry import CustomerAccountOpened
from shared.ids import new_id
from tests.callback.integration.line import TUESDAY, Line, event_of
from tests.support.world import Company

EVENTS = 21


async def test_anyone_can_run_the_draw_again(line: Line, gas: Company) -> None:
    for _ in range(EVENTS):
        await line.complete(gas, tier="general")
    answer = await line.client.get("/v1/callback-strata", headers=gas.headers("head"))
    (stratum,) = answer.json()["items"]
    assert (stratum["name"], stratum["seen"]) == (f"{gas.code}/repair/general/2011.1", EVENTS)
    assert stratum["u_numerator"] == str(offset_of("gasdesk-xxx-gas-2011", stratum["name"]))
    assert abs(Fraction(stratum["drawn"]) - Fraction(3, 10) * EVENTS) < 1
    query = {"stratum_id": stratum["id"], "limit": 200}
    listed = (await line.client.get("/v1/callback-draws", params=query, headers=gas.headers("head"))).json()["items"]
    share = Fraction(stratum["numerator"], stratum["denominator"])
    u = Fraction(int(stratum["u_numerator"]), SCALE)
    for n, one in enumerate(listed, 1):
        again = (n * share + u).__floor__() > ((n - 1) * share + u).__floor__()
        assert (one["position"], one["is_drawn"], one["callback_id"] is not None) == (n, again, again)
    assert len(listed) == EVENTS
    refused = await line.client.get("/v1/callback-draws", params=query, headers=gas.headers("agent"))
    assert refused.status_code == 403


async def test_an_event_delivered_thrice_draws_once_and_its_window_is_a_clock(line: Line, gas: Company) -> None:
    order = await line.complete(gas, times=3)
    again = order.model_copy(update={"tier": "general"})
    await line.hear(event_of(gas, again))  # said anew under another event id, in another stratum
    one = await line.callback_of(gas, order.order_id)
    assert (one["state"], one["business"], one["tier"], one["queue"]) == ("waiting", "repair", "vip", "hotline")
    assert one["matter_id"] == str(order.order_id)
    (drawn,) = await line.facts(gas, "callback.drawn")
    assert (drawn["position"], drawn["hops"], str(drawn["matter_id"])) == (1, 1, str(order.order_id))
    (clock,) = await line.clocks(gas, "callbacks", one)
    assert (clock["metric"], clock["state"], clock["clause"]) == ("window", "running", "callback-share")
    # three working days after Monday 2026-11-23: Thursday, close of business
    assert clock["deadline_at"].startswith("2026-11-26T09:30:00")
    path = f"/v1/callbacks/{one['id']}/clocks/{clock['id']}/explanation"
    assert (await line.client.get(path, headers=gas.headers("office"))).status_code == 200
    work = await line.client.get("/v1/work", headers=gas.headers("agent"))
    assert [(entry["id"], entry["metric"], entry["queue"]) for entry in work.json()["items"]] == [
        (one["id"], "window", "post")
    ]


async def test_each_kind_of_business_has_its_own_occasion(line: Line, gas: Company) -> None:
    customer = await line.know(gas, "vip")
    closed = ComplaintClosed(
        complaint_id=new_id(),
        number="TS261123-000001",
        kind="suggestion",
        channel="hotline",
        category="repair",
        grade=None,
        tier="vip",
        state="closed",
        cycle=1,
        customer_id=customer,
        occurred_at=TUESDAY - timedelta(hours=5),
        resolved_at=TUESDAY - timedelta(hours=6),
        routing=Routing(owner_id=gas.person("agent2")),
    )
    anonymous = closed.model_copy(update={"complaint_id": new_id(), "customer_id": None})
    praise = closed.model_copy(update={"complaint_id": new_id(), "kind": "praise"})
    reopened = closed.model_copy(update={"cycle": 2})
    for said in (closed, closed, anonymous, praise, reopened):
        await line.hear(event_of(gas, said))
    for _ in range(20):
        await line.hear(
            event_of(gas, CustomerAccountOpened(customer_id=new_id(), opened_on=TUESDAY.date(), tier="general"))
        )
    drawn = await line.facts(gas, "callback.drawn")
    assert [(one["business"], one["cycle"]) for one in drawn if one["business"] == "suggestion"] == [
        ("suggestion", 1),
        ("suggestion", 2),
    ]
    assert sum(one["business"] == "account_opened" for one in drawn) == 2


async def test_the_ledger_is_drawn_once_a_month_for_those_who_are_served(line: Line, chaohu: Company) -> None:
    served = [await line.know(chaohu, "vip") for _ in range(3)]
    await line.know(chaohu, "vip", standing="closed")
    await line.know(chaohu, "general")
    gone = await line.know(chaohu, "vip")
    merged = CustomerMerged(customer_id=gone, into_customer_id=served[0], merged_at=TUESDAY)
    await line.hear(event_of(chaohu, merged))
    await line.know(chaohu, "vip", customer_id=gone, standing="merged")
    await line.pool.execute("update customers set standing = 'merged' where id = $1", gone)
    for _ in range(2):
        async with line.runtime.sessions.begin() as session:
            chunk = await draw_ledger(
                session,
                line.app.state.call_desk,
                chaohu.code,
                due_at=TUESDAY,
                business=0,
                after=None,
                now=line.clock.now(),
            )
        assert chunk.is_finished
    drawn = await line.facts(chaohu, "callback.drawn")
    assert [one["customer_id"] for one in drawn] == sorted(str(one) for one in served)
    assert {one["queue"] for one in drawn} == {"gm"}
