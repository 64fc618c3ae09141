"""The customer who is served."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.models import CustomerRow
from services.customer.serving.errors import NoCustomerError


async def get(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> CustomerRow:
    """One customer.  Raises: NoCustomerError."""
    statement = select(CustomerRow).where(CustomerRow.id == customer_id, CustomerRow.company.in_(companies))
    row = (await session.scalars(statement)).one_or_none()
    if row is None:
        raise NoCustomerError("没有这个客户")
    return row
