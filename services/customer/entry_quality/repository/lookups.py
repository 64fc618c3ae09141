"""Look-ups that no work explains, and other misuse of data."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.errors import DataMisuseNotFoundError
from services.customer.entry_quality.models import DataMisuseRow
from services.customer.entry_quality.repository.detectors import staff
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=DataMisuseRow.company,
    owners=(DataMisuseRow.actor_id,),
    team=DataMisuseRow.team,
    department=DataMisuseRow.department,
)

_AROUND = "between r.at - cast(:before as interval) and r.at + cast(:after as interval)"
_NEEDLESS = text(f"""
select r.id, {staff("r.actor")} as actor_id, r.customer_id, r.field, r.reason, r.at, s.team, s.department
from reveals r join staff s on s.company = r.company and s.id = {staff("r.actor")}
where r.company = :company and r.at >= :since and r.at < :until and r.grant_id is null
  and not exists (select from data_misuses m where m.reveal_id = r.id)
  and not exists (select from contacts k where k.company = r.company and k.customer_id = r.customer_id
    and k.staff_id = s.id and k.started_at <= r.at + cast(:after as interval)
    and coalesce(k.ended_at, k.created_at) >= r.at - cast(:before as interval))
  and not exists (select from service_orders o where o.company = r.company and o.customer_id = r.customer_id
    and (o.opened_by = r.actor or o.owner_id = s.id or s.id = any(o.assigned_ids) or s.id = any(o.led_by_ids))
    and o.created_at <= r.at + cast(:after as interval)
    and coalesce(o.closed_at, o.cancelled_at, 'infinity') >= r.at - cast(:before as interval))
  and not exists (select from customer_changes e where e.company = r.company and e.customer_id = r.customer_id
    and e.actor = r.actor and e.at {_AROUND})
  and not exists (select from meter_readings e where e.company = r.company and e.customer_id = r.customer_id
    and e.recorded_by = s.id and e.recorded_at {_AROUND})
  and not exists (select from card_sales e where e.company = r.company and e.customer_id = r.customer_id
    and e.sold_by = s.id and e.recorded_at {_AROUND})
  and not exists (select from matter_complaints e where e.company = r.company and e.customer_id = r.customer_id
    and e.state not in ('closed', 'withdrawn') and e.opened_at <= r.at + cast(:after as interval))
order by r.at limit :size
""")  # noqa: S608  # columns of ours


async def needless(
    session: AsyncSession,
    company: str,
    *,
    since: datetime,
    until: datetime,
    before: timedelta,
    after: timedelta,
    size: int,
) -> Sequence[Any]:
    """Reveals of the span without a grant and without work by the same person for the customer around them."""
    values = {
        "company": company,
        "since": since,
        "until": until,
        "before": before,
        "after": after,
        "size": size,
    }
    return (await session.execute(_NEEDLESS, values)).all()


async def add(session: AsyncSession, row: DataMisuseRow) -> DataMisuseRow:
    """Store a new one."""
    session.add(row)
    await session.flush()
    return row


async def get(session: AsyncSession, misuse_id: UUID, scope: RowScope, *, lock: bool = False) -> DataMisuseRow:
    """One of the scope.  Raises: DataMisuseNotFoundError."""
    statement = select(DataMisuseRow).where(DataMisuseRow.id == misuse_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise DataMisuseNotFoundError
    return row


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    kind: str | None,
    state: str | None,
    actor_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[DataMisuseRow]:
    """Newest first."""
    row = DataMisuseRow
    statement = select(row).where(scope.clause(SCOPE))
    for column, wanted in ((row.kind, kind), (row.state, state), (row.actor_id, actor_id)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if before is not None:
        statement = statement.where(row.id < before)
    return (await session.scalars(statement.order_by(row.id.desc()).limit(limit))).all()
