"""The order of a re-inspection (复查), due when the hazard's follow-up is."""

from services.customer.orders.rules.states import OrderOrigin
from services.customer.orders.rules.taken import OrderTaken
from services.customer.orders.service.opening import open_order
from services.customer.safety.models import HazardRow
from services.customer.safety.service.desk import SafetyDesk
from shared.sla.promise import Subject


async def open_follow_up(desk: SafetyDesk, row: HazardRow, subject: Subject) -> None:
    """Open the order and name it on the hazard; the hazard's version is the caller's matter."""
    clocks = await desk.base.book.clocks(subject.type, subject.id)
    due = [one.deadline_at for one in clocks if one.metric == "follow_up" and one.deadline_at is not None]
    until = max(due, default=None)
    is_ahead = until is not None and until > desk.now
    taken = OrderTaken(
        company=row.company,
        work=desk.terms.work,
        summary=f"隐患复查 {row.number}",
        channel=desk.terms.channel,
        customer_id=row.customer_id,
        premises_id=row.premises_id,
        details={"is_follow_up": True},
        origin=OrderOrigin.FOLLOW_UP,
        origin_id=row.id,
        period_from=row.found_at if is_ahead else None,
        period_until=until if is_ahead else None,
        matter_id=row.matter_id,
    )
    order = await open_order(desk.base.session, desk.orders, taken, actor=desk.base.principal.actor, now=desk.now)
    row.follow_up_order_id = order.id
    row.follow_ups += 1
    await desk.base.session.flush()
