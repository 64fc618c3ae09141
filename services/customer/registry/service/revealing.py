"""Showing one personal field to one person: for a reason or by grant, counted and audited."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.registry.errors import (
    CustomerNotFoundError,
    FieldEmptyError,
    GrantUsedError,
    RevealQuotaError,
    RevealReasonError,
    RevealWithoutGrantError,
)
from services.customer.registry.models import CustomerRow, RevealRow
from services.customer.registry.repository import customers, people
from services.customer.registry.service.secrets import Vault
from shared.access.grants import GrantVerifier
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.audit import trail
from shared.policy.book import Policy

_LOCAL = ZoneInfo("Asia/Shanghai")
FIELDS = ("name", "phone", "address", "identity")


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be shown and why."""

    field: str
    reason: str | None = None
    phone_id: UUID | None = None
    """A telephone, or the contact person whose telephone is asked for."""
    grant: str | None = None
    person_id: UUID | None = None
    """For the name: a contact person or a vulnerable person instead of the customer."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the pack says: reasons, and how many fields a person may see a day."""

    reasons: Collection[str]
    per_day: int


def terms_of(policy: Policy) -> Terms:
    """`registry.reveal_reasons` and `registry.reveal_quota_per_day`.  Raises: PolicyNotFoundError."""
    registry = policy.chapter_as(CHAPTER, CustomerChapter).registry
    return Terms(frozenset(registry.reveal_reasons), registry.reveal_quota_per_day)


@dataclass(frozen=True, slots=True)
class Shown:
    """The values, each with the id of its row."""

    values: list[tuple[UUID, str]]


async def reveal(
    session: AsyncSession,
    customer_id: UUID,
    ask: Ask,
    *,
    reveal_id: UUID,
    principal: Principal,
    terms: Terms,
    vault: Vault,
    grants: GrantVerifier,
    now: datetime,
    is_replay: bool = False,
) -> Shown:
    """Show the field within the chapter's `registry`; a repeated request shows it again without counting.

    Raises: CustomerNotFoundError, RevealReasonError, RevealQuotaError, RevealWithoutGrantError, GrantInvalidError,
    GrantUsedError, FieldEmptyError.
    """
    row = await customers.get_for_update(session, customer_id, principal.companies)
    if row is None:
        raise CustomerNotFoundError("没有这个客户")
    grant_id, reason = _allowed(row, ask, principal, terms, grants)
    if not is_replay:
        await _count(session, row, ask, reveal_id, principal, terms, grant_id, reason, now)
    values = await _values(session, row, ask, vault)
    if not values:
        raise FieldEmptyError("没有登记该项资料")
    return Shown(values)


def _allowed(
    row: CustomerRow, ask: Ask, principal: Principal, terms: Terms, grants: GrantVerifier
) -> tuple[UUID | None, str]:
    if ask.grant is not None:
        grant = grants.verify(
            ask.grant,
            company=row.company,
            customer_id=row.id,
            staff_id=principal.staff_id,
            field=ask.field,
        )
        return grant.id, grant.purpose
    level = principal.level("customer.reveal")
    if level is None or level < ScopeLevel.COMPANY:
        raise RevealWithoutGrantError("请从所办业务中取得授权后查看")
    if ask.reason is None or ask.reason not in terms.reasons:
        raise RevealReasonError("请选择目录中的理由")
    return None, ask.reason


async def _count(
    session: AsyncSession,
    row: CustomerRow,
    ask: Ask,
    reveal_id: UUID,
    principal: Principal,
    terms: Terms,
    grant_id: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    on = now.astimezone(_LOCAL).date()
    if grant_id is None and await customers.count_reveals(session, row.company, principal.actor, on) >= terms.per_day:
        raise RevealQuotaError(f"每人每日最多查看{terms.per_day}项")
    counted = RevealRow(
        id=reveal_id,
        company=row.company,
        actor=principal.actor,
        customer_id=row.id,
        field=ask.field,
        reason=reason,
        grant_id=grant_id,
        on_date=on,
        at=now,
    )
    if not await customers.add_reveal(session, counted):
        raise GrantUsedError("每个授权只能使用一次")
    await trail.record(
        session,
        company=row.company,
        action="customer.revealed",
        at=now,
        resource_type="customer",
        resource_id=row.id,
        reason=reason,
        detail={"field": ask.field, "by_grant": grant_id is not None},
    )


async def _values(session: AsyncSession, row: CustomerRow, ask: Ask, vault: Vault) -> list[tuple[UUID, str]]:
    match ask.field:
        case "name" if ask.person_id is not None:
            name = await people.name_of(session, row.id, ask.person_id)
            return [(ask.person_id, name)] if name else []
        case "name":
            return [(row.id, row.name)] if row.name else []
        case "identity":
            return [(row.id, vault.read_identity(row.id, row.identity_cipher))] if row.identity_cipher else []
        case "address":
            return [(p.id, p.address) for p in await customers.addresses_of(session, row.id) if p.address]
        case _:
            phones = await customers.phones_of(session, row.id, ask.phone_id)
            found = [(phone.id, vault.read_phone(phone.id, phone.cipher)) for phone in phones if phone.cipher]
            person = await people.reachable(session, row.id, ask.phone_id) if ask.phone_id and not found else None
            if person is not None and person.cipher:
                return [(person.id, vault.read_contact_phone(person.id, person.cipher))]
            return found
