"""What customers do not want to get: set and taken back, with its source and its history."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import service as customers
from services.callback.messages import events, repository
from services.callback.messages.errors import (
    CustomerUnknownError,
    OptOutEndedError,
    OptOutExistsError,
    OptOutNotAllowedError,
    OptOutSourceError,
)
from services.callback.messages.models import OptOutRow
from services.callback.policy_in_force import Governances, Governing
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.contracts.callback_care import OptOutEnded, OptOutFact, OptOutSet
from shared.errors import StaleError
from shared.events import outbox


async def is_refused(session: AsyncSession, company: str, customer_id: UUID, purpose: str) -> bool:
    """Whether the customer, or one who became it by a merge, wants nothing of the purpose."""
    same = await customers.identities(session, customer_id, company)
    return await repository.is_opted_out(session, company, same, purpose)


async def refuse(
    session: AsyncSession,
    governances: Governances,
    principal: Principal,
    *,
    opt_out_id: UUID,
    customer_id: UUID,
    purpose: str,
    source: str,
    now: datetime,
) -> OptOutRow:
    """Write down that the customer wants no more messages of the purpose.

    Raises: OptOutNotAllowedError, OptOutSourceError, CustomerUnknownError, OptOutExistsError.
    """
    governing = governances.in_force(principal.company, now)
    rule = governing.chapter.messages.purposes.get(purpose)
    if rule is None or not rule.can_opt_out:
        raise OptOutNotAllowedError.at_pointer()
    _check_source(governing, source)
    customer = await customers.known(session, customer_id, principal.company)
    if customer is None:
        raise CustomerUnknownError.at_pointer()
    await repository.lock_customer(session, principal.company, customer.id)
    if await is_refused(session, principal.company, customer.id, purpose):
        raise OptOutExistsError("该客户已退订这一用途的短信。")
    row = OptOutRow(
        id=opt_out_id,
        company=principal.company,
        customer_id=customer.id,
        purpose=purpose,
        source=source,
        set_by=principal.staff_id,
        set_at=now,
        version=1,
    )
    await repository.store(session, row)
    await _tell(session, row, OptOutSet, source, now)
    return row


async def take_back(
    session: AsyncSession,
    governances: Governances,
    principal: Principal,
    *,
    opt_out_id: UUID,
    source: str,
    expected_version: int,
    now: datetime,
) -> OptOutRow:
    """The customer wants them again; the row stays as history.

    Raises: OptOutNotFoundError, StaleError, OptOutEndedError, OptOutSourceError.
    """
    row = await repository.opt_out(session, opt_out_id, principal.companies, lock=True)
    if row.version != expected_version:
        raise StaleError("退订记录已被他人修改，请重新读取后再操作。")
    if row.ended_at is not None:
        raise OptOutEndedError("该退订已撤销。")
    _check_source(governances.in_force(row.company, now), source)
    row.ended_at, row.ended_by, row.ended_source = now, principal.staff_id, source
    row.version += 1
    await session.flush()
    await _tell(session, row, OptOutEnded, source, now)
    return row


def _check_source(governing: Governing, source: str) -> None:
    if source not in governing.chapter.messages.sources:
        raise OptOutSourceError.at_pointer()


async def _tell(session: AsyncSession, row: OptOutRow, kind: type[OptOutFact], source: str, now: datetime) -> None:
    await record(
        session,
        company=row.company,
        action="set_opt_out" if kind is OptOutSet else "end_opt_out",
        at=now,
        resource_type="opt_out",
        resource_id=row.id,
        detail={"purpose": row.purpose, "source": source, "version": row.version},
    )
    await outbox.add(session, events.said(row, kind, source, now))
