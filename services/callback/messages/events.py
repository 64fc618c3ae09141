"""Message and opt-out → contract facts."""

from datetime import datetime
from uuid import UUID

from services.callback.messages.models import MessageRow, OptOutRow
from services.callback.messages.rules import MessageState
from shared.contracts.base import EventPayload
from shared.contracts.callback_care import (
    MessageDelivered,
    MessageFact,
    MessageFailed,
    MessageSent,
    MessageSuppressed,
    OptOutFact,
)
from shared.events.fact import Fact

_KINDS: dict[str, type[MessageFact]] = {
    MessageState.SENT: MessageSent,
    MessageState.DELIVERED: MessageDelivered,
    MessageState.REFUSED: MessageFailed,
    MessageState.FAILED: MessageFailed,
    MessageState.SUPPRESSED: MessageSuppressed,
}


def moved(row: MessageRow, now: datetime) -> Fact | None:
    """The fact of the state that the message has come to; None for a state that is nobody else's business."""
    kind = _KINDS.get(row.state)
    if kind is None:
        return None
    payload = kind(
        message_id=row.id,
        customer_id=row.customer_id,
        purpose=row.purpose,
        template=row.template,
        template_version=row.template_version,
        source=row.source,
        source_id=row.source_id,
        state=row.state,
        reason=row.reason,
        attempts=row.attempts,
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(payload, "message", row.company, row.id, row.version, row.matter_id, now)


def said(row: OptOutRow, kind: type[OptOutFact], source: str, now: datetime) -> Fact:
    """`callback.opt_out_…`."""
    payload = kind(opt_out_id=row.id, customer_id=row.customer_id, purpose=row.purpose, source=source, occurred_at=now)
    return _fact(payload, "opt_out", row.company, row.id, row.version, None, now)


def _fact(
    payload: EventPayload,
    aggregate: str,
    company: str,
    aggregate_id: UUID,
    version: int,
    matter_id: UUID | None,
    now: datetime,
) -> Fact:
    return Fact(
        payload=payload,
        company=company,
        aggregate_type=aggregate,
        aggregate_id=aggregate_id,
        aggregate_version=version,
        time=now,
        matter_id=matter_id,
    )
