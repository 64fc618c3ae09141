"""A week beside the weeks before it, and the causes of a period's complaints."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.complaint.indicators.repository import members
from services.complaint.indicators.repository.members import Span

# Each week is seen as it stood at its own end: else the newest week, with less time to resolve, would always look bad.
_WEEK_END = (
    "least($4::timestamptz, (date_trunc('week', c.opened_at at time zone $9::text) + interval '7 days')"
    " at time zone $9::text)"
)
_WEEKS = f"""
select figure, category, (date_trunc('week', at at time zone $9::text))::date as week,
       count(*) filter (where is_numerator) as numerator, count(*) filter (where is_denominator) as denominator
from {members.live(as_of=_WEEK_END)} group by 1, 2, 3
"""  # noqa: S608  # our own names and fragments


async def weeks(connection: Any, span: Span, zone: str) -> list[tuple[str, str, date, int, int]]:
    """Figure, category, Monday, numerator and denominator of every week of the span."""
    rows = await connection.fetch(_WEEKS, *span.arguments, zone)
    return [(row["figure"], row["category"], row["week"], row["numerator"], row["denominator"]) for row in rows]


_CAUSES = """
with counted as (select complaint_id, category, department from {members} where figure = 'complaint.rate'),
found as (
  select distinct on (f.complaint_id) f.complaint_id, nullif(btrim(f.root_cause), '') as root_cause
  from complaint_findings f
  where f.company = $1 and f.state = 'confirmed' and f.complaint_id in (select complaint_id from counted)
  order by f.complaint_id, f.cycle desc)
select 'category' as kind, category as cause, count(*) as complaints from counted group by 2
union all select 'department', department, count(*) from counted where department is not null group by 2
union all select 'root_cause', root_cause, count(*) from found where root_cause is not null group by 2
"""


async def causes(connection: Any, source: Span | tuple[str, str]) -> tuple[list[Mapping[str, Any]], int]:
    """How many complaints each category, department and confirmed root cause has, and how many there are in all."""
    is_live = isinstance(source, Span)
    relation = members.live() if is_live else members.frozen()
    arguments: Sequence[object] = source.arguments if isinstance(source, Span) else source
    rows: list[Mapping[str, Any]] = [
        dict(row) for row in await connection.fetch(_CAUSES.format(members=relation), *arguments)
    ]
    return rows, sum(row["complaints"] for row in rows if row["kind"] == "category")
