"""Taking a case in: one data-modifying statement, and the little that is asked before it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.complaint.cases.models import NewCase
from services.complaint.cases.models.opening import COLUMNS
from services.complaint.cases.repository.reading import json_of
from services.complaint.cases.rules import Standing, Viewer
from shared.audit import trail as audit
from shared.events import outbox
from shared.http.idempotency_store import claim_cte
from shared.sla.hot import open_ctes


async def next_numbers(connection: Any, count: int) -> list[int]:
    """The next numbers of the complaint sequence; a process takes a block at a time, gaps are allowed."""
    rows = await connection.fetch("select nextval('complaint_numbers') as n from generate_series(1, $1)", count)
    return [row["n"] for row in rows]


async def own_files(hot: Any, company: str, actor: str, file_ids: Sequence[UUID]) -> set[UUID]:
    """Which of the files the person uploaded."""
    rows = await hot.fetch(
        "select id from stored_files where company = $1 and created_by = $2 and id = any($3::uuid[])",
        company,
        actor,
        list(file_ids),
    )
    return {row["id"] for row in rows}


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
_LINE = ["complaint_id", "code", "company", "position", "text", "post", "owner_id", "due_at"]
_QUESTION = [
    "id",
    "company",
    "complaint_id",
    "cycle",
    "coordination",
    "state",
    "question",
    "posts",
    "departments",
    "requested_by",
    "requested_at",
    "due_at",
    "version",
]


def record_of(case: NewCase) -> dict[str, Any]:
    """The row of a new case as JSON-able values, for the hot statement."""
    return {name: getattr(case, name) for name in COLUMNS}


def _from_json(table: str, columns: Sequence[str], parameter: int, source: str) -> str:
    names = ", ".join(columns)
    return (
        f"insert into {table} ({names}) select {names} "  # noqa: S608  # our own names
        f"from jsonb_populate_recordset(null::{table}, ${parameter}::jsonb), {source}"
    )


def _opening(*, with_rest: bool) -> str:
    """The statement of an intake; what only grave cases and special tiers bring is left out of that of the others.

    The customer's projection row is locked (or born with version 0), so that a tier that is learned at the same moment
    either is seen here or finds this case open (sla.md 7).
    """
    once = claim_cte(
        1,
        when="$10::uuid is null or (select tier_version from known) = $12::bigint"
        " or ($12::bigint = 0 and exists (select 1 from born))",
    )
    is_new = "exists (select 1 from once)"
    rest = (
        f"plan as ({_from_json('emergency_steps', _LINE, 19, 'once')} returning *),\n"
        f"asked as ({_from_json('consultations', _QUESTION, 20, 'once')}),"
        if with_rest
        else ""
    )
    viewer = ("$18", "array[c.first_responsible_id]")
    shown = json_of(viewer=viewer, clocks="opened_clocks", plan="plan" if with_rest else "emergency_steps")
    return f"""
with known as (select tier_version from customers where id = $10::uuid for share),
born as (
  insert into customers (id, company, version)
  select $10::uuid, $11::text, 0 where $10::uuid is not null and not exists (select 1 from known)
  on conflict (id) do nothing returning 1),
once as ({once}),
opened_case as ({_from_json("complaints", COLUMNS, 13, "once")} returning *),
history as ({_from_json("complaint_steps", _STEP, 14, "once")}),
{rest}
{open_ctes("$15::jsonb", when=is_new)},
facts as ({outbox.insert_from_json("$16::jsonb", when=is_new)}),
trail as ({audit.insert_from_json("$17::jsonb", when=is_new)})
select c.version, {shown} as body from opened_case c
"""  # noqa: S608  # our own names and fragments


_PLAIN, _FULL = _opening(with_rest=False), _opening(with_rest=True)


async def insert_opening(
    hot: Any, claim: tuple[object, ...], records: Mapping[str, Any], standing: Standing, company: str, viewer: Viewer
) -> tuple[int, str] | None:
    """Write one intake in one statement that answers version and JSON of the case.

    None when its key was used or the customer's tier changed meanwhile.
    """
    rest = (records["emergency"], records["consultations"])
    row = await hot.fetchrow(
        _FULL if any(rest) else _PLAIN,
        *claim,
        standing.customer_id,
        company,
        standing.tier_version,
        [records["case"]],
        records["steps"],
        records["clocks"],
        records["outbox"],
        records["audit"],
        viewer.is_trusted,
        *(rest if any(rest) else ()),
    )
    return (row["version"], row["body"]) if row else None
