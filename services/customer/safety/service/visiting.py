"""A visit: entered, not at home, refused; what it finds, and when to try again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.rules.states import OrderOrigin
from services.customer.orders.service import reading as order_reading
from services.customer.orders.service import working
from services.customer.orders.service.steps import OrderCall
from services.customer.safety import events
from services.customer.safety.errors import SafetyPlaceError, VisitInvalidError
from services.customer.safety.models import HazardRow, InspectionRow
from services.customer.safety.repository import hazards as hazard_repository
from services.customer.safety.repository import plans, visits
from services.customer.safety.rules import NextAttempt, Outcome, Visit, attempt_rule, broken_visit, next_attempt
from services.customer.safety.service import finding
from services.customer.safety.service.desk import SafetyDesk
from shared.contracts.base import Routing
from shared.contracts.safety import CustomerHomeInspected
from shared.ids import human_number

SUBJECT = "safety_inspection"
NUMBER_KIND = "AJ"
_OVER = frozenset({"cancelled", "closed"})


async def record_visit(desk: SafetyDesk, row_id: UUID, visit: Visit) -> InspectionRow:
    """Record a visit with its hazards: counts for the plans, marks the order's entry, computes the next attempt.

    Raises: OrderNotFoundError, SafetyPlaceError, SafetyStaffError, VisitInvalidError, HazardInvalidError, ProofError,
    HazardKnownError, OrderStepNotAllowedError, OccurredBeforeOrderError.
    """
    session, order = desk.base.session, await _order(desk, visit)
    home, premises_id = await _place(desk, visit, order)
    desk.ensure_staff(visit.present_ids, "/present_ids")
    await desk.ensure_files(visit.file_ids, "/file_ids")
    await visits.hold_home(session, home.id)
    known = await hazard_repository.open_at(session, desk.company, premises_id) if premises_id else []
    kinds = {one.kind for one in known}
    if broken := broken_visit(visit, desk.terms, customer_class=home.customer_class, now=desk.now, known=kinds):
        raise VisitInvalidError.of(broken)
    await finding.ensure_acceptable(desk, visit.hazards, home.id, premises_id)
    attempt, following = await _attempt(desk, visit, home.id, premises_id)
    if visit.outcome is Outcome.ENTERED and order is not None and order.entered_at is None:
        await _mark_entry(desk, order, visit)
    row = await _row(desk, row_id, visit, order, home, premises_id)
    row.attempt, row.next_attempt_on, row.is_exhausted = attempt, following.on, following.is_exhausted
    await visits.add(session, row)
    await visits.follow(session, row)
    await _hazards(desk, row, visit, known)
    await _fulfil(desk, row)
    await _tell(desk, row)
    return row


async def _place(desk: SafetyDesk, visit: Visit, order: ServiceOrderRow | None) -> tuple[Any, UUID | None]:
    """The customer and the premises meant, by the visit or its order.  Raises: SafetyPlaceError."""
    session, customer_id = desk.base.session, visit.customer_id or (order.customer_id if order else None)
    if customer_id is None or (order is not None and order.customer_id != customer_id):
        raise SafetyPlaceError.at("/customer_id", "须指明客户，且与工单一致")
    home = await visits.home(session, desk.company, customer_id)
    if home is None:
        raise SafetyPlaceError.at("/customer_id", "没有这个客户，或已合并、撤销")
    wanted = visit.premises_id or (order.premises_id if order else None)
    premises_id = await visits.premises(session, desk.company, customer_id, wanted)
    if premises_id is None and (visit.premises_id or visit.hazards):
        raise SafetyPlaceError.at("/premises_id", "没有这个用气地址，或不属于该客户")
    return home, premises_id


async def _row(
    desk: SafetyDesk,
    row_id: UUID,
    visit: Visit,
    order: ServiceOrderRow | None,
    home: Any,
    premises_id: UUID | None,
) -> InspectionRow:
    present = list(dict.fromkeys((desk.base.principal.staff_id, *visit.present_ids)))
    return InspectionRow(
        id=row_id,
        company=desk.company,
        number=human_number(NUMBER_KIND, desk.civil(desk.now), await visits.next_number(desk.base.session)),
        customer_id=home.id,
        premises_id=premises_id,
        order_id=visit.order_id,
        plan_id=_origin(order, OrderOrigin.PLAN),
        hazard_id=_origin(order, OrderOrigin.FOLLOW_UP),
        outcome=visit.outcome.value,
        visited_at=visit.visited_at,
        visited_by=desk.base.principal.staff_id,
        present_ids=present,
        is_led=await _is_led(desk, visit, home.id, present),
        is_notice_left=visit.is_notice_left,
        is_followed=False,
        checks={code: result.value for code, result in visit.checks.items()},
        equipment_checked=visit.equipment_checked,
        hazards_found=0,
        hazards_seen_again=0,
        tier=home.tier,
        note=visit.note,
        file_ids=list(visit.file_ids),
        matter_id=order.matter_id if order else row_id,
        policy_pack=desk.base.policy.pack,
        policy_version=desk.base.version,
        recorded_by=desk.base.principal.staff_id,
        recorded_at=desk.now,
        version=1,
    )


async def _order(desk: SafetyDesk, visit: Visit) -> ServiceOrderRow | None:
    if visit.order_id is None:
        return None
    scope = desk.base.principal.scope(order_reading.READ)
    order = await order_reading.get(desk.base.session, visit.order_id, scope)
    if order.work != desk.terms.work or order.state in _OVER:
        raise SafetyPlaceError.at("/order_id", "不是安检工单，或已办结、撤销")
    return order


def _origin(order: ServiceOrderRow | None, origin: OrderOrigin) -> UUID | None:
    return order.origin_id if order is not None and order.origin == origin.value else None


async def _mark_entry(desk: SafetyDesk, order: ServiceOrderRow, visit: Visit) -> None:
    """The entry is the order's too: repeated entries are recognised there."""
    base = desk.base
    scope = base.principal.scope(order_reading.READ)
    call = OrderCall(base.session, desk.orders, base.principal, scope, order.id, order.version, desk.now)
    await working.enter(call, occurred_at=visit.visited_at, note=None)


async def _attempt(
    desk: SafetyDesk, visit: Visit, customer_id: UUID, premises_id: UUID | None
) -> tuple[int, NextAttempt]:
    earlier, of_outcome = await visits.attempts(
        desk.base.session,
        desk.company,
        customer_id,
        premises_id,
        visit.outcome.value,
        since=visit.visited_at - timedelta(days=desk.terms.attempts_window_days),
        until=visit.visited_at,
    )
    rule = attempt_rule(desk.terms, visit.outcome)
    if rule is None:
        return earlier + 1, NextAttempt(None, is_exhausted=False)
    following = next_attempt(rule, of_outcome=of_outcome + 1, visited_on=desk.civil(visit.visited_at))
    return earlier + 1, following


async def _is_led(desk: SafetyDesk, visit: Visit, customer_id: UUID, present: Sequence[UUID]) -> bool:
    led = await plans.led_of(desk.base.session, desk.company, customer_id, visit.visited_at)
    return any(desk.is_present((*one.led_by, *one.performed_by), present) for one in led)


async def _hazards(desk: SafetyDesk, row: InspectionRow, visit: Visit, known: Sequence[HazardRow]) -> None:
    open_by_place = {(one.kind, one.equipment_id): one for one in known}
    for found in visit.hazards:
        again = open_by_place.get((found.kind, found.equipment_id))
        if again is not None:
            await finding.see_again(desk, again, row)
            row.hazards_seen_again += 1
            continue
        if row.premises_id is not None:
            await finding.find(desk, found, row, row.premises_id)
        row.hazards_found += 1


async def _fulfil(desk: SafetyDesk, row: InspectionRow) -> None:
    await plans.fulfil(
        desk.base.session,
        row.company,
        row.customer_id,
        inspection_id=row.id,
        outcome=row.outcome,
        at=row.visited_at,
        order_id=row.order_id,
        plan_id=row.plan_id,
        is_led=row.is_led,
        is_exhausted=row.is_exhausted,
        next_on=row.next_attempt_on,
    )


async def _tell(desk: SafetyDesk, row: InspectionRow) -> None:
    principal = desk.base.principal
    routing = Routing(owner_id=principal.staff_id, team=principal.team, department=desk.terms.department, posts=[])
    aggregate: tuple[str, UUID, Any] = (SUBJECT, row.id, row.version)
    payload = events.inspected(row, routing)
    await desk.base.tell(payload, aggregate, CustomerHomeInspected.TYPE, matter_id=row.matter_id)
