"""The ledger (台帐) of a day: customers in other than the default tier, and its export as XLSX."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CustomerChapter
from services.customer.tiering.repository import ledger
from services.customer.tiering.rules import civil_day, day_ends
from services.customer.tiering.service import basis
from shared.access.masking import mask_name
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.policy.book import Policy

FULL_NAMES = "customer.export"
"""Who may take names out of the house; in everybody else's file they are masked."""

_BLOCK = 256 * 1024
_STRETCH = 1_000
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
"""A text stays a text, whatever it begins with."""
_SOURCES = {"rule": "规章条件", "department": "部门提出", "event": "业务变更", "review": "年度复审"}
_COLUMNS = (
    *("客户编号", "客户名称", "客户级别", "自何日起", "本次确认", "依据条件", "理由", "事实", "提出方式", "提出部门"),
    *("提出人", "审核人", "审核意见", "客户经理", "下次复审", "服务方案", "规章版本"),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger at the end of a day."""

    on: date
    counts: dict[str, int]
    """Customers by tier."""


async def read(
    session: AsyncSession, policy: Policy, principal: Principal, *, on: date | None, now: datetime
) -> Ledger:
    """How many customers were in each tier other than the default."""
    day, until = _day(policy, on, now)
    tiers = _tiers(basis.chapter_of(policy))
    return Ledger(day, await ledger.counts(session, principal.companies, tiers=tiers, until=until))


async def lines(
    session: AsyncSession,
    policy: Policy,
    principal: Principal,
    *,
    on: date | None,
    tier: str | None,
    after: UUID | None,
    limit: int,
    now: datetime,
) -> Sequence[RowMapping]:
    """Customers of the ledger by id, each with since when, rule, facts, who proposed and who reviewed."""
    day, until = _day(policy, on, now)
    tiers = [one for one in _tiers(basis.chapter_of(policy)) if tier in (None, one)]
    return await ledger.lines(session, principal.companies, tiers=tiers, day=day, until=until, after=after, limit=limit)


async def export(
    session: AsyncSession, policy: Policy, principal: Principal, *, on: date | None, now: datetime
) -> AsyncIterator[bytes]:
    """The workbook's bytes; the export is audited."""
    day, _ = _day(policy, on, now)
    sheet = _Sheet(policy, day, has_names=principal.allows(FULL_NAMES))
    after, written = None, 0
    while True:
        rows = await lines(session, policy, principal, on=day, tier=None, after=after, limit=_STRETCH, now=now)
        await asyncio.to_thread(sheet.add, rows)
        written += len(rows)
        if len(rows) < _STRETCH:
            break
        after = rows[-1]["customer_id"]
    await record(
        session,
        company=policy.company,
        action="tier_ledger.exported",
        at=now,
        resource_type="tier_ledger",
        detail={"on": day.isoformat(), "customers": written, "has_names": sheet.has_names},
    )
    return _read(await asyncio.to_thread(sheet.close))


def _tiers(chapter: CustomerChapter) -> list[str]:
    return [tier for tier in chapter.tier_order if tier != chapter.default_tier]


def _day(policy: Policy, on: date | None, now: datetime) -> tuple[date, datetime]:
    zone = basis.zone_of(policy)
    day = on or civil_day(now, zone)
    return day, day_ends(day, zone)


async def _read(content: IO[bytes]) -> AsyncIterator[bytes]:
    with content:
        while block := await asyncio.to_thread(content.read, _BLOCK):
            yield block


class _Sheet:
    """One worksheet, row after row."""

    def __init__(self, policy: Policy, day: date, *, has_names: bool) -> None:
        self.has_names = has_names
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever reads it
        self._book = xlsxwriter.Workbook(self._file, _OPTIONS)
        self._chapter, self._zone = basis.chapter_of(policy), basis.zone_of(policy)
        self._tiers = policy.common.tiers
        self._departments = policy.common.departments
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._sheet = self._book.add_worksheet(day.isoformat())
        self._sheet.freeze_panes(2, 0)
        self._sheet.write_string(0, 0, f"分级客户台帐 {day.isoformat()}")
        for column, name in enumerate(_COLUMNS):
            self._sheet.set_column(column, column, 18)
            self._sheet.write_string(1, column, name)
        self._next = 2

    def add(self, rows: Sequence[RowMapping]) -> None:
        """Write customers; dates in the company's civil time, people by their staff ids."""
        for row in rows:
            for column, value in enumerate(self._cells(row)):
                if isinstance(value, date):
                    self._sheet.write_datetime(self._next, column, value, self._date)
                elif value:
                    self._sheet.write_string(self._next, column, str(value))
            self._next += 1

    def close(self) -> IO[bytes]:
        """The finished file, to be read from its beginning."""
        self._book.close()
        self._file.seek(0)
        return self._file

    def _cells(self, row: Mapping[Any, Any]) -> tuple[object, ...]:
        name = row["name"] or ""
        rule = self._chapter.tier_rules.get(row["rule"] or "")
        facts = {**row["facts"], **row["stated_facts"]}
        tier, department = self._tiers.get(row["tier"]), self._departments.get(row["department"] or "")
        return (
            *(row["number"], name if self.has_names else mask_name(name)),
            *(tier.name if tier else row["tier"], _civil(row["since"], self._zone)),
            *(_civil(row["in_force_at"], self._zone), rule.name if rule else row["rule"]),
            *(row["reason"] or (rule.reason if rule else None), self._told(facts), _SOURCES[row["source"]]),
            *(department.name if department else row["department"], row["proposed_by"], row["decided_by"]),
            *(row["decision_reason"], row["account_manager_id"], row["review_due_on"], row["plan_number"]),
            row["policy_version"],
        )

    def _told(self, facts: Mapping[str, Any]) -> str:
        named = self._chapter.facts
        said = ((named[code].name if code in named else code, value) for code, value in sorted(facts.items()))
        return "；".join(f"{name}：{json.dumps(value, ensure_ascii=False)}" for name, value in said if value != [])


def _civil(at: datetime, zone: ZoneInfo) -> date:
    return civil_day(at, zone)
