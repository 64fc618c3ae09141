"""A month of a company: contracts, orders, entries, inspections, calls and an interruption, kept and not."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.customer.integration.orders.conftest import Bench, Json

_SHIFTED = {
    "clocks": ("started_at", "deadline_at", "stopped_at", "breached_at", "detected_at"),
    "service_orders": ("entered_at",),
    "contacts": ("started_at", "answered_at", "ended_at"),
    "safety_plans": ("period_from", "period_until", "entered_at"),
    "supply_interruptions": ("started_at",),
    "interrupted_customers": ("interrupted_at", "restored_at"),
    "customers": ("registered_at",),
}


def civil_month(at: datetime) -> str:
    """The month of an instant, in civil time."""
    return f"{at + timedelta(hours=8):%Y-%m}"


async def a_month_of(bench: Bench) -> None:
    """VIPs and general customers; what falls due later is judged as if it fell due now."""
    vip, general = await bench.customer("vip"), await bench.customer("general")
    for customer in (vip, general):
        await bench.complete(await bench.open("installation", customer))
    await bench.arrive(await bench.open("repair", general, place="indoor"), is_entered=True)
    await bench.complete(await bench.arrive(await bench.open("repair", general, place="indoor"), is_entered=True))
    late = await bench.open("repair", vip, place="indoor")
    await bench.complete(await bench.open("emergency_repair", general, channel="alarm"))
    for number, is_done in (("HT-1", True), ("HT-2", False)):
        await _contract(bench, general, number, is_done=is_done)
    for tier, is_entered in (("vip", True), ("general", True), ("general", False)):
        await _plan(bench, vip if tier == "vip" else general, tier, is_entered=is_entered)
    for rings in (2, 5, None):
        await _call(bench, rings)
    await _interruption(bench, general)
    await bench.runtime.hot.execute(
        "update clocks set deadline_at = $2::timestamptz,"
        " state = case when state = 'running' then 'breached' else state end,"
        " breached_at = case when state = 'running' then $2::timestamptz end,"
        " detected_at = case when state = 'running' then $2::timestamptz end"
        " where company = $1 and deadline_at is not null and (stopped_at is not null or subject_id = any($3::uuid[]))",
        bench.gas.code,
        bench.now,
        [UUID(late["id"]), await _open_contract(bench)],
    )


async def _open_contract(bench: Bench) -> UUID:
    found: UUID = await bench.runtime.hot.fetchval(
        "select id from contracts where company = $1 and state = 'signed'", bench.gas.code
    )
    return found


async def _contract(bench: Bench, customer: str, number: str, *, is_done: bool) -> None:
    today = f"{bench.now + timedelta(hours=8):%Y-%m-%d}"
    body = {"number": number, "kind": "installation", "signed_on": today, "due_on": today}
    made = await bench.done(f"/customers/{customer}/contracts", body, by="keeper")
    if is_done:
        path = f"/contracts/{made['id']}/fulfil"
        await bench.done(path, {"fulfilled_on": today}, by="keeper", version=made["version"])


async def _plan(bench: Bench, customer: str, tier: str, *, is_entered: bool) -> None:
    await bench.runtime.hot.execute(
        "insert into safety_plans (id, company, customer_id, commitment, metric, state, tier, party, customer_class,"
        " period_from, period_until, entered_at, policy_pack, policy_version, generated_at) values ($1, $2, $3, $4,"
        " 'completion', $5, $6, 'individual', 'a', $7, $8, $9, 'chaohu', '1', $7)",
        new_id(),
        bench.gas.code,
        UUID(customer),
        str(new_id()),
        "entered" if is_entered else "exhausted",
        tier,
        bench.now - timedelta(days=30),
        bench.now,
        bench.now - timedelta(minutes=1) if is_entered else None,
    )


async def _call(bench: Bench, rings: int | None) -> None:
    """Three calls: answered soon, answered late, lost."""
    at = bench.now - timedelta(seconds=30)
    body: Json = {"channel": "hotline", "started_at": at.isoformat(), "rings": rings}
    if rings is not None:
        answered, ended = at + timedelta(seconds=9), at + timedelta(seconds=20)
        body |= {"answered_at": answered.isoformat(), "ended_at": ended.isoformat(), "is_resolved": rings < 3}
    else:
        body |= {"ended_at": bench.now.isoformat(), "outcome": "missed"}
    await bench.done("/contacts", body, by="agent")


async def _interruption(bench: Bench, customer: str) -> None:
    """Half a minute without gas of the minute that the customers are known."""
    pool, now, interruption = bench.runtime.hot, bench.now, new_id()
    await pool.execute("update customers set registered_at = $2 where company = $1", bench.gas.code, now - MINUTES * 4)
    await pool.execute(
        "insert into supply_interruptions (id, company, number, kind, cause, description, state, district,"
        " started_at, restored_at, recorded_by, recorded_at, owner_id, policy_pack, policy_version)"
        " values ($1, $2, $3, 'unplanned', 'leak', '漏气', 'restored', '东城区', $4, $5, $1, $5, $1, 'chaohu', '1')",
        interruption,
        bench.gas.code,
        str(interruption),
        now - MINUTES * 2,
        now,
    )
    await pool.execute(
        "insert into interrupted_customers (id, company, interruption_id, customer_id, tier, is_special, known_at,"
        " interrupted_at, restored_at) values ($1, $2, $3, $4, 'general', false, $5, $5, $6)",
        new_id(),
        bench.gas.code,
        interruption,
        UUID(customer),
        now - MINUTES * 2,
        now - MINUTES,
    )


MINUTES = timedelta(minutes=1)


async def shift(bench: Bench, by: timedelta) -> None:
    """Let everything that is counted have happened earlier."""
    for table, columns in _SHIFTED.items():
        changes = ", ".join(f"{column} = {column} - $2::interval" for column in columns)
        await bench.runtime.hot.execute(f"update {table} set {changes} where company = $1", bench.gas.code, by)


async def figures(bench: Bench, period: str, dimension: str = "tier") -> list[Json]:
    """The figures that the pack names, for a period."""
    answer = await bench.get("/indicators", period=period, dimension=dimension)
    return [one for one in answer["items"] if one["indicator"]]


def numbers(items: list[Json], indicator: str, tier: str) -> tuple[int, int, int, int]:
    """Numerator, denominator, untargeted, unanswered."""
    (one,) = [item for item in items if (item["indicator"], item["tier"]) == (indicator, tier)]
    return one["numerator"], one["denominator"], one["untargeted"], one["unanswered"]


async def listed(bench: Bench, item: Json, **wanted: Any) -> list[Json]:
    """Everything behind a part of a figure, page by page, by the figure's own link."""
    found: list[Json] = []
    cursor: str | None = None
    while True:
        more = {"limit": 2, **wanted} | ({"cursor": cursor} if cursor else {})
        path = item["cases"].removeprefix("/v1") + "".join(f"&{name}={value}" for name, value in more.items())
        answer = await bench.client.get(f"/v1{path}", headers=bench.gas.headers("office"))
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found
