"""Sending somebody: a person or a crew with room, the emergency crew where crews are full and the tier draws on it."""

from uuid import UUID

from services.customer.orders.errors import CrewFullError, NobodyAssignedError, NobodyToSendError, OrderCodeUnknownError
from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.repository import orders as repository
from services.customer.orders.rules import posts
from services.customer.orders.rules.states import OrderAct
from services.customer.orders.rules.taken import DispatchTo
from services.customer.orders.service import clocks
from services.customer.orders.service.steps import OrderCall, OrderStep
from shared.contracts.orders import OrderDispatched


async def dispatch(call: OrderCall, to: DispatchTo, *, note: str | None) -> ServiceOrderRow:
    """Send people or a team; may be repeated until they came.

    Raises: as `OrderStep.take`, NobodyAssignedError, StaffUnknownError, OrderCodeUnknownError, PostMissingError,
    CrewFullError, NobodyToSendError.
    """
    step = await OrderStep.take(call, OrderAct.DISPATCH)
    row, crews = step.row, step.governing.chapter.orders.crews
    _check(step, to)
    team = to.team or _team_of(step, to.assigned_ids) or row.team
    full_team = await _full(step, team) if team else None
    row.assigned_ids, row.team, row.is_emergency_crew = list(to.assigned_ids), team, False
    if full_team is not None and not row.is_emergency:
        if not step.governing.is_emergency_crew_drawn_on(row.tier):
            raise CrewFullError.of(full_team, crews.room_of(full_team))
        chosen = await _emergency_crew(step)
        member = step.staff.get(chosen)
        row.assigned_ids, row.is_emergency_crew = [chosen], True
        row.team = member.team if member else None
    row.led_by_ids = list(to.led_by_ids)
    row.arranged_by_id = to.arranged_by_id or row.arranged_by_id
    row.owner_id = row.assigned_ids[0] if row.assigned_ids else None
    row.dispatched_at = call.now
    await step.book.transfer(clocks.subject_of(row), row.routing, actor=step.actor)
    return await step.finish(
        OrderDispatched,
        note=note,
        said={
            "assigned_ids": [str(one) for one in row.assigned_ids],
            "team": row.team,
            "is_emergency_crew": row.is_emergency_crew,
            "full_team": full_team,
        },
        is_emergency_crew=row.is_emergency_crew,
        full_team=full_team,
    )


def _check(step: OrderStep, to: DispatchTo) -> None:
    if not to.assigned_ids and to.team is None:
        raise NobodyAssignedError.at_pointer("/assigned_ids")
    if to.team is not None and to.team not in step.governing.policy.common.teams:
        raise OrderCodeUnknownError.at_pointer("/team", field="team")
    step.ensure_staff("/assigned_ids", to.assigned_ids)
    step.ensure_staff("/led_by_ids", to.led_by_ids)
    if to.arranged_by_id is None:
        return
    step.ensure_staff("/arranged_by_id", [to.arranged_by_id])
    asked = posts.arranging(step.governing.commitments(step.row))
    step.ensure_posts([posts.Demand(all_of=asked)], [to.arranged_by_id], pointer="/arranged_by_id")


def _team_of(step: OrderStep, assigned_ids: tuple[UUID, ...]) -> str | None:
    members = (step.staff.get(one) for one in assigned_ids)
    return next((member.team for member in members if member is not None and member.team), None)


async def _full(step: OrderStep, team: str) -> str | None:
    """The team, if it has no room for another order; held until this transaction ends."""
    row, session = step.row, step.call.session
    await repository.hold_crew(session, row.company, team)
    busy = await repository.under_way(session, row.company, team, but=row.id)
    return team if busy >= step.governing.chapter.orders.crews.room_of(team) else None


async def _emergency_crew(step: OrderStep) -> UUID:
    """The least burdened of the emergency crew at work.  Raises: NobodyToSendError."""
    row, today = step.row, step.call.now.date()
    for post in step.governing.chapter.orders.crews.emergency_posts:
        people = step.staff.holders(row.company, post, today)
        if people:
            loads = await repository.loads(step.call.session, row.company, people)
            return min(people, key=lambda one: (loads.get(one, 0), one))
    raise NobodyToSendError("班组已满负荷，且抢险班组无人在岗。")
