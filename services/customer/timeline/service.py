"""One customer's timeline over everything that happened (domain.md 1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.customer.timeline import repository
from services.customer.timeline.errors import TimelineNotFoundError
from shared.http.hot_tx import HotTx


async def page(
    hot: HotTx, customer_id: UUID, companies: Sequence[str], *, before: tuple[datetime, UUID] | None, limit: int
) -> list[Any]:
    """Entries, newest first.  Raises: TimelineNotFoundError."""
    rows = await repository.page(hot, customer_id, companies, before, limit)
    if not rows and not await repository.exists(hot, customer_id, companies):
        raise TimelineNotFoundError("没有这个客户")
    return rows
