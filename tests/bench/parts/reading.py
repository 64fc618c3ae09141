"""Reading one case, a page of fifty and the queue, on small tables and on large ones."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.bench.drive import Target, drive, paired, rate_of
from tests.bench.report import Report
from tests.bench.same_rows import OneStatement, read_back
from tests.bench.stage import Stage

SIZES = (10_000, 1_000_000)
_QUEUE = [{"method": "GET", "path": "/v1/work?limit=50"}]


@dataclass(slots=True)
class Reading:
    """Figures of both sizes: the steady rate that the small size allows, and the slow end at each."""

    rates: dict[str, float] = field(default_factory=dict)
    slow: dict[tuple[str, int], float] = field(default_factory=dict)

    async def at(self, stage: Stage, report: Report, port: int, sample: UUID, size: int) -> None:
        """Ours against the bare handler on tables of this size."""
        async with stage.admin("complaint") as admin:
            rows = await read_back(admin, sample)
            asked = await _asked(admin)
        plan = {"dsn": stage.dsn("complaint"), "company": stage.company.code, **OneStatement().plan(rows)}
        with stage.floor("door", plan) as bare:
            for name, (ours, floor) in asked.items():
                target = stage.target(port, ours, login="office")
                await _compare(report, f"{name}, {size:,} cases", stage.target(bare, floor), target)
                await self._steady(name, size, target)
        for login in ("agent", "office"):
            await self._steady(f"queue of the {login}", size, stage.target(port, _QUEUE, login=login))

    async def _steady(self, name: str, size: int, target: Target) -> None:
        rate = self.rates.setdefault(name, 0.5 * await rate_of(target))
        self.slow[name, size] = (await drive(target, rate=rate)).p95

    def compare(self, report: Report) -> None:
        """The large against the small."""
        for name in self.rates:
            small, large = (self.slow[name, size] for size in SIZES)
            report.at_most(
                f"{name}, p95 at {SIZES[1]:,} of that at {SIZES[0]:,}",
                floor=f"{small:.1f} ms",
                ours=f"{large:.1f} ms",
                value=large / small,
                goal=1.5,
            )


async def _asked(admin: Any) -> dict[str, tuple[list[dict[str, str]], list[dict[str, str]]]]:
    rows = await admin.fetch("select id from complaints where number like 'B%' order by md5(id::text) limit 300")
    ids: list[UUID] = [row["id"] for row in rows]
    one = [{"method": "GET", "path": f"/v1/complaints/{case}"} for case in ids]
    page = [{"method": "GET", "path": "/v1/complaints?state=received&limit=50"}]
    bare_page = [{"method": "GET", "path": "/v1/complaints?wanted=received&limit=50"}]
    return {"read one case": (one, one), "list a page of 50 by state": (page, bare_page)}


async def _compare(report: Report, path: str, floor: Target, ours: Target) -> None:
    pair = await paired(lambda: rate_of(floor), lambda: rate_of(ours))
    report.at_least(path, floor=f"{pair.floor:,.0f}/s", ours=f"{pair.ours:,.0f}/s", ratio=pair.ratio, goal=0.60)
