"""Reading merges, with what they moved and what forbids undoing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.merging.models import MergeRow
from services.customer.merging.repository import merges
from services.customer.merging.repository.moving import Blocker
from services.customer.merging.rules import MergeState
from services.customer.merging.service.undoing import blocking
from services.customer.merging.service.work import MergeCall


@dataclass(frozen=True, slots=True)
class ShownMerge:
    """A merge with everything that belongs to it."""

    merge: MergeRow
    moved: Sequence[Any]
    blockers: Sequence[Blocker]


async def one(call: MergeCall, merge_id: UUID) -> ShownMerge:
    """One merge.  Raises: MergeNotFoundError."""
    row = await merges.get(call.session, merge_id, call.companies)
    return ShownMerge(row, await merges.counts(call.session, row.id), await blocking(call, row))


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID | None,
    state: MergeState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[MergeRow]:
    """Merges, newest first."""
    return await merges.page(session, companies, customer_id=customer_id, state=state, before=before, limit=limit)
