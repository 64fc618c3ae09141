"""On site: arrival with whom the promise asks for, entry, work, impediment and solution, leaders, progress."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.customer.orders.errors import PostMissingError, SolutionDueError
from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.repository import orders as repository
from services.customer.orders.rules import posts
from services.customer.orders.rules.posts import Demand
from services.customer.orders.rules.states import OrderAct
from services.customer.orders.service import clocks
from services.customer.orders.service.steps import OrderCall, OrderStep
from services.customer.policy_orders import OrderMetric, OrderStart
from shared.contracts.orders import OrderArrived, OrderAttended, OrderEntered


async def arrive(
    call: OrderCall,
    *,
    present_ids: Sequence[UUID],
    is_entered: bool,
    occurred_at: datetime | None,
    note: str | None,
) -> ServiceOrderRow:
    """Those who were sent are on site; counted only with the posts that the promise names.

    Raises: as `OrderStep.take`, StaffUnknownError, PostMissingError.
    """
    step = await OrderStep.take(call, OrderAct.ARRIVE, occurred_at=occurred_at)
    row = step.row
    step.ensure_staff("/present_ids", present_ids)
    present = [*row.assigned_ids, *present_ids] or [call.principal.staff_id]
    step.ensure_posts(performing(step), present, pointer="/present_ids")
    ensure_arranged(step)
    row.assigned_ids = list(dict.fromkeys(present))
    row.arrived_at = step.moment.occurred_at
    if is_entered and step.governing.work(row).needs_entry:
        await _mark_entry(step)
    await step.answer()
    if step.governing.chapter.orders.authority.metric and row.is_priority:
        await step.stop(step.governing.chapter.orders.authority.metric)
    if row.started_at is None:
        await step.run_from(OrderStart.WORK)
    return await step.finish(
        OrderArrived,
        note=note,
        said={"present_ids": [str(one) for one in row.assigned_ids], "is_repeat_entry": row.is_repeat_entry},
    )


def performing(step: OrderStep) -> list[Demand]:
    """Who must do the work; the emergency crew where it was drawn on."""
    chapter, row = step.governing.chapter, step.row
    helpers = chapter.orders.crews.emergency_posts if row.is_emergency_crew else ()
    return posts.performing(step.governing.work(row).performed_by, step.governing.commitments(row), substitutes=helpers)


def ensure_arranged(step: OrderStep) -> None:
    """Whoever must arrange the work did.  Raises: PostMissingError."""
    asked = posts.arranging(step.governing.commitments(step.row))
    if asked and step.row.arranged_by_id is None:
        raise PostMissingError.of("/arranged_by_id", asked, step.governing.post_names(asked))


async def enter(call: OrderCall, *, occurred_at: datetime | None, note: str | None) -> ServiceOrderRow:
    """The home was entered; recognised as repeated within the pack's window.  Raises: as `OrderStep.take`."""
    step = await OrderStep.take(call, OrderAct.ENTER, occurred_at=occurred_at)
    await _mark_entry(step)
    row = step.row
    return await step.finish(
        OrderEntered,
        note=note,
        said={"is_repeat_entry": row.is_repeat_entry},
        is_repeat_entry=row.is_repeat_entry,
        repeat_of_id=row.repeat_of_id,
    )


async def _mark_entry(step: OrderStep) -> None:
    row = step.row
    if row.entered_at is not None:
        return
    row.entered_at = step.moment.occurred_at
    if row.premises_id is None:
        return
    window = timedelta(days=step.governing.chapter.registry.repeat_entry_window_days)
    row.repeat_of_id = await repository.entered_before(
        step.call.session, row, since=row.entered_at - window, until=row.entered_at
    )
    row.is_repeat_entry = row.repeat_of_id is not None


async def start(call: OrderCall, *, occurred_at: datetime | None, note: str | None) -> ServiceOrderRow:
    """The work began, or goes on after an impediment.  Raises: as `OrderStep.take`."""
    step = await OrderStep.take(call, OrderAct.START, occurred_at=occurred_at)
    step.row.started_at = step.row.started_at or step.moment.occurred_at
    return await step.finish(note=note)


async def attend(
    call: OrderCall, *, present_ids: Sequence[UUID], occurred_at: datetime | None, note: str | None
) -> ServiceOrderRow:
    """Leaders are at the scene; the promise is kept when every post that it names was there.

    Raises: as `OrderStep.take`, StaffUnknownError, PostMissingError when none of them holds a post that is awaited.
    """
    step = await OrderStep.take(call, OrderAct.ATTEND, occurred_at=occurred_at)
    row = step.row
    people = tuple(present_ids) or (call.principal.staff_id,)
    step.ensure_staff("/present_ids", people)
    asked = posts.attending(step.governing.commitments(row))
    missing = set(Demand(all_of=asked).missing(people, step.holders))
    came = [post for post in asked if post not in missing]
    if asked and not came:
        raise PostMissingError.of("/present_ids", asked, step.governing.post_names(asked))
    row.attended_posts = list(dict.fromkeys([*row.attended_posts, *came]))
    row.led_by_ids = list(dict.fromkeys([*row.led_by_ids, *people]))
    still = [post for post in asked if post not in row.attended_posts]
    if not still:
        row.attended_at = row.attended_at or step.moment.occurred_at
        await step.stop(OrderMetric.ATTENDANCE.value)
    return await step.finish(
        OrderAttended, note=note, said={"posts": came, "missing": still}, posts=came, missing_posts=still
    )


async def impede(call: OrderCall, *, reason: str, occurred_at: datetime | None) -> ServiceOrderRow:
    """Meter or technique prevents the work; a solution is owed from now on.  Raises: as `OrderStep.take`."""
    step = await OrderStep.take(call, OrderAct.IMPEDE, occurred_at=occurred_at)
    is_first = step.row.impeded_at is None
    step.row.impeded_at = step.row.impeded_at or step.moment.occurred_at
    if is_first:
        await step.run_from(OrderStart.IMPEDIMENT)
    return await step.finish(note=reason)


async def name_solution(
    call: OrderCall, *, solution: str, due_at: datetime, occurred_at: datetime | None
) -> ServiceOrderRow:
    """Name the solution and its limit; the limit becomes a clock.  Raises: as `OrderStep.take`, SolutionDueError."""
    step = await OrderStep.take(call, OrderAct.NAME_SOLUTION, occurred_at=occurred_at)
    if due_at <= call.now:
        raise SolutionDueError.at_pointer("/due_at")
    row = step.row
    row.solution_named_at, row.solution_due_at = step.moment.occurred_at, due_at
    await step.answer()
    await step.book.cancel(clocks.subject_of(row), [OrderMetric.SOLUTION_DUE.value], reason="solution_renewed")
    await step.run_from(OrderStart.SOLUTION_NAMED)
    return await step.finish(note=solution, said={"due_at": due_at.isoformat()})


async def tell_progress(call: OrderCall, *, note: str, occurred_at: datetime | None) -> ServiceOrderRow:
    """Tell the customer how the work goes on; the next telling is owed from then.  Raises: as `OrderStep.take`."""
    step = await OrderStep.take(call, OrderAct.PROGRESS, occurred_at=occurred_at)
    row = step.row
    row.progress_told_at = step.moment.occurred_at
    await step.book.stop(
        clocks.subject_of(row),
        OrderMetric.PROGRESS.value,
        occurred_at=step.moment.judged_at,
        actor=step.actor,
        restart=step.governing.recurring(row, OrderMetric.PROGRESS),
    )
    return await step.finish(note=note)
