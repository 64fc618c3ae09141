"""Opening a complaint: direct against bare FastAPI and pgbench, through the gateway against direct."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any
from uuid import UUID, uuid4

from tests.bench.drive import drive, paired, rate_of
from tests.bench.report import Report
from tests.bench.same_rows import OneStatement, pgbench_script, read_back
from tests.bench.stage import Stage

INTAKE = {"kind": "complaint", "channel": "hotline", "category": "staff_conduct", "summary": "维修人员态度生硬"}
OPEN = {"method": "POST", "path": "/v1/complaints", "body": json.dumps(INTAKE, ensure_ascii=False)}


def open_one(stage: Stage, port: int) -> UUID:
    """Open one case through the door."""
    headers = stage.company.headers("agent", key=str(uuid4())) | {"Content-Type": "application/json"}
    request = urllib.request.Request(  # our own address
        f"http://127.0.0.1:{port}/v1/complaints", json.dumps(INTAKE).encode(), headers
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return UUID(json.load(answer)["id"])
    except urllib.error.HTTPError as error:
        log = (stage.folder / "serve-complaint.log").read_text()[-2000:]
        raise RuntimeError(f"{error.read().decode()} {log}") from error


async def run(stage: Stage, report: Report) -> None:
    """Floors and ours, alternately."""
    with stage.service("complaint") as port:
        case_id = await asyncio.to_thread(open_one, stage, port)
        async with stage.admin("complaint") as admin:
            rows = await read_back(admin, case_id)
        counts = ", ".join(f"{len(one.rows)} {table}" for table, one in rows.items())
        report.notes.append(f"One intake writes: {counts}; the floors write the same rows.")
        bare: dict[str, Any] = {"dsn": stage.dsn("complaint"), "company": stage.company.code}
        ours = stage.target(port, [OPEN], fresh_key=True)
        with stage.floor("door", bare | OneStatement().plan(rows)) as bare_port:
            floor = stage.target(bare_port, [OPEN], fresh_key=True)
            pair = await paired(lambda: rate_of(floor), lambda: rate_of(ours))
            report.at_least(
                "open a complaint, direct, of bare FastAPI + asyncpg",
                floor=f"{pair.floor:,.0f}/s",
                ours=f"{pair.ours:,.0f}/s",
                ratio=pair.ratio,
                goal=0.60,
            )
        script = pgbench_script(rows)
        pair = await paired(lambda: stage.pgbench("complaint", script), lambda: rate_of(ours))
        report.at_least(
            "open a complaint, direct, of pgbench in five round trips",
            floor=f"{pair.floor:,.0f}/s",
            ours=f"{pair.ours:,.0f}/s",
            ratio=pair.ratio,
            goal=0.30,
        )
        steady = await drive(ours, rate=0.7 * pair.ours)
        report.at_most(
            "open a complaint, p95 at 0.7 of the peak",
            floor="",
            ours=f"p50 {steady.p50:.1f} ms",
            value=steady.p95,
            goal=10,
            unit=" ms",
        )
        await _through_the_gateway(stage, report, port)


async def _through_the_gateway(stage: Stage, report: Report, port: int) -> None:
    ours = stage.target(port, [OPEN], fresh_key=True)
    with stage.service("gateway", GASDESK_COMPLAINT_PORT=str(port)) as gateway:
        passed = stage.target(gateway, [OPEN], fresh_key=True)
        pair = await paired(lambda: rate_of(ours), lambda: rate_of(passed))
        report.at_least(
            "open a complaint through the gateway, of direct",
            floor=f"{pair.floor:,.0f}/s",
            ours=f"{pair.ours:,.0f}/s",
            ratio=pair.ratio,
            goal=0.50,
        )
        rate = 0.7 * pair.ours

        async def p50(target: Any) -> float:
            return (await drive(target, rate=rate)).p50

        slow = await paired(lambda: p50(ours), lambda: p50(passed))
        report.at_most(
            "open through the gateway, added p50 at 0.7 of its peak",
            floor=f"{slow.floor:.1f} ms",
            ours=f"{slow.ours:.1f} ms",
            value=slow.ours - slow.floor,
            goal=3,
            unit=" ms",
        )
