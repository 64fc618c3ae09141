"""What customers said when they were called back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_KEEP = text("""
insert into complaint_callbacks (id, company, complaint_id, cycle, outcome, is_satisfied, called_at, version)
values (:id, :company, :complaint_id, :cycle, :outcome, :is_satisfied, :called_at, :version)
on conflict (id) do update
set outcome = excluded.outcome, is_satisfied = excluded.is_satisfied, called_at = excluded.called_at,
    cycle = excluded.cycle, version = excluded.version
where complaint_callbacks.version < excluded.version and complaint_callbacks.company = excluded.company
""")


async def keep(session: AsyncSession, said: Mapping[str, Any]) -> None:
    """Keep one call's outcome, unless something newer is kept already."""
    await session.execute(_KEEP, dict(said))
