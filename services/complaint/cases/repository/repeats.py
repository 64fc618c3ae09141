"""Which case a new one repeats: a branch per index, the newest wins."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.complaint.cases.rules import Origin

_SAME = "c.company = $1 and c.kind = $2 and c.category = $3 and c.opened_at between $6 and $7 and c.id <> $8"
_ADDED = "p.company = $1 and p.withdrawn_at is null"
_NEWEST = "order by c.opened_at desc, c.id desc limit 1"


def _of_case(condition: str) -> str:
    return f"(select c.id, c.opened_at, c.is_anonymous from complaints c where {condition} and {_SAME} {_NEWEST})"  # noqa: S608


def _of_complainant(condition: str) -> str:
    return (
        "(select c.id, c.opened_at, c.is_anonymous or p.is_anonymous from complainants p"  # noqa: S608
        f" join complaints c on c.id = p.complaint_id where {condition} and {_ADDED} and {_SAME} {_NEWEST})"
    )


_REPEATED = f"""
select f.id, f.is_anonymous from (
  {_of_case("c.customer_id = $4")} union all {_of_case("c.complainant_phone_index = $5")}
  union all {_of_complainant("p.customer_id = $4")} union all {_of_complainant("p.phone_index = $5")}
) f (id, opened_at, is_anonymous)
order by f.opened_at desc, f.id desc, f.is_anonymous desc limit 1
"""  # noqa: S608  # our own fragments

_NOBODY = UUID(int=0)


async def repeated_case(
    connection: Any,
    *,
    company: str,
    kind: str,
    category: str,
    customer_id: UUID | None,
    phone_index: str | None,
    between: tuple[datetime, datetime],
    but: UUID | None,
) -> Origin | None:
    """The newest case of the same kind, category and complainant taken in between two instants."""
    row = await connection.fetchrow(
        _REPEATED, company, kind, category, customer_id, phone_index, *between, but or _NOBODY
    )
    return Origin(row["id"], row["is_anonymous"]) if row else None
