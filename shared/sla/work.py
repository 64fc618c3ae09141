"""What somebody must do, read from the open clocks of any service: the body of `GET /v1/work`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.work import WorkEntry, WorkQueue, WorkState

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
    """What the list is narrowed by; None asks for both. A filtered list is a part of the whole one, in its order."""

    metric: str | None = None
    tier: str | None = None
    customer_id: UUID | None = None
    kind: str | None = None
    state: WorkState | None = None
    queue: WorkQueue | None = None
    is_overdue: bool | None = None
    is_green_channel: bool | None = None
    due_before: datetime | None = None
    """Entries without a limit are due before nothing."""


@dataclass(frozen=True, slots=True)
class WorkTiers:
    """What the pack says of tiers: `ranked` highest first, `green` those of the green channel."""

    ranked: Sequence[str]
    green: Sequence[str] = ()


_DUE = "coalesce(c.deadline_at, 'infinity'::timestamptz)"
_RANK = "coalesce(array_position($1::text[], c.tier), 99)"
_STAFF, _POSTS = "$17::uuid[]", "$20::text[]"
_OVERDUE = "(c.breached_at is not null or c.state = 'running' and coalesce(c.deadline_at < $13::timestamptz, false))"
_QUEUE = f"""
case when c.owner_id = any({_STAFF}) then 'mine' when (c.routing -> 'posts') ?| {_POSTS} then 'post'
     when c.team = any($18::text[]) then 'team' when c.department = any($19::text[]) then 'department'
     else 'company' end"""


def _mine(alias: str) -> str:
    """Whether a promise lies with the caller in person: by name, or by a post."""
    held = f"({alias}.routing -> 'posts') ?| {_POSTS}"
    return f"coalesce({alias}.owner_id = any({_STAFF}) or {held}, false)"


# Open, as asked for, and the most pressing of its subject; what is the caller's own hides behind nobody else's.
_OPEN = f"""
c.stopped_at is null and c.state in ('running', 'paused', 'breached') and c.company = any($8::text[])
  and ($2::text is null or c.metric = $2) and ($3::text is null or c.tier = $3)
  and ($4::text is null
       or {_DUE} >= $4::text::timestamptz
          and ({_DUE}, {_RANK}, c.id) > ($4::text::timestamptz, $5::integer, $6::uuid))
  and ($9::text is null or c.subject_type = $9) and ($10::text is null or c.state = $10)
  and {_DUE} <= $11::text::timestamptz
  and ($12::boolean is null or {_OVERDUE} = $12)
  and ($14::boolean is null or coalesce(c.tier = any($15::text[]), false) = $14)
  and ($16::text is null or {_QUEUE} = $16)
  and not exists (
    select 1 from clocks e
    where e.subject_type = c.subject_type and e.subject_id = c.subject_id and e.stopped_at is null
      and e.state in ('running', 'paused', 'breached') and ($2::text is null or e.metric = $2)
      and ({_mine("e")} or not {_mine("c")})
      and (coalesce(e.deadline_at, 'infinity'), e.id) < (coalesce(c.deadline_at, 'infinity'), c.id))
"""  # noqa: S608  # our own fragments


def _first(condition: str) -> str:
    return (
        f"select c.id, {_DUE} as due, {_RANK} as tier_rank from clocks c where {condition} and {_OPEN}"  # noqa: S608
        " order by due, tier_rank, c.id limit $7"
    )


def _each(keys: str, condition: str) -> str:
    found = _first(condition)
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
_BRANCHES = {
    WorkQueue.MINE: _each(_STAFF, "c.owner_id = k.key"),
    WorkQueue.TEAM: _each("$18::text[]", "c.team = k.key"),
    WorkQueue.DEPARTMENT: _each("$19::text[]", "c.department = k.key"),
    WorkQueue.POST: _first(f"(c.routing -> 'posts') ?| {_POSTS}"),
}
_OF_QUEUE = {queue: _page(branch) for queue, branch in _BRANCHES.items()}
_SCOPED = _page(*_BRANCHES.values())
_COMPANY = _page(_each("$8::text[]", "c.company = k.key"))
_CUSTOMER = _page(
    _first(
        f"c.customer_id = $21::uuid and ($22::boolean or c.owner_id = any({_STAFF}) or c.team = any($18::text[])"
        f" or c.department = any($19::text[]) or (c.routing -> 'posts') ?| {_POSTS})"
    )
)


async def work_page(
    connection: Any,
    *,
    scope: WorkScope,
    wanted: WorkFilter,
    tiers: WorkTiers,
    after: WorkPosition | None,
    limit: int,
    now: datetime,
) -> list[WorkEntry]:
    """At most `limit` open promises, the most pressing of each subject, and of the caller's own in it."""
    arguments = _arguments(scope, wanted, tiers, after, limit, now)
    if wanted.customer_id is not None:
        rows = await connection.fetch(_CUSTOMER, *arguments, wanted.customer_id, scope.is_company)
    elif wanted.queue in _OF_QUEUE:
        rows = await connection.fetch(_OF_QUEUE[wanted.queue], *arguments)
    else:
        rows = await connection.fetch(_COMPANY if scope.is_company else _SCOPED, *arguments)
    return [_entry(row, scope, tiers) for row in rows]


def _arguments(
    scope: WorkScope, wanted: WorkFilter, tiers: WorkTiers, after: WorkPosition | None, limit: int, now: datetime
) -> tuple[Any, ...]:
    asked = (wanted.kind, wanted.state, _latest(wanted.due_before), wanted.is_overdue, now)
    green = (wanted.is_green_channel, list(tiers.green), wanted.queue)
    own = (list(scope.staff_ids), list(scope.teams), list(scope.departments), list(scope.posts))
    common = (list(tiers.ranked), wanted.metric, wanted.tier, *_bounds(after), limit, list(scope.companies))
    return (*common, *asked, *green, *own)


def _latest(before: datetime | None) -> str:
    # An upper bound of the index walk; Postgres counts microseconds, so this is "before" exactly.
    if before is None:
        return NO_LIMIT
    try:
        return (before - timedelta(microseconds=1)).isoformat()
    except OverflowError:  # the first moment that Python knows
        return f"-{NO_LIMIT}"


def _bounds(after: WorkPosition | None) -> tuple[str | None, int | None, UUID | None]:
    if after is None:
        return None, None, None
    deadline = after.deadline_at.isoformat() if after.deadline_at else NO_LIMIT
    return deadline, after.tier_rank, after.clock_id


def _entry(row: Mapping[str, Any], scope: WorkScope, tiers: WorkTiers) -> WorkEntry:
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
        is_green_channel=row["tier"] in tiers.green,
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
