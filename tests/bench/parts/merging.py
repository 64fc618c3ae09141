"""Look-up and merged view: our gateway against a bare aiohttp fan-out, both in front of bare upstreams.

The upstreams answer what the real services answered; the added p50 is measured in front of the real ones.
"""

import asyncio
import json
import urllib.error
import urllib.request
from contextlib import ExitStack
from typing import Any

from shared.events.topology import SERVICES
from tests.bench.drive import drive, paired, rate_of
from tests.bench.report import Report
from tests.bench.stage import Stage

_CUSTOMER = {
    "name": "王某某",
    "kind": "residential",
    "party": "individual",
    "phones": ["10012345678"],
    "premises": {"address": "城东区幸福路1号", "kind": "residence"},
}


async def run(stage: Stage, report: Report) -> None:
    """Record, then compare."""
    with ExitStack() as stack:
        ports = {name: stack.enter_context(stage.service(name)) for name in SERVICES}
        places = {f"GASDESK_{name.upper()}_PORT": str(port) for name, port in ports.items()}
        real = stack.enter_context(stage.service("gateway", **places))
        customer_id = await asyncio.to_thread(_customer, stage, ports["customer"])
        view = [{"method": "GET", "path": f"/v1/desk/customers/{customer_id}"}]
        parts = _parts(customer_id)
        wanted = [(ports[service], path) for service, path in (*parts, *_LOOKUP, ("incentive", "/v1/staff/me"))]
        answers = {path.partition("?")[0]: await asyncio.to_thread(_get, stage, port, path) for port, path in wanted}
        slowest = 0.0
        for service, path in parts:
            target = stage.target(ports[service], [{"method": "GET", "path": path}])
            slowest = max(slowest, (await drive(target, connections=1, seconds=1)).p50)
        whole = (await drive(stage.target(real, view), connections=1)).p50
        report.tell(
            "merged view, p50 above its slowest part, real services on these cores",
            floor=f"{slowest:.1f} ms",
            ours=f"{whole:.1f} ms",
            result=f"{whole - slowest:.1f} ms",
        )
    await _bare(stage, report, answers, view, parts)


_LOOKUP = (("customer", "/v1/customers?phone=10012345678&limit=20"),)


def _parts(customer_id: str) -> list[tuple[str, str]]:
    of, many = f"customer_id={customer_id}", f"customer_id={customer_id}&limit=200"
    return [
        ("customer", f"/v1/customers/{customer_id}"),
        ("customer", f"/v1/customers/{customer_id}/tier"),
        ("customer", f"/v1/customers/{customer_id}/promises"),
        ("customer", f"/v1/customers/{customer_id}/service-team"),
        ("customer", f"/v1/contacts?{of}&limit=10"),
        ("customer", f"/v1/orders?{many}"),
        ("customer", f"/v1/hazards?{many}&state=open"),
        ("customer", f"/v1/supply-interruptions?{many}"),
        ("customer", f"/v1/vulnerable-persons?{many}"),
        ("customer", f"/v1/service-plans?{many}&state=approved"),
        ("complaint", f"/v1/complaints?{many}"),
        ("complaint", f"/v1/complaints/promises?{of}"),
        ("complaint", f"/v1/authorities?{of}"),
        ("callback", f"/v1/callbacks?{many}"),
        ("callback", f"/v1/greetings?{many}&state=planned"),
        ("inspection", "/v1/notices?limit=50"),
        ("incentive", "/v1/staff?limit=1"),
    ]


async def _bare(
    stage: Stage, report: Report, answers: dict[str, str], view: list[dict[str, str]], parts: list[tuple[str, str]]
) -> None:
    with stage.floor("upstream", {"answers": answers}) as upstream, ExitStack() as stack:
        base = f"http://127.0.0.1:{upstream}"
        doors = {"view": [base + path for _, path in parts], "lookup": [base + path for _, path in _LOOKUP]}
        bare = stack.enter_context(stage.floor("fanout", {"parts": doors}))
        places = {f"GASDESK_{name.upper()}_PORT": str(upstream) for name in SERVICES}
        ours = stack.enter_context(stage.service("gateway", **places))
        slowest = 0.0
        for _, place in parts:
            alone = stage.target(upstream, [{"method": "GET", "path": place}])
            slowest = max(slowest, (await drive(alone, connections=1, seconds=1)).p50)
        whole = (await drive(stage.target(ours, view), connections=1)).p50
        report.at_most(
            "merged view, p50 above its slowest part, bare upstreams",
            floor=f"{slowest:.1f} ms",
            ours=f"{whole:.1f} ms",
            value=whole - slowest,
            goal=2,
            unit=" ms",
        )
        lookup = [{"method": "GET", "path": "/v1/desk/lookup?phone=10012345678"}]
        for name, path, door in (("merged view", view, "view"), ("caller look-up", lookup, "lookup")):
            floor = stage.target(bare, [{"method": "GET", "path": f"/{door}"}])
            mine = stage.target(ours, path)
            pair = await paired(lambda floor=floor: rate_of(floor), lambda mine=mine: rate_of(mine))  # type: ignore[misc]
            report.at_least(
                f"{name}, of an aiohttp fan-out, bare upstreams",
                floor=f"{pair.floor:,.0f}/s",
                ours=f"{pair.ours:,.0f}/s",
                ratio=pair.ratio,
                goal=0.60,
            )


def _get(stage: Stage, port: int, path: str) -> str:
    return _ask(urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=stage.company.headers("agent")))


def _customer(stage: Stage, port: int) -> str:
    headers = stage.company.headers("clerk") | {"Content-Type": "application/json"}
    body = json.dumps(_CUSTOMER).encode()
    made: Any = json.loads(_ask(urllib.request.Request(f"http://127.0.0.1:{port}/v1/customers", body, headers)))
    return str(made["id"])


def _ask(request: urllib.request.Request) -> str:
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{request.full_url}: {error.read().decode()[:600]}") from error
