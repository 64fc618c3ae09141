"""A tier run over the whole base against a plain UPDATE of as many rows."""

import os
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.customer.tiering.models import TierRunRow
from services.customer.tiering.repository import judging, runs
from services.customer.tiering.service import basis
from shared.database import create_engine, create_sessions
from shared.ids import new_id
from tests.bench.drive import paired
from tests.bench.filling import fill_customers
from tests.bench.report import Report
from tests.bench.stage import Stage
from tests.support.packs import customer_chapter

_COUNT = 1_000_000 if os.environ.get("BENCH_FULL") else 200_000
_COMPANY = "bench-tier"


async def run(stage: Stage, report: Report) -> None:
    """The statement of the job, chunk by chunk, each in its transaction."""
    async with stage.admin("customer") as admin:
        await fill_customers(admin, _COMPANY, count=_COUNT)

        async def plain() -> float:
            began = time.perf_counter()
            await admin.execute("update customers set tier_rule = 'plain' where company = $1", _COMPANY)
            return await _settled(admin, began)

        async def ours() -> float:
            await admin.execute("truncate tier_proposals")
            began = time.perf_counter()
            await _judge_all(stage)
            return await _settled(admin, began)

        async def later() -> float:
            began = time.perf_counter()
            await _judge_all(stage)
            return await _settled(admin, began)

        pairs = {"": await paired(plain, ours), " that takes over as many proposals": await paired(plain, later)}
    for what, pair in pairs.items():
        report.at_most(
            f"tier run over {_COUNT:,} customers{what}, of a plain UPDATE",
            floor=f"{pair.floor:.1f} s",
            ours=f"{pair.ours:.1f} s",
            value=pair.ratio,
            goal=3,
        )


async def _settled(admin: Any, began: float) -> float:
    took = time.perf_counter() - began
    await admin.execute("vacuum analyze customers")
    return took


async def _judge_all(stage: Stage) -> None:
    url = stage.world.postgres.url("customer")
    engine = create_engine(url, application_name="bench", schema="customer", statement_timeout_ms=600_000)
    now, chapter = datetime.now(UTC), customer_chapter("xxx-gas")
    row = TierRunRow(
        id=new_id(),
        company=_COMPANY,
        state="running",
        policy_pack="xxx-gas",
        policy_version="bench",
        policy_sha256="",
        total_sales_fen=1_000_000_000,
        judged=0,
        written=0,
        summary=[],
        started_by=new_id(),
        started_at=now,
        confirmed_count=0,
        version=1,
    )
    sessions = create_sessions(engine)
    async with sessions.begin() as session:
        await session.execute(text("set local statement_timeout = 0"))
        await runs.add_run(session, row)
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with sessions.begin() as session:
            found = await judging.propose(
                session, chapter, row, after=after, chunk=basis.CHUNK, now=now, today=now.date()
            )
        after = found.last_id if found.judged == basis.CHUNK else None
    await engine.dispose()
