"""Members of group customers (集团成员): persons of the group, entered one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.errors import CustomerNotFoundError
from services.customer.registry.models import CustomerRow, MemberRow
from services.customer.registry.repository import customers
from services.customer.registry.rules.text import tidy
from services.customer.registry.rules.vocabulary import Party
from services.customer.registry.service.belongings import store_phone
from services.customer.registry.service.changing import changed, locked
from services.customer.registry.service.lookup import e164_of
from services.customer.registry.service.secrets import Vault
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A person of a group."""

    number: str
    name: str
    kind: str
    title: str | None = None
    born_on: date | None = None
    phone: str | None = None


async def add_member(
    session: AsyncSession,
    group_id: UUID,
    entry: MemberEntry,
    *,
    vault: Vault,
    companies: Sequence[str],
    now: datetime,
) -> CustomerRow:
    """Enter a member of a group customer.  Raises: CustomerNotFoundError, NumberTakenError."""
    group = await locked(session, group_id, companies)
    if group.party != Party.GROUP:
        raise CustomerNotFoundError("没有这个集团客户")
    member = MemberRow(
        id=new_id(),
        company=group.company,
        group_id=group_id,
        number=entry.number,
        name=tidy(entry.name),
        kind=entry.kind,
        title=entry.title,
        born_on=entry.born_on,
        state="active",
        created_at=now,
        version=1,
    )
    await customers.add(session, member)
    if entry.phone:
        e164 = e164_of(entry.phone)
        await store_phone(session, group, e164, vault, now, label="成员", member_id=member.id, is_primary=False)
    await changed(session, group, now, ["members"])
    return group
