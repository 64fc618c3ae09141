"""An authorisation (授权) that needs work: an order with its clock, or, for work done on the spot, one filed later."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders import events
from services.customer.orders.errors import (
    AuthorisationUnknownError,
    AuthorisationUsedError,
    FilerPostError,
    MomentInvalidError,
)
from services.customer.orders.models import AuthorityWorkRow, ServiceOrderRow
from services.customer.orders.repository import authorities
from services.customer.orders.rules.details import result_of
from services.customer.orders.rules.states import OrderAct, OrderOrigin, OrderState
from services.customer.orders.rules.taken import FiledAfterwards, OrderTaken
from services.customer.orders.service import clocks
from services.customer.orders.service.desk import OrderDesk
from services.customer.orders.service.opening import new_act, open_order
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.contracts.authority import AuthorityOrderNeeded
from shared.events import outbox

CHANNEL = "authority"
_SUMMARY = "使用服务授权后须办理的工作"


async def on_order_needed(
    session: AsyncSession,
    desk: OrderDesk,
    company: str,
    needed: AuthorityOrderNeeded,
    *,
    matter_id: UUID | None,
    actor: str,
    now: datetime,
) -> ServiceOrderRow | None:
    """Open the order that the use of an authority needs, with its limit; nothing for work that is filed afterwards.

    A work, customer or department that this company's pack or registry does not know is dead-lettered by the door.
    Raises: as `open_order`.
    """
    is_new = await authorities.learn(session, _known(company, needed, matter_id, now))
    if not is_new or needed.is_filed_afterwards:
        return None
    terms = desk.governances.in_force(company, now).chapter.orders.authority
    taken = OrderTaken(
        company=company,
        work=needed.work,
        summary=_SUMMARY,
        channel=CHANNEL,
        channel_reference=needed.number,
        customer_id=needed.customer_id,
        is_priority=needed.category in terms.priority_categories,
        origin=OrderOrigin.AUTHORITY,
        origin_id=needed.authorisation_id,
        authority_due_at=needed.deadline_at,
        department=needed.order_department,
        requested_at=min(needed.started_at, now),
        matter_id=matter_id,
    )
    row = await open_order(session, desk, taken, actor=actor, now=now)
    found = await authorities.find(session, company, needed.authorisation_id, lock=True)
    if found is not None:
        found.order_id, found.version = row.id, found.version + 1
    return row


def _known(company: str, needed: AuthorityOrderNeeded, matter_id: UUID | None, now: datetime) -> dict[str, object]:
    return {
        "id": needed.authorisation_id,
        "company": company,
        "number": needed.number,
        "authority": needed.authority,
        "category": needed.category,
        "work": needed.work,
        "department": needed.order_department,
        "customer_id": needed.customer_id,
        "complaint_id": needed.complaint_id,
        "requested_by": needed.requested_by,
        "is_filed_afterwards": needed.is_filed_afterwards,
        "started_at": needed.started_at,
        "deadline_at": needed.deadline_at,
        "matter_id": matter_id,
        "order_id": None,
        "learned_at": now,
        "version": 1,
    }


async def file_afterwards(
    session: AsyncSession,
    desk: OrderDesk,
    filed: FiledAfterwards,
    *,
    order_id: UUID,
    principal: Principal,
    now: datetime,
) -> ServiceOrderRow:
    """File the order of work that was done without one, under its authorisation: marked, complete, once.

    Raises: AuthorisationUnknownError, AuthorisationUsedError, FilerPostError, MomentInvalidError, and as `open_order`.
    """
    company = principal.company
    found = await authorities.find(session, company, filed.authorisation_id, lock=True)
    if found is None or not found.is_filed_afterwards:
        raise AuthorisationUnknownError.at_pointer("/authorisation_id")
    if found.order_id is not None:
        raise AuthorisationUsedError("该授权已有补录工单。")
    governing = desk.governances.in_force(company, now)
    if not any(principal.holds(post) for post in governing.chapter.orders.authority.filed_by):
        raise FilerPostError("现行规章规定由其他岗位补录工单。")
    if not filed.performed_at <= filed.completed_at <= now:
        raise MomentInvalidError.at_pointer("/completed_at")
    row = await open_order(
        session, desk, _taken(filed, found, company), actor=principal.actor, now=now, order_id=order_id
    )
    work = governing.work(row)
    row.result = result_of(work.form, filed.result)
    row.state = OrderState.COMPLETED.value
    row.assigned_ids = list(filed.assigned_ids) or [found.requested_by]
    row.dispatched_at = row.arrived_at = filed.performed_at
    row.completed_at = filed.completed_at
    row.version += 1
    found.order_id, found.version = row.id, found.version + 1
    await _end_clocks(session, desk, row, now=now)
    session.add(new_act(row, OrderAct.COMPLETE, at=filed.completed_at, actor=principal.actor, now=now))
    await session.flush()
    await record(
        session,
        company=company,
        action="file_order_afterwards",
        at=now,
        resource_type="order",
        resource_id=row.id,
        detail={"authorisation_id": str(found.id), "version": row.version},
    )
    fact = events.completed(row, now, at=filed.completed_at, is_attendance_missed=False)
    await outbox.add(session, fact)
    return row


def _taken(filed: FiledAfterwards, found: AuthorityWorkRow, company: str) -> OrderTaken:
    return OrderTaken(
        company=company,
        work=found.work,
        summary=filed.summary,
        channel=CHANNEL,
        channel_reference=found.number,
        customer_id=filed.customer_id or found.customer_id,
        premises_id=filed.premises_id,
        meter_id=filed.meter_id,
        place=filed.place,
        details=filed.details,
        origin=OrderOrigin.FILED_AFTERWARDS,
        origin_id=found.id,
        requested_at=filed.performed_at,
        matter_id=found.matter_id,
    )


async def _end_clocks(session: AsyncSession, desk: OrderDesk, row: ServiceOrderRow, *, now: datetime) -> None:
    """What was done on the spot owed nobody a limit: its clocks end, counted nowhere."""
    governing = await desk.governances.of_order(session, row)
    book = clocks.book_of(session, governing, now)
    await book.cancel(clocks.subject_of(row), reason="filed_afterwards")
    await clocks.settle_rank(book, row, governing)


async def unfiled(
    session: AsyncSession, companies: tuple[str, ...], *, before: UUID | None, limit: int
) -> list[AuthorityWorkRow]:
    """Work done on the spot that still awaits its order."""
    return list(await authorities.unfiled(session, companies, before=before, limit=limit))
