"""Counting figures, live and frozen, listing what was counted, and closing a period."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.customer.indicators.repository import members
from services.customer.indicators.repository.members import Span
from services.customer.indicators.rules import Count, Figure
from shared.access.scope import RowScope, ScopeNames
from shared.database.codecs import dumps, loads

_COLUMN_OF = {
    "tier": "tier",
    "category": "category",
    "department": "department",
    "channel": "channel",
    "grade": "null::text",
}
_COUNTS = """
select figure, {dimension} as value, count(*) filter (where is_numerator) as numerator,
       count(*) filter (where is_denominator) as denominator, count(*) filter (where is_untargeted) as untargeted,
       count(*) filter (where is_unanswered) as unanswered
from {members} group by 1, 2 order by 1, 2
"""


async def live_counts(connection: Any, span: Span, figures: Sequence[str], dimension: str) -> list[Count]:
    """The figures as they stand: one statement for each, on an index of its time."""
    found: list[Count] = []
    promised = [one.figure for one in span.counting.promises]
    parts = [*promised[:1], *(one for one in figures if one not in promised and one != Figure.SUPPLY)]
    for part in parts:
        sql = _COUNTS.format(dimension=_COLUMN_OF[dimension], members=members.live(part))
        found += [Count(**dict(row)) for row in await connection.fetch(sql, *span.arguments)]
    return sorted(found, key=lambda one: (one.figure, one.value or ""))


async def frozen_counts(connection: Any, company: str, period: str, dimension: str) -> list[Count]:
    """The figures of a closed period."""
    sql = _COUNTS.format(dimension=_COLUMN_OF[dimension], members=members.frozen())
    rows = [Count(**dict(row)) for row in await connection.fetch(sql, company, period)]
    return [one for one in rows if one.figure != Figure.SUPPLY]


_FREEZE = f"""
with closing as (
  insert into indicator_freezes (company, period, policy_version, namings, supply, frozen_at)
  select $1::text, $12::text, $13::text, $14::text::jsonb, $15::text::jsonb, $16::timestamptz
  on conflict (company, period) do nothing returning 1)
insert into indicator_members (period, company, {members.COLUMNS})
select $12::text, members.* from {members.live()}, closing
"""  # noqa: S608  # our own names and fragments
_FROZEN = """
select policy_version, namings::text as namings, supply::text as supply
from indicator_freezes where company = $1 and period = $2
"""


async def freeze(
    connection: Any,
    span: Span,
    period: str,
    *,
    policy_version: str,
    namings: Mapping[str, object],
    supply: Sequence[Mapping[str, object]],
    now: datetime,
) -> None:
    """Close a period in one statement; of two who close it at once one waits and adds nothing."""
    kept = (dumps(dict(namings)), dumps([dict(one) for one in supply]))
    await connection.execute(_FREEZE, *span.arguments, period, policy_version, *kept, now)


async def frozen(connection: Any, company: str, period: str) -> dict[str, Any] | None:
    """What a closed period keeps besides what was counted; None while it is not closed."""
    row = await connection.fetchrow(_FROZEN, company, period)
    return None if row is None else {"namings": loads(row["namings"]), "supply": loads(row["supply"])}


_NAMES = ScopeNames(alias="members", owners=(), team=None, department="department", posts=None)
_SHOWN = members.COLUMNS.removeprefix("figure, ")
_PAGE = """
select {shown} from {relation}
where members.figure = ${figure} and {conditions} order by members.ref_id limit ${limit}
"""


async def page(
    connection: Any,
    source: Span | tuple[str, str],
    figure: str,
    *,
    scope: RowScope,
    wanted: Mapping[str, str | None],
    part: str | None,
    after: UUID | None,
    limit: int,
) -> list[Mapping[str, Any]]:
    """What a figure counted, within the caller's rows; `source` is a live span or a closed period.

    `wanted`: dimension → code, or None where no code is known.
    """
    is_live = isinstance(source, Span)
    relation = members.live(figure) if is_live else members.frozen()
    values: list[object] = [*(source.arguments if isinstance(source, Span) else source), figure, limit]
    at = len(values)
    fragment, more = scope.sql(_NAMES, at + 1)
    values += more
    conditions = [fragment]
    for dimension, code in wanted.items():
        column = _COLUMN_OF[dimension]
        if code is None:
            conditions.append(f"{column} is null")
        else:
            values.append(code)
            conditions.append(f"{column} = ${len(values)}")
    if part is not None:
        conditions.append(f"members.is_{part}")
    if after is not None:
        values.append(after)
        conditions.append(f"members.ref_id > ${len(values)}")
    sql = _PAGE.format(shown=_SHOWN, relation=relation, figure=at - 1, limit=at, conditions=" and ".join(conditions))
    return [dict(row) for row in await connection.fetch(sql, *values)]
