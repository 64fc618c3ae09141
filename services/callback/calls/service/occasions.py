"""Facts of other services after which a customer may be called back, as candidates of the draw."""

from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from services.callback.calls.service.drawing import Candidate
from services.callback.policy_calls import Occasion
from shared.contracts.complaint import ComplaintClosed
from shared.contracts.customer import CustomerOrderCompleted
from shared.contracts.registry import CustomerAccountOpened

DONE = "done"
"""Of what is done once."""


def of_order(said: CustomerOrderCompleted, event_id: UUID, matter_id: UUID | None) -> Candidate:
    """A completed service order; who worked on it never calls."""
    return Candidate(
        occasion=Occasion.ORDER_COMPLETED,
        code=said.work,
        subject_type="order",
        subject_id=said.order_id,
        key=DONE,
        customer_id=said.customer_id,
        occurred_at=said.completed_at,
        tier=said.tier,
        subject_number=said.number,
        work=said.work,
        staff_ids=tuple(said.staff_ids),
        matter_id=matter_id or said.order_id,
        event_id=event_id,
    )


def of_case(said: ComplaintClosed, event_id: UUID, matter_id: UUID | None) -> Candidate | None:
    """A closed case, each cycle for itself; its owner never calls.

    None without a known customer: an anonymous complainant is not to be recognised, and a number is only to be had of
    the customer (design.md 6).
    """
    if said.customer_id is None:
        return None
    owner_id = said.routing.owner_id
    return Candidate(
        occasion=Occasion.COMPLAINT_CLOSED,
        code=said.kind,
        subject_type="complaint",
        subject_id=said.complaint_id,
        key=str(said.cycle),
        customer_id=said.customer_id,
        occurred_at=said.occurred_at,
        tier=said.tier,
        subject_number=said.number,
        work=said.category,
        cycle=said.cycle,
        staff_ids=(owner_id,) if owner_id else (),
        matter_id=matter_id or said.complaint_id,
        event_id=event_id,
    )


def of_account(said: CustomerAccountOpened, event_id: UUID, at: datetime, matter_id: UUID | None) -> Candidate:
    """An opened account; the date is the event's, the time that at which it was told, if on the same day."""
    zone = ZoneInfo("Asia/Shanghai")
    is_told_later = at.astimezone(zone).date() > said.opened_on
    occurred_at = datetime.combine(said.opened_on, time(23, 59), tzinfo=zone).astimezone(UTC) if is_told_later else at
    return Candidate(
        occasion=Occasion.ACCOUNT_OPENED,
        code=None,
        subject_type="account",
        subject_id=said.customer_id,
        key=said.opened_on.isoformat(),
        customer_id=said.customer_id,
        occurred_at=occurred_at,
        tier=said.tier,
        matter_id=matter_id,
        event_id=event_id,
    )
