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
class WorkScope:
    """Whose work is asked for; with `is_company` all of the companies'.

    `staff_ids` are the person and those deputised for; teams and departments only as far as the right reaches.
    """

    companies: Sequence[str]
    is_company: bool = False
    staff_ids: Sequence[UUID] = ()
    teams: Sequence[str] = ()
    departments: Sequence[str] = ()
    posts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What the list is narrowed by."""

    metric: str | None = None
    tier: str | None = None
    customer_id: UUID | None = None


_DUE = "coalesce(c.deadline_at, 'infinity'::timestamptz)"
_RANK = "coalesce(array_position($1::text[], c.tier), 99)"


def _mine(alias: str, staff: str, posts: str) -> str:
    """Whether a promise lies with the caller in person: by name, or by a post."""
    held = f"({alias}.routing -> 'posts') ?| {posts}::text[]"
    return f"coalesce({alias}.owner_id = any({staff}::uuid[]) or {held}, false)"


def _open(staff: str, posts: str) -> str:
    """Open, as asked for, and the most pressing of its subject; what is the caller's own hides behind nobody else's."""
    return f"""
c.stopped_at is null and c.state in ('running', 'paused', 'breached') and c.company = any($8::text[])
  and ($2::text is null or c.metric = $2) and ($3::text is null or c.tier = $3)
  and ($4::text is null
       or {_DUE} >= $4::text::timestamptz
          and ({_DUE}, {_RANK}, c.id) > ($4::text::timestamptz, $5::integer, $6::uuid))
  and not exists (
    select 1 from clocks e
    where e.subject_type = c.subject_type and e.subject_id = c.subject_id and e.stopped_at is null
      and e.state in ('running', 'paused', 'breached') and ($2::text is null or e.metric = $2)
      and ({_mine("e", staff, posts)} or not {_mine("c", staff, posts)})
      and (coalesce(e.deadline_at, 'infinity'), e.id) < (coalesce(c.deadline_at, 'infinity'), c.id))
"""  # noqa: S608  # our own fragments


def _first(condition: str, staff: str, posts: str) -> str:
    return (
        f"select c.id, {_DUE} as due, {_RANK} as tier_rank from clocks c where {condition} and {_open(staff, posts)}"  # noqa: S608
        " order by due, tier_rank, c.id limit $7"
    )


def _each(keys: str, condition: str, staff: str, posts: str) -> str:
    found = _first(condition, staff, posts)
    return f"select found.* from unnest({keys}) as k (key) cross join lateral ({found}) found"  # noqa: S608


def _page(*branches: str) -> str:
    return f"""
select c.subject_id, c.subject_type, c.title, c.metric, c.state, c.deadline_at, c.breached_at, c.tier,
       c.owner_id, c.team, c.department, c.routing, c.customer_id, c.id, w.tier_rank
from (select id, due, tier_rank from (({") union (".join(branches)})) b order by due, tier_rank, id limit $7) w
join clocks c on c.id = w.id
order by w.due, w.tier_rank, w.id
"""  # noqa: S608  # our own fragments


# One index walk in the order of deadlines for each key, so that a short list costs the same in a large table.
_SCOPED = _page(
    _each("$9::uuid[]", "c.owner_id = k.key", "$9", "$12"),
    _each("$10::text[]", "c.team = k.key", "$9", "$12"),
    _each("$11::text[]", "c.department = k.key", "$9", "$12"),
    _first("(c.routing -> 'posts') ?| $12::text[]", "$9", "$12"),
)
_COMPANY = _page(_each("$8::text[]", "c.company = k.key", "$9", "$10"))
_CUSTOMER = _page(
    _first(
        "c.customer_id = $9::uuid and ($10::boolean or c.owner_id = any($11::uuid[]) or c.team = any($12::text[])"
        " or c.department = any($13::text[]) or (c.routing -> 'posts') ?| $14::text[])",
        "$11",
        "$14",
    )
)


async def work_page(
    connection: Any,
    *,
    scope: WorkScope,
    wanted: WorkFilter,
    tiers: Sequence[str],
    after: WorkPosition | None,
    limit: int,
) -> list[WorkEntry]:
    """At most `limit` open promises, the most pressing of each subject, and of the caller's own in it.

    `tiers` in the pack's order, highest first.
    """
    common = (list(tiers), wanted.metric, wanted.tier, *_bounds(after), limit, list(scope.companies))
    own = (list(scope.staff_ids), list(scope.teams), list(scope.departments), list(scope.posts))
    if wanted.customer_id is not None:
        rows = await connection.fetch(_CUSTOMER, *common, wanted.customer_id, scope.is_company, *own)
    elif scope.is_company:
        rows = await connection.fetch(_COMPANY, *common, list(scope.staff_ids), list(scope.posts))
    else:
        rows = await connection.fetch(_SCOPED, *common, *own)
    return [_entry(row, scope) for row in rows]


def _bounds(after: WorkPosition | None) -> tuple[str | None, int | None, UUID | None]:
    if after is None:
        return None, None, None
    deadline = after.deadline_at.isoformat() if after.deadline_at else NO_LIMIT
    return deadline, after.tier_rank, after.clock_id


def _entry(row: Mapping[str, Any], scope: WorkScope) -> WorkEntry:
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
        queue=_queue(row, posts, scope),
        owner_id=row["owner_id"],
        team=row["team"],
        department=row["department"],
        posts=posts,
        customer_id=row["customer_id"],
        clock_id=row["id"],
    )


def _queue(row: Mapping[str, Any], posts: Sequence[str], scope: WorkScope) -> str:
    if row["owner_id"] in scope.staff_ids:
        return "mine"
    if set(posts) & set(scope.posts):
        return "post"
    if row["team"] in scope.teams:
        return "team"
    return "department" if row["department"] in scope.departments else "company"
