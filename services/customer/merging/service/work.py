"""What merging and undoing have alike: the call, the two customers under lock, what follows from a change of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.groups.service.sizing import recount
from services.customer.merging.errors import NoCustomerError
from services.customer.merging.models import MergeRow
from services.customer.merging.repository import customers
from services.customer.merging.repository.moving import Move
from services.customer.policy_groups import Members
from services.customer.policy_records import Records
from services.customer.registry.models import CustomerRow
from services.customer.registry.rules.vocabulary import Party
from services.customer.registry.service import changing, tagging
from shared.access.principal import Principal
from shared.audit.trail import record


@dataclass(frozen=True, slots=True)
class MergeCall:
    """Who merges or undoes, by which pack, when."""

    session: AsyncSession
    principal: Principal
    members: Members | None
    records: Records
    now: datetime

    @property
    def companies(self) -> Sequence[str]:
        """The companies of the caller."""
        return self.principal.companies


async def pair(call: MergeCall, losing_id: UUID, surviving_id: UUID) -> tuple[CustomerRow, CustomerRow]:
    """Both, locked in one order whoever asks.  Raises: NoCustomerError."""
    rows = await customers.lock_pair(call.session, [losing_id, surviving_id], call.companies)
    if losing_id not in rows or surviving_id not in rows:
        raise NoCustomerError("没有这个客户")
    return rows[losing_id], rows[surviving_id]


def move_of(call: MergeCall, row: MergeRow, losing: CustomerRow) -> Move:
    """The move of a merge."""
    return Move(row.id, row.company, row.losing_id, losing.number, row.surviving_id, call.principal.staff_id, call.now)


async def settle(call: MergeCall, *rows: CustomerRow) -> None:
    """Tags and sizes follow what now belongs to each."""
    for row in rows:
        await tagging.refresh(call.session, row, call.records)
        if row.party == Party.GROUP:
            await recount(call.session, row, call.members)


async def publish(call: MergeCall, *rows: CustomerRow) -> None:
    """The next version of each, with its fact."""
    for row in rows:
        await changing.changed(call.session, row, call.now, ["merge"])


async def audit(call: MergeCall, row: MergeRow, action: str, reason: str, detail: dict[str, Any]) -> None:
    """One audit row of the merge; counts by place, never values."""
    await record(
        call.session,
        company=row.company,
        action=action,
        at=call.now,
        resource_type="customer_merge",
        resource_id=row.id,
        reason=reason,
        detail={
            "losing_id": str(row.losing_id),
            "surviving_id": str(row.surviving_id),
            "version": row.version,
            **detail,
        },
    )
