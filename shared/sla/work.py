"""What somebody must do, read from the open clocks of any service: the body of `GET /v1/work`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.work import WorkEntry

NO_LIMIT = "infinity"


@dataclass(frozen=True, slots=True)
class WorkPosition:
    """Where a page ends: the order is deadline, tier rank, clock id."""

    deadline_at: datetime | None
    tier_rank: int
    clock_id: UUID


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Who asks, for the `queue` column: own ids (with those deputised for), team, department, posts."""

    staff_ids: Sequence[UUID]
    teams: Sequence[str]
    departments: Sequence[str]
    posts: Sequence[str]
    metric: str | None = None
    tier: str | None = None


_PAGE = """
select c.subject_id, c.subject_type, c.title, c.metric, c.state, c.deadline_at, c.breached_at, c.tier,
       c.owner_id, c.team, c.department, c.routing, c.customer_id, c.id,
       coalesce(array_position($1::text[], c.tier), 99) as tier_rank
from clocks c
where c.stopped_at is null and c.state in ('running', 'paused', 'breached') and {scope}
  and not exists (
    select 1 from clocks e
    where e.subject_type = c.subject_type and e.subject_id = c.subject_id and e.stopped_at is null
      and e.state in ('running', 'paused', 'breached')
      and (coalesce(e.deadline_at, 'infinity'), e.id) < (coalesce(c.deadline_at, 'infinity'), c.id))
  and ($2::text is null or c.metric = $2) and ($3::text is null or c.tier = $3)
  and ($4::text is null or (coalesce(c.deadline_at, 'infinity'), coalesce(array_position($1::text[], c.tier), 99), c.id)
       > ($4::text::timestamptz, $5::integer, $6::uuid))
order by coalesce(c.deadline_at, 'infinity'), tier_rank, c.id
limit $7
"""
FIRST_SCOPE_PARAMETER = 8


async def work_page(
    connection: Any,
    *,
    scope: tuple[str, Sequence[object]],
    wanted: WorkFilter,
    tiers: Sequence[str],
    after: WorkPosition | None,
    limit: int,
) -> tuple[list[WorkEntry], WorkPosition | None]:
    """One page of open promises, the most pressing of each subject; `tiers` in the pack's order, highest first.

    `scope` is the fragment and arguments of `RowScope.sql` over alias `c` from parameter 8 on.
    """
    fragment, arguments = scope
    position = _bounds(after)
    rows = await connection.fetch(
        _PAGE.format(scope=fragment), list(tiers), wanted.metric, wanted.tier, *position, limit + 1, *arguments
    )
    entries = [_entry(row, wanted) for row in rows[:limit]]
    if len(rows) <= limit:
        return entries, None
    last = rows[limit - 1]
    return entries, WorkPosition(last["deadline_at"], last["tier_rank"], last["id"])


def _bounds(after: WorkPosition | None) -> tuple[str | None, int | None, UUID | None]:
    if after is None:
        return None, None, None
    deadline = after.deadline_at.isoformat() if after.deadline_at else NO_LIMIT
    return deadline, after.tier_rank, after.clock_id


def _entry(row: Mapping[str, Any], wanted: WorkFilter) -> WorkEntry:
    posts = row["routing"].get("posts") or []
    return WorkEntry(
        id=row["subject_id"],
        kind=row["subject_type"],
        title_code=row["title"] or row["subject_type"],
        metric=row["metric"],
        state=row["state"],
        deadline_at=row["deadline_at"],
        is_breached=row["breached_at"] is not None,
        tier=row["tier"],
        tier_rank=row["tier_rank"],
        queue=_queue(row, posts, wanted),
        owner_id=row["owner_id"],
        team=row["team"],
        department=row["department"],
        posts=posts,
        customer_id=row["customer_id"],
        clock_id=row["id"],
    )


def _queue(row: Mapping[str, Any], posts: Sequence[str], wanted: WorkFilter) -> str:
    if row["owner_id"] in wanted.staff_ids:
        return "mine"
    if set(posts) & set(wanted.posts):
        return "post"
    if row["team"] in wanted.teams:
        return "team"
    return "department" if row["department"] in wanted.departments else "company"
