"""The clauses in force of every chapter of a company's pack, also of those that this process does not type."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.policy.book import PolicyNotFoundError
from shared.policy.model import ApprovalState

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_REVISIONS = text(
    "select c.pack, r.chapter, r.version, r.sha256, r.effective_on, r.state"
    " from pack_companies c left join policy_revisions r on r.pack = c.pack and r.effective_on <= :on"
    " where c.company = :company"
)
_CANONICAL = text("select distinct on (sha256) sha256, canonical from policy_revisions where sha256 = any(:missing)")


@dataclass(frozen=True, slots=True)
class _Codes:
    """What is kept of one stored revision."""

    takes_effect_at: ApprovalState
    clauses: frozenset[str]


@dataclass(frozen=True, slots=True)
class ClauseBook:
    """Clause codes by revision, read from the schema's stored revisions; a revision never changes, so each once."""

    _kept: dict[str, _Codes] = field(default_factory=dict)

    async def in_force(self, session: AsyncSession, company: str, at: datetime) -> frozenset[str]:
        """The codes of all chapters: per chapter the newest approved revision in effect on that date.

        Raises: PolicyNotFoundError for a company without a pack.
        """
        on = at.astimezone(_SHANGHAI).date()
        rows: Any = (await session.execute(_REVISIONS, {"company": company, "on": on})).all()
        if not rows:
            raise PolicyNotFoundError(f"没有公司 {company} 的规章包。")
        stored = [row for row in rows if row.sha256 is not None]
        await self._read(session, {row.sha256 for row in stored} - self._kept.keys())
        newest: dict[str, Any] = {}
        for row in stored:
            if ApprovalState(row.state).rank < self._kept[row.sha256].takes_effect_at.rank:
                continue
            best = newest.get(row.chapter)
            if best is None or _order(best) < _order(row):
                newest[row.chapter] = row
        return frozenset().union(*(self._kept[row.sha256].clauses for row in newest.values()))

    async def _read(self, session: AsyncSession, missing: set[str]) -> None:
        if not missing:
            return
        for sha256, canonical in (await session.execute(_CANONICAL, {"missing": sorted(missing)})).all():
            said = orjson.loads(canonical)
            sufficient = ApprovalState(said.get("takes_effect_at", ApprovalState.FILED))
            self._kept[sha256] = _Codes(sufficient, frozenset(said.get("clauses", ())))


def _order(row: Any) -> tuple[date, tuple[int, ...]]:
    return row.effective_on, tuple(int(part) for part in row.version.split("."))
