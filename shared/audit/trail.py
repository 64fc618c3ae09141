"""Writing the audit trail: one row per deed, in the deed's own transaction (design.md 6)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.codecs import dumps
from shared.ids import new_id
from shared.observability import context

_COLUMNS = {
    "at": "timestamptz",
    "id": "uuid",
    "company": "text",
    "actor": "text",
    "action": "text",
    "resource_type": "text",
    "resource_id": "uuid",
    "reason": "text",
    "detail": "jsonb",
    "trace_id": "text",
}


def record_json(
    *,
    company: str,
    action: str,
    at: datetime,
    resource_type: str | None = None,
    resource_id: UUID | None = None,
    reason: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """The audit row as a JSON-able dict, for hot statements; actor and trace come from the call context.

    `action` is a code such as `complaint.opened`; `at` the service's clock; `detail` holds ids, codes and versions,
    never personal data.
    """
    call = context.current()
    return {
        "at": at.isoformat(),
        "id": str(new_id()),
        "company": company,
        "actor": call.actor,
        "action": action,
        "resource_type": resource_type,
        "resource_id": None if resource_id is None else str(resource_id),
        "reason": reason,
        "detail": dict(detail or {}),
        "trace_id": call.trace_id,
    }


def insert_from_json(source: str, *, when: str | None = None) -> str:
    """SQL that inserts the rows of a JSON array of `record_json` dicts.

    `source` is a jsonb expression such as `$7::jsonb`; `when` a condition such as `exists (select 1 from changed)`.
    """
    names = ", ".join(_COLUMNS)
    typed = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    where = f" where {when}" if when else ""
    return f"insert into audit ({names}) select {names} from jsonb_to_recordset({source}) as deed ({typed}){where}"  # noqa: S608  # names are ours


_INSERT = text(insert_from_json("cast(cast(:deeds as text) as jsonb)"))


async def record(
    session: AsyncSession,
    *,
    company: str,
    action: str,
    at: datetime,
    resource_type: str | None = None,
    resource_id: UUID | None = None,
    reason: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Store one audit row in the session's transaction; see `record_json`."""
    deed = record_json(
        company=company,
        action=action,
        at=at,
        resource_type=resource_type,
        resource_id=resource_id,
        reason=reason,
        detail=detail,
    )
    await session.execute(_INSERT, {"deeds": dumps([deed])})
