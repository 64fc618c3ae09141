"""Reads of the cases: JSON that the database builds, limited to the caller's scope."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.complaint.cases.rules import Viewer
from shared.access.scope import RowScope, ScopeNames

_MASK = """'{"customer_id": null, "has_contact": false, "external_reference": null, "attachment_ids": []}'::jsonb"""
"""Instead of what tells who complained (see `service/discretion.py`)."""


def hidden_from(viewer: tuple[str, str]) -> str:
    """Whether the complainant of the case `c` is kept from a viewer: the parameters of `Viewer`, as SQL."""
    is_trusted, people = viewer
    return f"(c.is_anonymous and not {is_trusted}::boolean and c.first_responsible_id <> all({people}::uuid[]))"


def json_of(*, viewer: tuple[str, str], clocks: str = "clocks", plan: str = "emergency_steps") -> str:
    """The JSON of the case `c` as `viewer` may see it: two SQL expressions, whether trusted and who.

    The names are those of tables, or of what one statement has just put into them.
    """
    return f"""
(to_jsonb(c) - array['complainant_name', 'complainant_phone', 'complainant_phone_index', 'complainant_phone_last4',
                     'customer_kind', 'recorded_at', 'withheld_circumstance', 'merged_from',
                     'involved_posts', 'reader_posts']
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
    from {plan} e where e.complaint_id = c.id), '[]') end)
 || case when {hidden_from(viewer)} then {_MASK} else '{{}}'::jsonb end
 || case when c.withheld_circumstance is null or {viewer[0]}::boolean then '{{}}'::jsonb
    else jsonb_build_object('repeat_of_id', null, 'grade_reason', null,
                            'circumstances', array_remove(c.circumstances, c.withheld_circumstance)) end)::text
"""  # noqa: S608  # our own names


_NAMES = ScopeNames(
    alias="c", owners=("owner_id", "first_responsible_id"), team="team", department="department", posts="reader_posts"
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
    "customer_id": "c.customer_id = {} and not {hidden}",
    "number": "c.number = {}",
    "external_reference": "c.external_reference = {} and not {hidden}",
    "phone": "not {hidden} and (c.complainant_phone_index = {} or exists (select 1 from complainants p"
    " where p.complaint_id = c.id and p.company = c.company and p.phone_index = {} and p.withdrawn_at is null"
    " and ({trusted}::boolean or not p.is_anonymous or c.first_responsible_id = any({people}::uuid[]))))",
    "before_id": "c.id < {}",
    "is_overdue": "exists (select 1 from clocks k where k.subject_type = 'complaint' and k.subject_id = c.id"
    " and k.breached_at is not null and k.stopped_at is null) = {}",
}
"""What the list may be narrowed by; the names are the query parameters.  What is hidden cannot be asked for."""

_VIEWER = ("$2", "$3")
_HIDDEN = hidden_from(_VIEWER)
_JSON = json_of(viewer=_VIEWER)


async def read_json(connection: Any, complaint_id: UUID, scope: RowScope, viewer: Viewer) -> tuple[int, str] | None:
    """Version and JSON of one case, built by the database in one statement; None outside the scope."""
    fragment, arguments = scope.sql(_NAMES, 4)
    sql = f"select c.version, {_JSON} as body from complaints c where c.id = $1 and {fragment}"  # noqa: S608
    row = await connection.fetchrow(sql, complaint_id, viewer.is_trusted, list(viewer.staff_ids), *arguments)
    return (row["version"], row["body"]) if row else None


async def page_json(
    connection: Any, scope: RowScope, wanted: Mapping[str, object], viewer: Viewer, *, limit: int
) -> list[tuple[UUID, str]]:
    """Ids and JSON of a page of cases, newest first; `wanted` by the names of `_FILTERS`, empty values ignored."""
    fragment, arguments = scope.sql(_NAMES, 4)
    values = [viewer.is_trusted, list(viewer.staff_ids), *arguments]
    conditions = [fragment]
    for name, value in wanted.items():
        if value is not None:
            values.append(value)
            condition = _FILTERS[name].replace("{}", f"${len(values) + 1}")
            conditions.append(condition.format(hidden=_HIDDEN, trusted=_VIEWER[0], people=_VIEWER[1]))
    where = " and ".join(conditions)
    sql = f"select c.id, {_JSON} as body from complaints c where {where} order by c.id desc limit $1"  # noqa: S608
    return [(row["id"], row["body"]) for row in await connection.fetch(sql, limit, *values)]
