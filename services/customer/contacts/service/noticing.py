"""Notices (通知单): issued, delivered with proof within the pack's time, withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.errors import NoticeEndedError, NoticeProofUnknownError, UnknownContactCodeError
from services.customer.contacts.models import NOTICE_NUMBERS, NoticeRow
from services.customer.contacts.repository import keeping, looking
from services.customer.contacts.rules import NoticeState
from services.customer.contacts.service.work import Desk
from services.customer.registry.rules.days import civil
from shared.access.principal import Principal
from shared.contracts import interactions as contracts
from shared.errors import StaleError
from shared.ids import human_number
from shared.sla.promise import Subject

SUBJECT = "customer_notice"
READ = "notice_slip.read"
NUMBER_KIND = "TZ"
DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class NoticeEntry:
    """What a customer is told in writing."""

    customer_id: UUID
    kind: str
    title: str
    content: str
    order_id: UUID | None = None
    matter_id: UUID | None = None


async def issue(desk: Desk, row_id: UUID, entry: NoticeEntry) -> NoticeRow:
    """Issue a notice; the clock of its delivery runs.

    Raises: ContactCustomerNotFoundError, UnknownContactCodeError.
    """
    kind = desk.terms.notices.get(entry.kind)
    if kind is None:
        raise UnknownContactCodeError.at("/kind")
    company, tier = await desk.customer(entry.customer_id)
    principal = desk.principal
    row = NoticeRow(
        id=row_id,
        company=company,
        number=human_number(NUMBER_KIND, civil(desk.now), await looking.next_number(desk.session, NOTICE_NUMBERS)),
        customer_id=entry.customer_id,
        kind=entry.kind,
        state=NoticeState.ISSUED.value,
        title=entry.title,
        content=entry.content,
        order_id=entry.order_id,
        matter_id=entry.matter_id or row_id,
        issued_by=principal.staff_id,
        issued_at=desk.now,
        owner_id=principal.staff_id,
        team=principal.team,
        department=principal.department,
        tier=tier,
        policy_pack=desk.policy.pack,
        policy_version=desk.version,
        version=1,
        posts=[],
    )
    await keeping.add(desk.session, row)
    await desk.book.start(_subject(row), desk.stamp(tier), [desk.promise(DELIVERY, kind.delivery)])
    await _tell(desk, row, contracts.CustomerNoticeIssued)
    return row


async def deliver(
    desk: Desk,
    row_id: UUID,
    *,
    delivery: str,
    file_id: UUID | None,
    occurred_at: datetime | None,
    expected: int,
) -> NoticeRow:
    """It reached the customer, judged on when it did.

    Raises: NoticeNotFoundError, StaleError, NoticeEndedError, UnknownContactCodeError, NoticeProofUnknownError,
    OccurredInFutureError, OccurredBeforeCaseError.
    """
    row = await _take(desk, row_id, expected)
    if delivery not in desk.terms.deliveries:
        raise UnknownContactCodeError.at("/delivery")
    if file_id is not None and not await looking.is_own_file(desk.session, row.company, desk.principal.actor, file_id):
        raise NoticeProofUnknownError.at_file()
    await desk.book.stop(_subject(row), DELIVERY, occurred_at=occurred_at, actor=desk.principal.actor)
    row.state, row.delivery, row.file_id = NoticeState.DELIVERED.value, delivery, file_id
    row.delivered_by, row.delivered_at = desk.principal.staff_id, occurred_at or desk.now
    await _tell(desk, row, contracts.CustomerNoticeDelivered, delivery=delivery)
    return row


async def withdraw(desk: Desk, row_id: UUID, reason: str, *, expected: int) -> NoticeRow:
    """It stands no more.  Raises: NoticeNotFoundError, StaleError, NoticeEndedError."""
    row = await _take(desk, row_id, expected)
    row.state = NoticeState.WITHDRAWN.value
    row.ended_by, row.ended_at, row.end_reason = desk.principal.staff_id, desk.now, reason
    await desk.book.cancel(_subject(row), reason="withdrawn", actor=desk.principal.actor)
    await _tell(desk, row, contracts.CustomerNoticeWithdrawn)
    return row


async def read(desk: Desk, row_id: UUID) -> NoticeRow:
    """One notice.  Raises: NoticeNotFoundError."""
    return await keeping.notice(desk.session, row_id, desk.principal.companies)


async def page(
    desk: Desk, *, state: str | None, customer_id: UUID | None, before: UUID | None, limit: int
) -> Sequence[NoticeRow]:
    """Notices, newest first."""
    return await keeping.notices(
        desk.session, desk.principal.companies, state=state, customer_id=customer_id, before=before, limit=limit
    )


async def _take(desk: Desk, row_id: UUID, expected: int) -> NoticeRow:
    row = await keeping.notice(desk.session, row_id, [desk.principal.company], locked=True)
    if row.version != expected:
        raise StaleError("通知单已被他人修改，请重新读取后再操作。", params={"current_version": row.version})
    if row.state != NoticeState.ISSUED:
        raise NoticeEndedError("通知单已送达或已撤回。")
    row.version += 1
    return row


def _subject(row: NoticeRow) -> Subject:
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.kind,
    )


async def _tell(desk: Desk, row: NoticeRow, kind: type[contracts.NoticeSlipFact], **more: str) -> None:
    payload = kind.model_validate(
        {
            "notice_id": row.id,
            "number": row.number,
            "customer_id": row.customer_id,
            "kind": row.kind,
            "state": row.state,
            "tier": row.tier,
            "order_id": row.order_id,
            "occurred_at": desk.now,
            "routing": row.routing,
            **more,
        }
    )
    await desk.tell(payload, (SUBJECT, row.id, row.version), kind.TYPE, matter_id=row.matter_id)


async def ensure_readable(session: AsyncSession, principal: Principal, row_id: UUID) -> None:
    """The caller may read it.  Raises: NoticeNotFoundError."""
    await keeping.notice(session, row_id, principal.companies)


async def names_file(session: AsyncSession, file_id: UUID, companies: Sequence[str]) -> bool:
    """Whether a notice was delivered with the file as its proof."""
    return await looking.names_file(session, file_id, companies)
