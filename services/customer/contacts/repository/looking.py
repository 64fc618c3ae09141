"""What the contacts look up of others, and running numbers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Sequence as Numbers
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

_CUSTOMER = text("select company, tier from customers where id = :id and company = any(:companies)")
_FILE = text("select 1 from stored_files where company = :company and created_by = :actor and id = :id")
_NAMED = text("select 1 from customer_notices where company = any(:companies) and file_id = :id limit 1")


async def customer(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> tuple[str, str] | None:
    """Company and tier in force."""
    row = (await session.execute(_CUSTOMER, {"id": customer_id, "companies": list(companies)})).one_or_none()
    return None if row is None else (row.company, row.tier)


async def is_own_file(session: AsyncSession, company: str, actor: str, file_id: UUID) -> bool:
    """Whether the person uploaded the file."""
    found = await session.execute(_FILE, {"company": company, "actor": actor, "id": file_id})
    return found.first() is not None


async def names_file(session: AsyncSession, file_id: UUID, companies: Sequence[str]) -> bool:
    """Whether a notice of the companies was delivered with the file as its proof."""
    found = await session.execute(_NAMED, {"companies": list(companies), "id": file_id})
    return found.first() is not None


async def next_number(session: AsyncSession, numbers: Numbers) -> int:
    """The next running number."""
    return int((await session.execute(select(numbers.next_value()))).scalar_one())
