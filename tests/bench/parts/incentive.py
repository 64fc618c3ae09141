"""The incentive ledger: a balance and the close of a month, over few lines and over many."""

import asyncio
import statistics
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from services.incentive.ledger.repository.books import month_id
from services.incentive.ledger.rules.months import month_before
from tests.bench.drive import RUNS, drive, rate_of
from tests.bench.filling_ledger import fill_ledger
from tests.bench.report import Report
from tests.bench.stage import Stage

SIZES = (10_000, 1_000_000)
_FLOOR = "select count(sha256(convert_to(e::text, 'UTF8'))) from ledger_entries e where company = $1 and month = $2"
_DAMAGED = """
select count(*) from (select posting_id from ledger_entries where company = $1 and month = $2 group by posting_id, unit
having sum(case side when 'credit' then amount else -amount end) <> 0) unbalanced
"""


async def run(stage: Stage, report: Report) -> None:
    """The month before last is the small one, the last month the large: they are closed in order."""
    local = datetime.now(UTC) + timedelta(hours=8)
    last = month_before(f"{local:%Y-%m}")
    months = dict(zip(SIZES, (month_before(last), last), strict=True))
    slow, took, rate = dict[int, float](), dict[int, float](), 0.0
    with stage.service("incentive") as port:
        for size, month in months.items():
            floor = await _filled(stage, month, size)
            asked = [
                {"method": "GET", "path": f"/v1/incentive-ledger/statement?period={one}"} for one in (month, month[:4])
            ]
            target = stage.target(port, asked)
            rate = rate or 0.3 * await rate_of(target)
            slow[size] = statistics.median([(await drive(target, rate=rate)).p50 for _ in range(RUNS)])
            took[size] = await asyncio.to_thread(_close, stage, port, month)
            report.tell(
                f"close a month of {size:,} ledger lines, of hashing the rows",
                floor=f"{floor * 1000:,.0f} ms",
                ours=f"{took[size] * 1000:,.0f} ms",
                result=f"{took[size] / floor:.1f}",
            )
    small, large = SIZES
    report.at_most(
        f"balance of an employee, p50 with {large:,} lines of that with {small:,}, {rate:,.0f}/s",
        floor=f"{slow[small]:.1f} ms",
        ours=f"{slow[large]:.1f} ms",
        value=slow[large] / max(slow[small], 0.1),
        goal=1.5,
    )
    each = {size: took[size] / size * 1e6 for size in SIZES}
    report.at_most(
        f"close a month, per line of {large:,} of that of {small:,}",
        floor=f"{each[small]:.1f} µs",
        ours=f"{each[large]:.1f} µs",
        value=each[large] / each[small],
        goal=1.5,
    )


async def _filled(stage: Stage, month: str, size: int) -> float:
    """Fill the month; answers how long the database takes to hash its rows."""
    code, posted_at = stage.company.code, datetime.fromisoformat(f"{month}-10T00:00:00+08:00")
    async with stage.admin("incentive") as admin:
        await fill_ledger(admin, code, stage.company.person("agent"), month=month, posted_at=posted_at, count=size)
        if await admin.fetchval(_DAMAGED, code, month):
            raise RuntimeError("the filled postings do not balance")
        began = time.perf_counter()
        if await admin.fetchval(_FLOOR, code, month) != size:
            raise RuntimeError("the month has other lines")
        return time.perf_counter() - began


def _close(stage: Stage, port: int, month: str) -> float:
    path = f"/v1/incentive-ledger-months/{month_id(stage.company.code, month)}"
    shown = _asked(stage, port, "GET", path)
    version = int(shown.headers["ETag"].strip('"'))
    began = time.perf_counter()
    _asked(stage, port, "POST", f"{path}/close", version=version)
    return time.perf_counter() - began


def _asked(stage: Stage, port: int, method: str, path: str, *, version: int | None = None) -> Any:
    headers = stage.company.headers("office", version=version) | {"Content-Type": "application/json"}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", b"{}" if method == "POST" else None, headers, method=method
    )
    with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310
        answer.read()
        return answer
