"""After the work: completion, the customer's confirmation, acceptance, report, close."""

from collections.abc import Sequence
from datetime import datetime

from services.customer.orders import events
from services.customer.orders.errors import DoneMissingError, PostMissingError
from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.rules import posts
from services.customer.orders.rules.details import result_of
from services.customer.orders.rules.states import (
    OrderAct,
    before_completion,
    ensure_passed,
    passed_stages,
)
from services.customer.orders.rules.taken import Completion
from services.customer.orders.service import clocks
from services.customer.orders.service.steps import OrderCall, OrderStep
from services.customer.orders.service.working import ensure_arranged, performing
from services.customer.policy_orders import OrderMetric, OrderStart
from shared.contracts.orders import OrderAccepted, OrderClosed, OrderConfirmed, OrderReported

_TIMES = ("dispatched_at", "arrived_at", "completed_at", "confirmed_at", "accepted_at", "reported_at")


async def complete(call: OrderCall, said: Completion, *, occurred_at: datetime | None) -> ServiceOrderRow:
    """The work is done: everything that the promises name is, by whom they name.

    Raises: as `OrderStep.take`, StageMissingError, DetailsInvalidError, DoneMissingError, StaffUnknownError,
    PostMissingError.
    """
    step = await OrderStep.take(call, OrderAct.COMPLETE, occurred_at=occurred_at)
    row, governing = step.row, step.governing
    work, commitments = governing.work(row), governing.commitments(row)
    ensure_passed(step.act, before_completion(work.path), passed_stages(times_of(row)))
    step.ensure_staff("/present_ids", said.present_ids)
    present = [*row.assigned_ids, *said.present_ids] or [call.principal.staff_id]
    step.ensure_posts(performing(step), present, pointer="/present_ids")
    ensure_arranged(step)
    is_missed = _attendance_missed(step, said.attendance_missed_reason)
    row.result = result_of(work.form, said.result)
    row.done = _done(posts.to_be_done(commitments), said.done)
    row.assigned_ids = list(dict.fromkeys(present))
    row.completed_at = step.moment.occurred_at
    await _answer_all(step)
    note = said.attendance_missed_reason if is_missed else said.note
    at = step.moment.occurred_at
    return await step.finish(
        note=note,
        said={"is_attendance_missed": True} if is_missed else {},
        fact=lambda: events.completed(row, call.now, at=at, is_attendance_missed=is_missed),
    )


async def _answer_all(step: OrderStep) -> None:
    row = step.row
    await step.answer()
    await step.stop(step.governing.chapter.orders.authority.metric)
    if row.arrived_at is None:
        await step.stop(OrderMetric.ARRIVAL.value)
    await step.book.cancel(clocks.subject_of(row), [OrderMetric.PROGRESS.value], reason="completed")
    await step.run_from(OrderStart.COMPLETION)


def _attendance_missed(step: OrderStep, reason: str | None) -> bool:
    """Leaders who had to come and did not: said by name, their promise stays to be breached."""
    asked = posts.attending(step.governing.commitments(step.row))
    missing = [post for post in asked if post not in step.row.attended_posts]
    if missing and not reason:
        names = step.governing.post_names(missing)
        raise PostMissingError.of("/attendance_missed_reason", missing, names)
    return bool(missing)


def _done(needed: Sequence[str], done: Sequence[str]) -> list[str]:
    missing = [line for line in needed if line not in done]
    if missing:
        raise DoneMissingError.at_pointer("/done", lines="、".join(missing))
    return list(dict.fromkeys(done))


def times_of(row: ServiceOrderRow) -> dict[str, datetime | None]:
    """The times that tell which stages lie behind the order."""
    return {name: getattr(row, name) for name in _TIMES}


async def confirm(call: OrderCall, *, occurred_at: datetime | None, note: str | None) -> ServiceOrderRow:
    """The customer confirmed the work.  Raises: as `OrderStep.take`."""
    step = await OrderStep.take(call, OrderAct.CONFIRM, occurred_at=occurred_at)
    step.row.confirmed_at = step.moment.occurred_at
    await step.answer()
    return await step.finish(OrderConfirmed, note=note)


async def invite(call: OrderCall, *, occurred_at: datetime | None, note: str | None) -> ServiceOrderRow:
    """The customer is invited to accept; meets `acceptance`.  Raises: as `OrderStep.take`."""
    step = await OrderStep.take(call, OrderAct.INVITE, occurred_at=occurred_at)
    step.row.acceptance_invited_at = step.moment.occurred_at
    await step.answer()
    return await step.finish(note=note)


async def accept(call: OrderCall, *, occurred_at: datetime | None, note: str | None) -> ServiceOrderRow:
    """The customer accepted; what is promised from then runs.  Raises: as `OrderStep.take`, StageMissingError."""
    step = await OrderStep.take(call, OrderAct.ACCEPT, occurred_at=occurred_at)
    step.row.accepted_at = step.moment.occurred_at
    step.row.confirmed_at = step.row.confirmed_at or step.moment.occurred_at
    await step.answer()
    await step.run_from(OrderStart.ACCEPTANCE)
    return await step.finish(OrderAccepted, note=note)


async def report(call: OrderCall, *, summary: str, occurred_at: datetime | None) -> ServiceOrderRow:
    """The service report or summary is made.  Raises: as `OrderStep.take`."""
    step = await OrderStep.take(call, OrderAct.REPORT, occurred_at=occurred_at)
    step.row.reported_at = step.moment.occurred_at
    await step.answer()
    return await step.finish(OrderReported, note=summary)


async def close(call: OrderCall, *, note: str | None) -> ServiceOrderRow:
    """Nothing is left to do.  Raises: as `OrderStep.take`, StageMissingError."""
    step = await OrderStep.take(call, OrderAct.CLOSE)
    row = step.row
    ensure_passed(step.act, step.governing.stages(row), passed_stages(times_of(row)))
    row.closed_at = call.now
    return await step.finish(OrderClosed, note=note)
