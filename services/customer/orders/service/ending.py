"""Waiting by the pack's reasons, and giving an order up."""

from datetime import datetime

from services.customer.orders.errors import OrderCodeUnknownError
from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.rules.states import OrderAct
from services.customer.orders.service import clocks
from services.customer.orders.service.steps import OrderCall, OrderStep
from shared.contracts.orders import OrderCancelled


async def pause(call: OrderCall, *, reason: str, until: datetime | None, note: str | None) -> ServiceOrderRow:
    """Let the clocks that may wait for this reason wait.  Raises: as `OrderStep.take`, and as `ClockBook.pause`."""
    step = await OrderStep.take(call, OrderAct.PAUSE)
    if reason not in step.governing.chapter.pauses:
        raise OrderCodeUnknownError.at_pointer("/reason", field="reason")
    await step.book.pause(clocks.subject_of(step.row), reason=reason, until=until, actor=step.actor)
    step.row.pause_reason, step.row.paused_until = reason, until
    return await step.finish(note=note, said={"pause": reason})


async def resume(call: OrderCall, *, note: str | None) -> ServiceOrderRow:
    """Let them count again.  Raises: as `OrderStep.take`, ClockNotOpenError."""
    step = await OrderStep.take(call, OrderAct.RESUME)
    await step.book.resume(clocks.subject_of(step.row), actor=step.actor)
    step.row.pause_reason = step.row.paused_until = None
    return await step.finish(note=note)


async def cancel(call: OrderCall, *, reason: str, note: str | None) -> ServiceOrderRow:
    """The work will not be done; its clocks end, verdicts stay.  Raises: as `OrderStep.take`, OrderCodeUnknownError."""
    step = await OrderStep.take(call, OrderAct.CANCEL)
    if reason not in step.governing.chapter.orders.cancel_reasons:
        raise OrderCodeUnknownError.at_pointer("/reason", field="reason")
    row = step.row
    row.cancelled_at, row.cancel_reason = call.now, reason
    await step.book.cancel(clocks.subject_of(row), reason="order_cancelled", actor=step.actor)
    return await step.finish(OrderCancelled, note=note, said={"cancel": reason}, reason=reason)
