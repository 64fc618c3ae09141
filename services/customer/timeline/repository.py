"""Every statement of the timeline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.customer.timeline.rules import statement
from shared.http.hot_tx import HotTx

_PAGE = statement()
_EXISTS = "select 1 from customers where id = $1 and company = any($2::text[])"


async def page(
    hot: HotTx, customer_id: UUID, companies: Sequence[str], before: tuple[datetime, UUID] | None, limit: int
) -> list[Any]:
    """Entries, newest first."""
    at, last = before or (None, None)
    return await hot.fetch(_PAGE, customer_id, list(companies), at, last, limit)


async def exists(hot: HotTx, customer_id: UUID, companies: Sequence[str]) -> bool:
    """Whether the companies have the customer."""
    return await hot.fetchval(_EXISTS, customer_id, list(companies)) is not None
