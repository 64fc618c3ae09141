"""Recurring jobs as rows with a next time, in the mainland's civil time."""

import calendar
import re
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.codecs import dumps
from shared.ids import derived_id
from shared.jobs import queue

CIVIL_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
SHORTEST = timedelta(seconds=1)

_PERIOD = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?", re.ASCII)
_DAILY = re.compile(r"day@(\d{2}):(\d{2})", re.ASCII)
_MONTHLY = re.compile(r"month@(\d{1,2})T(\d{2}):(\d{2})", re.ASCII)

_ENSURE = text(
    "insert into schedules (kind, company, every, args, next_at) values (:kind, :company, :every,"
    " cast(cast(:args as text) as jsonb), :next_at) on conflict (kind, company) do update set args = excluded.args,"
    " next_at = case when schedules.every = excluded.every then schedules.next_at else excluded.next_at end,"
    " every = excluded.every"
)
_REMOVE = text("delete from schedules where kind = :kind and company = :company")
_DUE = text(
    "select kind, company, every, args, next_at from schedules where next_at <= :now order by next_at limit :limit"
    " for update skip locked"
)
_ADVANCE = text("update schedules set last_at = :last_at, next_at = :next_at where kind = :kind and company = :company")


def next_time(every: str, after: datetime) -> datetime:
    """The first instant later than `after`: `PT15M`, `day@02:30`, or `month@1T03:00` (a late day: the last).

    Raises: ValueError if `every` is none of these.
    """
    if match := _PERIOD.fullmatch(every):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        period = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        if period >= SHORTEST:
            return after + period
    if match := _DAILY.fullmatch(every):
        at = time(int(match[1]), int(match[2]), tzinfo=CIVIL_TIME)
        today = after.astimezone(CIVIL_TIME).date()
        candidate = datetime.combine(today, at)
        return candidate if candidate > after else datetime.combine(today + timedelta(days=1), at)
    if (match := _MONTHLY.fullmatch(every)) and 1 <= int(match[1]) <= 31:
        at = time(int(match[2]), int(match[3]), tzinfo=CIVIL_TIME)
        local = after.astimezone(CIVIL_TIME).date()
        candidate = datetime.combine(_day_of(local.year, local.month, int(match[1])), at)
        if candidate > after:
            return candidate
        year, month = (local.year, local.month + 1) if local.month < 12 else (local.year + 1, 1)
        return datetime.combine(_day_of(year, month, int(match[1])), at)
    raise ValueError(f"not a schedule: {every}")


def _day_of(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


async def ensure_schedule(
    session: AsyncSession, *, kind: str, company: str, every: str, now: datetime, args: dict[str, Any] | None = None
) -> None:
    """Have `kind` run for `company` from its next time on; keeps the next time unless `every` changed."""
    values = {"kind": kind, "company": company, "every": every, "args": dumps(args or {})}
    await session.execute(_ENSURE, {**values, "next_at": next_time(every, now)})


async def remove_schedule(session: AsyncSession, *, kind: str, company: str) -> None:
    """Have it run no more; jobs already queued still do."""
    await session.execute(_REMOVE, {"kind": kind, "company": company})


async def enqueue_due(session: AsyncSession, *, now: datetime, limit: int = 100) -> int:
    """Queue what is due, once for each due time; times missed while nobody ran are made up for by one run."""
    rows = (await session.execute(_DUE, {"now": now, "limit": limit})).all()
    for row in rows:
        await queue.enqueue(
            session,
            kind=row.kind,
            company=row.company,
            now=now,
            args={**row.args, "due_at": row.next_at.isoformat()},
            created_by="system:schedule",
            job_id=derived_id("schedule", row.kind, row.company, row.next_at.isoformat()),
        )
        following = next_time(row.every, row.next_at)
        values = {"kind": row.kind, "company": row.company, "last_at": row.next_at}
        await session.execute(
            _ADVANCE, {**values, "next_at": following if following > now else next_time(row.every, now)}
        )
    return len(rows)
