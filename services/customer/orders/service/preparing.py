"""Before anybody comes: the customer answered, a time agreed, the site ready, the gas-on order given."""

from datetime import datetime

from services.customer.orders.errors import AlreadySetError
from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.rules.states import OrderAct
from services.customer.orders.service import clocks
from services.customer.orders.service.opening import check_appointment
from services.customer.orders.service.steps import OrderCall, OrderStep
from services.customer.policy_orders import OrderStart
from shared.contracts.orders import OrderAppointed


async def acknowledge(call: OrderCall, *, occurred_at: datetime | None, note: str | None) -> ServiceOrderRow:
    """The customer was answered; meets `response`.  Raises: as `OrderStep.take`."""
    step = await OrderStep.take(call, OrderAct.ACKNOWLEDGE, occurred_at=occurred_at)
    step.row.acknowledged_at = step.row.acknowledged_at or step.moment.occurred_at
    await step.answer()
    return await step.finish(note=note)


async def appoint(
    call: OrderCall, *, since: datetime, until: datetime, occurred_at: datetime | None, note: str | None
) -> ServiceOrderRow:
    """Agree a time with the customer; it replaces the limit of arrival where the promise says so.

    Raises: as `OrderStep.take`, AppointmentError.
    """
    step = await OrderStep.take(call, OrderAct.APPOINT, occurred_at=occurred_at)
    check_appointment(since, until, now=call.now)
    row = step.row
    row.appointment_from, row.appointment_until = since, until
    row.acknowledged_at = row.acknowledged_at or step.moment.occurred_at
    await step.answer()
    await clocks.appoint(step.book, row, step.governing, now=call.now)
    return await step.finish(
        OrderAppointed,
        note=note,
        said={"from": since.isoformat(), "until": until.isoformat()},
        appointment_from=since,
        appointment_until=until,
    )


async def mark_ready(call: OrderCall, *, occurred_at: datetime | None, note: str | None) -> ServiceOrderRow:
    """The site is installable; what is promised from then runs.  Raises: as `OrderStep.take`, AlreadySetError."""
    step = await OrderStep.take(call, OrderAct.MARK_READY, occurred_at=occurred_at)
    if step.row.ready_at is not None:
        raise AlreadySetError("已登记具备安装条件的时间。")
    step.row.ready_at = step.moment.occurred_at
    await step.run_from(OrderStart.READY)
    return await step.finish(note=note)


async def order_gas_on(call: OrderCall, *, occurred_at: datetime | None, note: str | None) -> ServiceOrderRow:
    """The market department ordered the gas on.  Raises: as `OrderStep.take`, AlreadySetError."""
    step = await OrderStep.take(call, OrderAct.ORDER_GAS_ON, occurred_at=occurred_at)
    if step.row.department_order_at is not None:
        raise AlreadySetError("已登记通气单下达时间。")
    step.row.department_order_at = step.moment.occurred_at
    await step.run_from(OrderStart.DEPARTMENT_ORDER)
    return await step.finish(note=note)
