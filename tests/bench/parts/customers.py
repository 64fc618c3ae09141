"""The customer service on small tables and on large ones: look-ups, timeline, order queue; completing an order."""

import asyncio
import json
import os
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID

from tests.bench.drive import CONNECTIONS, drive, paired, rate_of
from tests.bench.filling_customers import fill_base, fill_orders
from tests.bench.report import Report
from tests.bench.stage import Stage

SIZES = (10_000, 1_000_000 if os.environ.get("BENCH_FULL") else 200_000)
COMPLETIONS = 4_000
_CUSTOMER = {
    "name": "慕容清秋",
    "kind": "residential",
    "party": "individual",
    "phones": ["10098765432"],
    "premises": {"address": "东城区听雨路7号3栋501", "district": "东城区"},
    "meter": {"number": "BM-0001"},
}


@dataclass(slots=True)
class Growth:
    """The slow end of each question at each size, at a rate that the small size allows."""

    rates: dict[str, float] = field(default_factory=dict)
    slow: dict[tuple[str, int], float] = field(default_factory=dict)

    async def at(self, stage: Stage, port: int, size: int, asked: dict[str, str]) -> None:
        """Ask everything on tables of this size."""
        for name, path in asked.items():
            target = stage.target(port, [{"method": "GET", "path": path}], login="office")
            rate = self.rates.setdefault(name, 0.4 * await rate_of(target))
            self.slow[name, size] = (await drive(target, rate=rate)).p95

    def compare(self, report: Report) -> None:
        """The large against the small."""
        for name in self.rates:
            small, large = (self.slow[name, size] for size in SIZES)
            path = f"{name}, p95 at {SIZES[1]:,} customers of that at {SIZES[0]:,}"
            report.at_most(
                path, floor=f"{small:.1f} ms", ours=f"{large:.1f} ms", value=large / max(small, 0.1), goal=1.5
            )


async def run(stage: Stage, report: Report) -> None:
    """Small, then large; then the writes and the dry run."""
    with stage.service("customer") as port:
        door = Door(stage, port)
        customer = await asyncio.to_thread(door.post, "/v1/customers", _CUSTOMER, "clerk")
        order = await asyncio.to_thread(door.arrived, customer)
        asked = {
            "look-up by phone": "/v1/customers?phone=10098765432&limit=20",
            "look-up by number": f"/v1/customers?q={customer['number']}&limit=20",
            "look-up by meter": "/v1/customers?meter=BM-0001&limit=20",
            "look-up by name fragment": f"/v1/customers?q={quote('清秋')}&limit=20",
            "look-up by address fragment": f"/v1/customers?q={quote('听雨路')}&limit=20",
            "timeline of a customer": f"/v1/customers/{customer['id']}/timeline?limit=50",
            "order queue": "/v1/orders?queue=dispatch&limit=50",
        }
        growth = Growth()
        for size in SIZES:
            async with stage.admin("customer") as admin:
                await fill_base(admin, stage.company.code, UUID(customer["id"]), count=size)
                await fill_orders(admin, UUID(order["id"]), count=size, state="requested", every=100)
            await growth.at(stage, port, size, asked)
        growth.compare(report)
        await _completions(stage, report, port, UUID(order["id"]), order)
        await _dry_run(stage, report, door)


async def _completions(stage: Stage, report: Report, port: int, template: UUID, order: dict[str, Any]) -> None:
    async with stage.admin("customer") as admin:
        ids = await fill_orders(admin, template, count=COMPLETIONS, state="arrived", every=0)
    body = json.dumps({"done": order["demands"]["to_be_done"]})
    requests = [{"method": "POST", "path": f"/v1/orders/{one}/complete", "body": body} for one in ids]
    target = stage.target(port, requests, login="leader", fresh_key=True)
    target.headers["If-Match"] = f'"{order["version"]}"'  # type: ignore[index]  # the stage makes a plain dict
    found = await drive(target)
    said = f"{found.rate:,.0f}/s, p95 {found.p95:.0f} ms"
    report.tell(f"complete an order, {CONNECTIONS} connections", floor="", ours=said, result="")


async def _dry_run(stage: Stage, report: Report, door: "Door") -> None:
    """Who would move, against reading the facts of as many customers."""
    plain = "select sum(daily_volume_m3) filter (where 'vulnerable' = any(tags)) from customers where company = $1"
    async with stage.admin("customer") as admin:

        async def floor() -> float:
            began = time.perf_counter()
            await admin.fetchrow(plain, stage.company.code)
            return time.perf_counter() - began

        async def ours() -> float:
            began = time.perf_counter()
            await asyncio.to_thread(door.get, "/v1/tier-runs/dry-run/summary", "office")
            return time.perf_counter() - began

        pair = await paired(floor, ours)
    report.tell(
        f"dry run over {SIZES[1]:,} customers, of a plain sum",
        floor=f"{pair.floor * 1000:.0f} ms",
        ours=f"{pair.ours * 1000:.0f} ms",
        result=f"{pair.ratio:.1f}",
    )


@dataclass(frozen=True, slots=True)
class Door:
    """Single requests before anything is measured."""

    stage: Stage
    port: int

    def post(self, path: str, body: dict[str, Any], login: str, version: int | None = None) -> dict[str, Any]:
        """One step that must succeed."""
        headers = self.stage.company.headers(login, version=version) | {"Content-Type": "application/json"}
        return self._ask(path, headers, json.dumps(body).encode())

    def get(self, path: str, login: str) -> dict[str, Any]:
        """One answer."""
        return self._ask(path, self.stage.company.headers(login))

    def arrived(self, customer: dict[str, Any]) -> dict[str, Any]:
        """A repair whose crew is on site."""
        taken = {"work": "repair", "channel": "hotline", "summary": "灶具打不着火", "customer_id": customer["id"]}
        order = self.post("/v1/orders", {**taken, "place": "indoor"}, "agent")
        crew = {"assigned_ids": [str(self.stage.company.person("crew"))], "team": "repair_1"}
        order = self.post(f"/v1/orders/{order['id']}/dispatch", crew, "office", order["version"])
        return self.post(f"/v1/orders/{order['id']}/arrive", {}, "leader", order["version"])

    def _ask(self, path: str, headers: dict[str, str], body: bytes | None = None) -> dict[str, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310  # our own address
            found: dict[str, Any] = json.load(answer)
            return found
