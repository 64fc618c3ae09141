"""Persons beside the customer, for showing one of them."""

from uuid import UUID

from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.models import ContactPersonRow, VulnerablePersonRow


async def name_of(session: AsyncSession, customer_id: UUID, person_id: UUID) -> str | None:
    """The name of a contact person or vulnerable person of the customer."""
    found = union_all(
        *(
            select(kind.name).where(kind.id == person_id, kind.customer_id == customer_id)
            for kind in (ContactPersonRow, VulnerablePersonRow)
        )
    )
    name: str | None = (await session.execute(found)).scalar()
    return name


async def reachable(session: AsyncSession, customer_id: UUID, person_id: UUID) -> ContactPersonRow | None:
    """A contact person of the customer who is not withdrawn."""
    query = select(ContactPersonRow).where(
        ContactPersonRow.id == person_id,
        ContactPersonRow.customer_id == customer_id,
        ContactPersonRow.state == "active",
    )
    return (await session.scalars(query)).one_or_none()
