"""The inspection service: a sample of 200 drawn from 1,000,000 facts, a department's month over 100,000 facts."""

import asyncio
import heapq
import json
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.facts.rules import FactKind, Frame, lot
from services.inspection.facts.service.sampling import Sample, draw_sample
from services.inspection.programme.rules.windows import months_later
from shared.database import create_engine, create_sessions
from tests.bench.drive import paired
from tests.bench.filling_facts import fill_month, fill_orders
from tests.bench.report import Report
from tests.bench.stage import Stage

FRAME, SIZE, MONTH = 1_000_000, 200, 100_000
DEPARTMENT = "customer_service"
_SEED = "bench"
_WITHIN = "from facts where company = $1 and kind = 'order' and happened_at >= $2 and happened_at < $3 and not is_void"
_HASHED = f"select subject_id {_WITHIN} order by sha256($4::bytea || uuid_send(subject_id)) limit $5"  # our own
_COUNTED = (
    "select kind, category, count(*) from facts where company = $1 and department = $2 and happened_at >= $3"
    " and happened_at < $4 group by kind, category"
)


async def run(stage: Stage, report: Report) -> None:
    """The draw first: its frame is the year that ends with the month."""
    local = datetime.now(UTC) + timedelta(hours=8)
    this = local.date().replace(day=1)
    month = months_later(this, -1)
    began, since, until = (
        datetime.fromisoformat(f"{one}T00:00:00+08:00") for one in (months_later(this, -12), month, this)
    )
    async with stage.admin("inspection") as admin:
        await fill_orders(admin, stage.company.code, began, until, count=FRAME)
        await _draw(stage, report, admin, Frame(FactKind.ORDER, began, until))
        await fill_month(admin, stage.company.code, DEPARTMENT, since, until, count=MONTH)
        await _summary(stage, report, admin, since, until, f"{month:%Y-%m}")


async def _draw(stage: Stage, report: Report, admin: Any, frame: Frame) -> None:
    """Use case and rows, of PostgreSQL hashing and ordering the same frame; the sample is checked against the rule."""
    code = stage.company.code
    name = frame.name(code)
    prefix = f"{_SEED}\n{name}\n".encode()

    async def floor() -> float:
        began = time.perf_counter()
        await admin.fetch(_HASHED, code, frame.since, frame.until, prefix, SIZE)
        return time.perf_counter() - began

    async def ours() -> float:
        began = time.perf_counter()
        drawn.append(await _sample(stage, code, frame))
        return time.perf_counter() - began

    drawn: list[Sample] = []
    pair = await paired(floor, ours)
    found = [[one.subject_id for one in sample.members] for sample in drawn]
    every = [
        row["subject_id"] for row in await admin.fetch(f"select subject_id {_WITHIN}", code, frame.since, frame.until)
    ]
    expected = heapq.nsmallest(SIZE, (UUID(bytes=one.bytes) for one in every), key=lambda one: lot(_SEED, name, one))
    if any(one != expected for one in found) or drawn[0].row.population != FRAME:
        raise RuntimeError(f"the draw is not the rule's: {drawn[0].row.population} in the frame")
    report.tell(
        f"draw and store a sample of {SIZE} from {FRAME:,} facts, of the draw in plain SQL",
        floor=f"{pair.floor * 1000:,.0f} ms",
        ours=f"{pair.ours * 1000:,.0f} ms",
        result=f"{pair.ratio:.2f}",
    )


async def _sample(stage: Stage, company: str, frame: Frame) -> Sample:
    async with _session(stage) as session:
        return await draw_sample(
            session,
            company=company,
            seed=_SEED,
            kind=frame.kind,
            size=SIZE,
            since=frame.since,
            until=frame.until,
            now=datetime.now(UTC),
        )


@asynccontextmanager
async def _session(stage: Stage) -> AsyncIterator[AsyncSession]:
    """One transaction with the limits of the service's own engine."""
    engine = create_engine(stage.world.postgres.url("inspection"), application_name="bench", schema="inspection")
    try:
        async with create_sessions(engine).begin() as session:
            yield session
    finally:
        await engine.dispose()


async def _summary(stage: Stage, report: Report, admin: Any, since: datetime, until: datetime, month: str) -> None:
    """The whole answer with live figures, and the signature that freezes them, of a plain GROUP BY of the facts."""
    code = stage.company.code
    with stage.service("inspection") as port:
        door = _Door(stage, port)
        made = await asyncio.to_thread(door.ask, "/v1/monthly-summaries", {"department": DEPARTMENT, "month": month})
        path = f"/v1/monthly-summaries/{made['id']}"

        async def floor() -> float:
            began = time.perf_counter()
            await admin.fetch(_COUNTED, code, DEPARTMENT, since, until)
            return time.perf_counter() - began

        async def ours() -> float:
            began = time.perf_counter()
            await asyncio.to_thread(door.ask, path)
            return time.perf_counter() - began

        await ours()
        pair = await paired(floor, ours)
        shown = await asyncio.to_thread(door.ask, path)
        counted = sum(one["seen"] for one in shown["figures"]["facts"].values())
        rows = await admin.fetch(_COUNTED, code, DEPARTMENT, since, until)
        if counted != sum(row["count"] for row in rows) or counted < MONTH:
            raise RuntimeError(f"the summary counts {counted:,} facts")
        report.tell(
            f"a department's monthly summary over {counted:,} facts, of a plain GROUP BY",
            floor=f"{pair.floor * 1000:,.0f} ms",
            ours=f"{pair.ours * 1000:,.0f} ms",
            result=f"{pair.ratio:.2f}",
        )
        words = dict.fromkeys(("achievements", "measures", "problems", "suggestions"), "压测")
        written = await asyncio.to_thread(door.ask, f"{path}/write", words, shown["version"])
        began = time.perf_counter()
        signed = await asyncio.to_thread(door.ask, f"{path}/sign", {}, written["version"])
        took = time.perf_counter() - began
    if signed["figures"] != shown["figures"]:
        raise RuntimeError("the signed figures are not those that were shown")
    report.tell(
        f"the same summary signed: {counted:,} facts counted, frozen under their digest",
        floor=f"{pair.floor * 1000:,.0f} ms",
        ours=f"{took * 1000:,.0f} ms",
        result=f"{took / pair.floor:.2f}",
    )


class _Door:
    """Requests of the department's head."""

    def __init__(self, stage: Stage, port: int) -> None:
        self._stage = stage
        self._port = port

    def ask(self, path: str, body: dict[str, Any] | None = None, version: int | None = None) -> dict[str, Any]:
        """One answer; with a body a POST."""
        headers = self._stage.company.headers("head", version=version) | {"Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310  # our own address
            found: dict[str, Any] = json.load(answer)
            return found
