"""What becomes known of a contact after it was recorded."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.customer.contacts.errors import (
    ContactJudgedError,
    ContactTimesError,
    StandardAnswerMissingError,
    UnknownContactCodeError,
)
from services.customer.contacts.models import ContactRow
from services.customer.contacts.repository import answers, keeping
from services.customer.contacts.rules import broken_delivery, broken_times, outcome_of, ring_seconds
from services.customer.contacts.service.work import Desk
from shared.contracts.base import Routing
from shared.contracts.interactions import CustomerContactUpdated
from shared.errors import FieldError, StaleError


async def update(desk: Desk, contact_id: UUID, changes: Mapping[str, Any], *, expected: int) -> ContactRow:
    """Set what is known now.

    Raises: ContactNotFoundError, StaleError, ContactTimesError, ContactCustomerNotFoundError, UnknownContactCodeError,
    ContactJudgedError, StandardAnswerMissingError.
    """
    row = await keeping.contact(desk.session, contact_id, desk.scope, locked=True)
    if row.version != expected:
        raise StaleError("联系记录已被他人修改，请重新读取后再操作。", params={"current_version": row.version})
    if "is_resolved" in changes and row.judged_at is not None and changes["is_resolved"] != row.is_resolved:
        raise ContactJudgedError("统计窗口已过，首次解决已判定。")
    if changes.get("customer_id") is not None:
        await desk.customer(changes["customer_id"])
    if changes.get("topic") is not None and changes["topic"] not in desk.terms.standard_answers.topics:
        raise UnknownContactCodeError.at("/topic")
    for name, value in changes.items():
        setattr(row, name, value)
    _ensure_sound(row, desk)
    if "ring_seconds" not in changes:
        row.ring_seconds = row.ring_seconds or ring_seconds(row.started_at, row.answered_at, row.ended_at)
    if "answered_at" in changes or "ended_at" in changes:
        row.outcome = outcome_of(row.answered_at, row.ended_at).value
    if row.is_resolved and "is_resolved" in changes:
        await _ensure_answered(desk, row)
    row.version += 1
    payload = CustomerContactUpdated(
        contact_id=row.id,
        customer_id=row.customer_id,
        channel=row.channel,
        direction=row.direction,
        outcome=row.outcome,
        topic=row.topic,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        ring_seconds=row.ring_seconds,
        is_resolved=row.is_resolved,
        routing=Routing(owner_id=row.staff_id),
    )
    await desk.tell(payload, ("contact", row.id, row.version), "customer.contact_updated", matter_id=row.matter_id)
    return row


def _ensure_sound(row: ContactRow, desk: Desk) -> None:
    broken = broken_times(row.started_at, row.answered_at, row.ended_at, now=desk.now)
    broken += broken_delivery(row.channel, row.direction, row.delivery)
    if broken:
        raise ContactTimesError("请核对时间", tuple(FieldError(*one) for one in broken))


async def _ensure_answered(desk: Desk, row: ContactRow) -> None:
    """Tiers served by the standard answers: a consultation is settled with one on record."""
    terms = desk.terms.standard_answers
    topic = terms.topics.get(row.topic or "")
    if topic is None or not topic.is_consultation or row.customer_id is None:
        return
    _, tier = await desk.customer(row.customer_id)
    if tier in terms.tiers and not await answers.is_used(desk.session, row.id):
        raise StandardAnswerMissingError.at_resolved()
