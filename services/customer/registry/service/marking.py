"""Reading tags and vulnerable persons for the features that set and end them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.errors import (
    CustomerNotFoundError,
    CustomerStaleError,
    TagNotFoundError,
    TagStandingError,
)
from services.customer.registry.models import TagRow, VulnerablePersonRow
from services.customer.registry.repository import history, tags
from shared.errors import FieldError

MOST = 200


async def ensure_free(session: AsyncSession, customer_id: UUID, tag: str) -> None:
    """The tag is not set yet.  Raises: TagStandingError."""
    if any(one.tag == tag for one in await tags.standing(session, customer_id)):
        text = "客户已有该标签"
        raise TagStandingError(text, errors=(FieldError("/tag", TagStandingError.code, text),))


async def standing_tags(session: AsyncSession, customer_id: UUID) -> list[TagRow]:
    """The tags that are set."""
    return await tags.standing(session, customer_id)


async def standing_tag(session: AsyncSession, customer_id: UUID, tag_id: UUID, *, expected: int) -> TagRow:
    """One tag that is set.  Raises: TagNotFoundError, CustomerStaleError."""
    tag = await tags.of_customer(session, customer_id, tag_id)
    if tag is None:
        raise TagNotFoundError("客户没有该标签")
    if tag.version != expected:
        raise CustomerStaleError(
            f"当前版本为{tag.version}，请重新读取后再修改", params={"current_version": tag.version}
        )
    if tag.state != "active":
        raise TagNotFoundError("该标签已不在客户名下")
    return tag


async def every_tag(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> list[TagRow]:
    """Tags that stand and that stood, newest first.  Raises: CustomerNotFoundError."""
    if not await history.is_customer(session, customer_id, companies):
        raise CustomerNotFoundError("没有这个客户")
    return await tags.every(session, customer_id, MOST)


async def read_tag(session: AsyncSession, customer_id: UUID, tag_id: UUID, companies: Sequence[str]) -> TagRow:
    """One tag, standing or not.  Raises: TagNotFoundError."""
    tag = await tags.of_customer(session, customer_id, tag_id)
    if tag is None or tag.company not in companies:
        raise TagNotFoundError("客户没有该标签")
    return tag


async def persons(session: AsyncSession, customer_id: UUID) -> list[VulnerablePersonRow]:
    """Vulnerable persons of the household who are served as such."""
    return await tags.persons(session, customer_id)


async def run_out(session: AsyncSession, company: str, on: date, limit: int) -> list[UUID]:
    """Customers with a mark whose last day lies before the day."""
    return await tags.run_out(session, company, on, limit)
