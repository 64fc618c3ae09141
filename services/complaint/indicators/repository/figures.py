"""Counting figures, live and frozen, and closing a period."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.complaint.indicators.repository import members
from services.complaint.indicators.repository.members import Span
from services.complaint.indicators.rules import Count, Figure, PeriodRule
from shared.access.scope import RowScope, ScopeNames
from shared.database.codecs import dumps, loads

DIMENSIONS = ("tier", "grade", "category", "department", "channel")

_COUNTS = """
select figure, {dimension} as value, count(*) filter (where is_numerator) as numerator,
       count(*) filter (where is_denominator) as denominator, count(*) filter (where is_untargeted) as untargeted,
       count(*) filter (where is_unanswered) as unanswered
from {members} group by 1, 2 order by 1, 2
"""

_CUSTOMERS = """
select coalesce(c.tier, {default_tier}) as tier, count(*) as customers from customers c
where c.company = {company} and c.standing in ('active', 'suspended')
  and not exists (select 1 from customer_aliases a where a.from_id = c.id and a.to_id <> c.id)
group by 1
"""


async def live_counts(connection: Any, span: Span, dimension: str) -> list[Count]:
    """The figures as they stand, one statement over the cases, clocks and callbacks of the period."""
    return await _counts(connection, members.live(), dimension, span.arguments)


async def frozen_counts(connection: Any, company: str, period: str, dimension: str) -> list[Count]:
    """The figures of a closed period."""
    return await _counts(connection, members.frozen(), dimension, (company, period))


async def _counts(connection: Any, relation: str, dimension: str, arguments: Sequence[object]) -> list[Count]:
    if dimension not in DIMENSIONS:
        raise ValueError(dimension)
    rows = await connection.fetch(_COUNTS.format(dimension=dimension, members=relation), *arguments)
    return [Count(**dict(row)) for row in rows]


async def customers(connection: Any, company: str, default_tier: str) -> dict[str, int]:
    """How many customers each tier has; aliases and those who left do not count."""
    sql = _CUSTOMERS.format(company="$1", default_tier="$2::text")
    return {row["tier"]: row["customers"] for row in await connection.fetch(sql, company, default_tier)}


_FREEZE = f"""
with closing as (
  insert into indicator_freezes (company, period, policy_version, namings, customers, frozen_at)
  select $1::text, $9::text, $10::text, $11::text::jsonb,
         coalesce((select jsonb_object_agg(tier, customers) from ({
    _CUSTOMERS.format(company="$1", default_tier="$12::text")
}) known), '{{}}'), $13::timestamptz
  on conflict (company, period) do nothing returning 1)
insert into indicator_cases (company, period, {members.COLUMNS})
select $1::text, $9::text, members.* from {members.live()}, closing
"""  # noqa: S608  # our own names and fragments

_FROZEN = """
select policy_version, namings::text as namings, customers::text as customers, report::text as report
from indicator_freezes where company = $1 and period = $2
"""


async def freeze(
    connection: Any,
    span: Span,
    period: str,
    *,
    policy_version: str,
    namings: Mapping[str, object],
    default_tier: str,
    now: datetime,
) -> None:
    """Close a period in one statement; of two who close it at once one waits and adds nothing."""
    await connection.execute(_FREEZE, *span.arguments, period, policy_version, dumps(dict(namings)), default_tier, now)


async def frozen(connection: Any, company: str, period: str) -> dict[str, Any] | None:
    """What a closed period keeps besides its cases; None while it is not closed."""
    row = await connection.fetchrow(_FROZEN, company, period)
    if row is None:
        return None
    return {
        "policy_version": row["policy_version"],
        "namings": loads(row["namings"]),
        "customers": loads(row["customers"]),
        "report": None if row["report"] is None else loads(row["report"]),
    }


_KEEP_REPORT = """
update indicator_freezes set report = coalesce(report, $3::text::jsonb) where company = $1 and period = $2
returning report::text as report
"""


async def keep_report(connection: Any, company: str, period: str, report: Mapping[str, object]) -> dict[str, Any]:
    """Keep a closed week's report, unless one is kept already; answers the one that is kept."""
    kept = await connection.fetchval(_KEEP_REPORT, company, period, dumps(dict(report)))
    result: dict[str, Any] = loads(kept)
    return result


_NAMES = ScopeNames(
    alias="c", owners=("owner_id", "first_responsible_id"), team="team", department="department", posts="posts"
)
_PAGE = """
select members.ref_id, members.complaint_id, members.cycle, members.at, members.is_numerator, members.is_denominator,
       members.is_untargeted, members.is_unanswered, members.tier, members.grade, members.category, members.department,
       members.channel, c.number, c.kind, c.state
from {relation} join complaints c on c.id = members.complaint_id
where members.figure = ${figure} and {conditions}
order by members.ref_id limit ${limit}
"""


async def page(
    connection: Any,
    source: Span | tuple[str, str],
    figure: Figure,
    rule: PeriodRule,
    *,
    scope: RowScope,
    wanted: Mapping[str, str | None],
    part: str | None,
    after: UUID | None,
    limit: int,
) -> list[Mapping[str, Any]]:
    """Those that a figure counted, within the caller's rows; `source` is a live span or a closed period.

    `wanted`: dimension → code, or None where no code is known.
    """
    is_live = isinstance(source, Span)
    relation = members.live((rule,)) if is_live else members.frozen()
    values: list[object] = [*(source.arguments if isinstance(source, Span) else source), figure.value, limit]
    at = len(values)
    fragment, more = scope.sql(_NAMES, at + 1)
    values += more
    conditions = [fragment]
    for dimension, code in wanted.items():
        if dimension not in DIMENSIONS:
            raise ValueError(dimension)
        if code is None:
            conditions.append(f"members.{dimension} is null")
        else:
            values.append(code)
            conditions.append(f"members.{dimension} = ${len(values)}")
    if part is not None:
        conditions.append(f"members.is_{part}")
    if after is not None:
        values.append(after)
        conditions.append(f"members.ref_id > ${len(values)}")
    sql = _PAGE.format(relation=relation, figure=at - 1, limit=at, conditions=" and ".join(conditions))
    return [dict(row) for row in await connection.fetch(sql, *values)]
