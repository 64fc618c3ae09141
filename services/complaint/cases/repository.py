"""Every SQL statement of the cases."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.errors import ComplaintNotFoundError
from services.complaint.cases.models import ComplaintRow, ComplaintStepRow, CustomerRow, EmergencyStepRow
from services.complaint.cases.rules import Standing
from shared.access.scope import RowScope, ScopeColumns, ScopeNames
from shared.audit import trail as audit
from shared.database.codecs import dumps
from shared.events import outbox
from shared.http.idempotency_store import claim_cte
from shared.sla.hot import open_ctes

SCOPE = ScopeColumns(
    company=ComplaintRow.company,
    owners=(ComplaintRow.owner_id, ComplaintRow.first_responsible_id),
    team=ComplaintRow.team,
    department=ComplaintRow.department,
    posts=ComplaintRow.posts,
)


def _scoped(scope: RowScope) -> Select[ComplaintRow]:
    return select(ComplaintRow).where(scope.clause(SCOPE))


async def get(session: AsyncSession, complaint_id: UUID, scope: RowScope, *, lock: bool = False) -> ComplaintRow:
    """One case of the scope.  Raises: ComplaintNotFoundError, also for a case that lies outside the scope."""
    statement = _scoped(scope).where(ComplaintRow.id == complaint_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise ComplaintNotFoundError
    return row


async def steps(session: AsyncSession, complaint_id: UUID) -> Sequence[ComplaintStepRow]:
    """The history of a case, oldest first."""
    statement = (
        select(ComplaintStepRow)
        .where(ComplaintStepRow.complaint_id == complaint_id)
        .order_by(ComplaintStepRow.at, ComplaintStepRow.id)
    )
    return (await session.execute(statement)).scalars().all()


async def emergency_step(session: AsyncSession, complaint_id: UUID, code: str) -> EmergencyStepRow | None:
    """One line of the emergency plan, locked."""
    return await session.get(EmergencyStepRow, (complaint_id, code), with_for_update=True)


async def next_numbers(connection: Any, count: int) -> list[int]:
    """The next numbers of the complaint sequence; a process takes a block at a time, gaps are allowed."""
    rows = await connection.fetch("select nextval('complaint_numbers') as n from generate_series(1, $1)", count)
    return [row["n"] for row in rows]


async def customer(session: AsyncSession, customer_id: UUID, *, lock: bool = False) -> CustomerRow | None:
    """What is known here of a customer."""
    return await session.get(CustomerRow, customer_id, with_for_update=lock)


async def open_cases_of(session: AsyncSession, customer_id: UUID, *, opened_from: datetime) -> Sequence[ComplaintRow]:
    """Open cases of a customer taken in at or after an instant, locked in the order of their ids."""
    statement = (
        select(ComplaintRow)
        .where(
            ComplaintRow.customer_id == customer_id,
            ComplaintRow.opened_at >= opened_from,
            ComplaintRow.state.not_in(["resolved", "closed"]),
        )
        .order_by(ComplaintRow.id)
        .with_for_update()
    )
    return (await session.execute(statement)).scalars().all()


_KEEP_CUSTOMERS = text("""
insert into customers (id, company, version, kind, party, standing, tier, account_manager_id)
select distinct on (id) id, company, version, kind, party, standing, tier, account_manager_id
from jsonb_to_recordset(cast(cast(:known as text) as jsonb))
  as known (id uuid, company text, version bigint, kind text, party text, standing text, tier text,
            account_manager_id uuid)
order by id, version desc
on conflict (id) do update
set version = excluded.version, kind = excluded.kind, party = excluded.party, standing = excluded.standing,
    tier = coalesce(customers.tier, excluded.tier), account_manager_id = excluded.account_manager_id
where customers.version < excluded.version
""")

_KEEP_TIER = text("""
insert into customers (id, company, version, tier, tier_effective_at, tier_version)
values (:id, :company, 0, :tier, :effective_at, :version)
on conflict (id) do update
set tier = excluded.tier, tier_effective_at = excluded.tier_effective_at, tier_version = excluded.tier_version
where customers.tier_version < excluded.tier_version
returning id
""")


async def keep_customers(session: AsyncSession, known: Sequence[Mapping[str, Any]]) -> None:
    """Keep what events say of customers, unless something newer is kept already; ids are locked in their order."""
    await session.execute(_KEEP_CUSTOMERS, {"known": dumps(list(known))})


async def keep_tier(session: AsyncSession, known: Mapping[str, Any]) -> bool:
    """Keep a customer's tier; False when something newer is kept already."""
    return (await session.execute(_KEEP_TIER, dict(known))).scalar_one_or_none() is not None


def _json(*, clocks: str = "clocks", plan: str = "emergency_steps") -> str:
    """The JSON of the case `c`; the names are those of tables, or of what one statement has just put into them."""
    return f"""
(to_jsonb(c) - array['complainant_name', 'complainant_phone', 'complainant_phone_index', 'complainant_phone_last4',
                     'customer_kind', 'recorded_at']
 || jsonb_build_object(
  'has_contact', c.complainant_phone is not null or c.complainant_name is not null,
  'clocks', coalesce((
    select jsonb_agg(jsonb_build_object('id', k.id, 'metric', k.metric, 'cycle', k.cycle, 'sequence', k.sequence,
      'state', k.state, 'deadline_at', k.deadline_at, 'stopped_at', k.stopped_at, 'breached_at', k.breached_at,
      'is_provisional', k.is_provisional) order by k.started_at, k.deadline_at nulls last, k.metric)
    from {clocks} k where k.subject_type = 'complaint' and k.subject_id = c.id), '[]'),
  'emergency_steps', case when c.emergency_started_at is null then '[]'::jsonb else coalesce((
    select jsonb_agg(jsonb_build_object('code', e.code, 'text', e.text, 'post', e.post, 'owner_id', e.owner_id,
      'due_at', e.due_at, 'done_at', e.done_at, 'done_by', e.done_by) order by e.position)
    from {plan} e where e.complaint_id = c.id), '[]') end))::text
"""  # noqa: S608  # our own names


_JSON = _json()

_NAMES = ScopeNames(
    alias="c", owners=("owner_id", "first_responsible_id"), team="team", department="department", posts="posts"
)

_FILTERS: Mapping[str, str] = {
    "state": "c.state = {}",
    "kind": "c.kind = {}",
    "grade": "c.grade = {}",
    "tier": "c.tier = {}",
    "category": "c.category = {}",
    "channel": "c.channel = {}",
    "owner_id": "c.owner_id = {}",
    "department": "c.department = {}",
    "customer_id": "c.customer_id = {}",
    "number": "c.number = {}",
    "external_reference": "c.external_reference = {}",
    "before_id": "c.id < {}",
    "is_overdue": "exists (select 1 from clocks k where k.subject_type = 'complaint' and k.subject_id = c.id"
    " and k.breached_at is not null and k.stopped_at is null) = {}",
}
"""What the list may be narrowed by; the names are the query parameters."""


async def read_json(connection: Any, complaint_id: UUID, scope: RowScope) -> tuple[int, str] | None:
    """Version and JSON of one case, built by the database in one statement; None outside the scope."""
    fragment, arguments = scope.sql(_NAMES, 2)
    sql = f"select c.version, {_JSON} as body from complaints c where c.id = $1 and {fragment}"  # noqa: S608
    row = await connection.fetchrow(sql, complaint_id, *arguments)
    return (row["version"], row["body"]) if row else None


async def page_json(
    connection: Any, scope: RowScope, wanted: Mapping[str, object], *, limit: int
) -> list[tuple[UUID, str]]:
    """Ids and JSON of a page of cases, newest first; `wanted` by the names of `_FILTERS`, empty values ignored."""
    fragment, arguments = scope.sql(_NAMES, 2)
    values = [*arguments]
    conditions = [fragment]
    for name, value in wanted.items():
        if value is not None:
            values.append(value)
            conditions.append(_FILTERS[name].format(f"${len(values) + 1}"))
    where = " and ".join(conditions)
    sql = f"select c.id, {_JSON} as body from complaints c where {where} order by c.id desc limit $1"  # noqa: S608
    return [(row["id"], row["body"]) for row in await connection.fetch(sql, limit, *values)]


async def customer_standing(connection: Any, customer_id: UUID) -> Mapping[str, Any] | None:
    """What is known of a customer, aliases followed, for the hot path."""
    row: Mapping[str, Any] | None = await connection.fetchrow(
        "select c.id, c.company, c.kind, c.party, c.standing, c.tier, c.tier_version, c.account_manager_id"
        " from customers c where c.id = coalesce((select a.to_id from customer_aliases a where a.from_id = $1), $1)",
        customer_id,
    )
    return row


_RECORD = [
    "id",
    "company",
    "number",
    "kind",
    "channel",
    "external_source",
    "external_reference",
    "external_deadline_at",
    "category",
    "grade",
    "grade_reason",
    "state",
    "summary",
    "description",
    "circumstances",
    "affected_customers",
    "attachment_ids",
    "customer_id",
    "customer_kind",
    "tier",
    "is_tier_default",
    "handling_level",
    "is_anonymous",
    "complainant_name",
    "complainant_phone",
    "complainant_phone_index",
    "complainant_phone_last4",
    "first_responsible_id",
    "owner_id",
    "team",
    "department",
    "posts",
    "cycle",
    "opened_at",
    "cycle_started_at",
    "recorded_at",
    "emergency_started_at",
    "policy_pack",
    "policy_version",
    "matter_id",
    "version",
]
_STEP = [
    "at",
    "id",
    "complaint_id",
    "company",
    "cycle",
    "action",
    "occurred_at",
    "judged_at",
    "actor_id",
    "to_state",
    "detail",
]
_LINE = ["complaint_id", "code", "company", "position", "text", "post", "due_at"]


def record_of(case: ComplaintRow) -> dict[str, Any]:
    """The row of a new case as JSON-able values, for the hot statement."""
    return {name: getattr(case, name) for name in _RECORD}


def _from_json(table: str, columns: Sequence[str], parameter: int, source: str) -> str:
    names = ", ".join(columns)
    return (
        f"insert into {table} ({names}) select {names} "  # noqa: S608  # our own names
        f"from jsonb_populate_recordset(null::{table}, ${parameter}::jsonb), {source}"
    )


# The customer's projection row is locked (or born with version 0), so that a tier that is learned at the same moment
# either is seen here or finds this case open (sla.md 7).
_OPEN = f"""
with known as (select tier_version from customers where id = $10::uuid for share),
born as (
  insert into customers (id, company, version)
  select $10::uuid, $11::text, 0 where $10::uuid is not null and not exists (select 1 from known)
  on conflict (id) do nothing returning 1),
once as ({
    claim_cte(
        1,
        when="$10::uuid is null or (select tier_version from known) = $12::bigint"
        " or ($12::bigint = 0 and exists (select 1 from born))",
    )
}),
opened_case as ({_from_json("complaints", _RECORD, 13, "once")} returning *),
history as ({_from_json("complaint_steps", _STEP, 14, "once")}),
plan as ({_from_json("emergency_steps", _LINE, 15, "once")} returning *),
{open_ctes("$16::jsonb", when="exists (select 1 from once)")},
facts as ({outbox.insert_from_json("$17::jsonb", when="exists (select 1 from once)")}),
trail as ({audit.insert_from_json("$18::jsonb", when="exists (select 1 from once)")})
select c.version, {_json(clocks="opened_clocks", plan="plan")} as body from opened_case c
"""  # noqa: S608  # our own names and fragments


async def insert_opening(
    hot: Any, claim: tuple[object, ...], records: Mapping[str, Any], standing: Standing, company: str
) -> tuple[int, str] | None:
    """Write one intake in one statement that answers version and JSON of the case.

    None when its key was used or the customer's tier changed meanwhile.
    """
    row = await hot.fetchrow(
        _OPEN,
        *claim,
        standing.customer_id,
        company,
        standing.tier_version,
        [records["case"]],
        records["steps"],
        records["emergency"],
        records["clocks"],
        records["outbox"],
        records["audit"],
    )
    return (row["version"], row["body"]) if row else None


async def add_emergency_steps(session: AsyncSession, lines: Sequence[Mapping[str, Any]]) -> None:
    """Store the checklist of an emergency plan."""
    session.add_all(EmergencyStepRow(**line) for line in lines)
    await session.flush()


_KEEP_ALIAS = text("""
insert into customer_aliases (from_id, company, to_id, version) values (:from_id, :company, :to_id, :version)
on conflict (from_id) do update set to_id = excluded.to_id, version = excluded.version
where customer_aliases.version < excluded.version
""")


async def keep_alias(session: AsyncSession, from_id: UUID, company: str, to_id: UUID, version: int) -> None:
    """Keep which customer another one became."""
    await session.execute(_KEEP_ALIAS, {"from_id": from_id, "company": company, "to_id": to_id, "version": version})


async def own_files(hot: Any, company: str, actor: str, file_ids: Sequence[UUID]) -> set[UUID]:
    """Which of the files the person uploaded."""
    rows = await hot.fetch(
        "select id from stored_files where company = $1 and created_by = $2 and id = any($3::uuid[])",
        company,
        actor,
        list(file_ids),
    )
    return {row["id"] for row in rows}


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether a case of the scope names the file."""
    statement = (
        _scoped(scope)
        .where(ComplaintRow.attachment_ids.op("@>")(bindparam(None, [file_id], type_=ARRAY(Uuid))))
        .limit(1)
    )
    return (await session.execute(statement)).first() is not None
