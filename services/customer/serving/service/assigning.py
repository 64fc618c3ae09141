"""People are assigned to serve a customer, confirmed by a second person where the pack says so, replaced and ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy_serving import Wanted
from services.customer.registry.models import CustomerRow
from services.customer.registry.service import changing
from services.customer.serving import events
from services.customer.serving.errors import (
    AgentOverloadedError,
    AssignmentFourEyesError,
    AssignmentNotOpenError,
    AssignmentPostError,
    AssignmentStaleError,
    SlotFilledError,
    SlotUnknownError,
    StaffAmbiguousError,
    StaffUnfitError,
)
from services.customer.serving.models import AssignmentRow
from services.customer.serving.repository import assignments as repository
from services.customer.serving.rules import AssignmentState
from services.customer.serving.service.terms import ServingTerms
from shared.access.principal import Principal
from shared.access.staff_book import StaffBook
from shared.audit.trail import record
from shared.events import outbox


@dataclass(frozen=True, slots=True)
class ServingCall:
    """Who assigns, by which pack and directory, when."""

    session: AsyncSession
    principal: Principal
    terms: ServingTerms
    staff: StaffBook
    now: datetime
    today: date


async def assign(
    call: ServingCall,
    customer_id: UUID,
    assignment_id: UUID,
    *,
    slot: str,
    staff_id: UUID | None,
    reason: str,
) -> AssignmentRow:
    """Assign a person to a place of a customer's team; without a name, the only holder of the post.

    Raises: AssignmentPostError, CustomerNotFoundError, SlotUnknownError, StaffUnfitError, StaffAmbiguousError,
    SlotFilledError, AlreadyAssignedError, AgentOverloadedError.
    """
    _ensure_assigner(call)
    customer = await changing.locked(call.session, customer_id, call.principal.companies)
    wanted = _place(call, customer, slot)
    chosen = staff_id or _only_holder(call, customer, wanted)
    _ensure_fit(call, customer, wanted, chosen)
    held = [one for one in await repository.standing(call.session, customer_id) if one.slot == slot]
    if wanted.at_most is not None and len(held) >= wanted.at_most:
        raise SlotFilledError(f"“{wanted.name}”最多{wanted.at_most}人，请更换现有人员", params={"slot": slot})
    return await _open(call, customer, wanted, assignment_id, chosen, reason, replaces=None)


async def replace(
    call: ServingCall, old_id: UUID, new_assignment_id: UUID, *, staff_id: UUID, reason: str, expected: int
) -> AssignmentRow:
    """Put somebody else in the place of one who serves; where a second person confirms, the old one stays until then.

    Raises: as `end` and `assign`, but SlotFilledError.
    """
    _ensure_assigner(call)
    old, customer = await _take(call, old_id, expected)
    if old.state != AssignmentState.ACTIVE:
        raise AssignmentNotOpenError("只有生效中的指派可以更换", params={"state": old.state})
    wanted = _place(call, customer, old.slot)
    _ensure_fit(call, customer, wanted, staff_id)
    waiting = [one for one in await repository.standing(call.session, customer.id) if one.replaces_id == old_id]
    if waiting:
        raise SlotFilledError("该人员的更换正待审核", params={"assignment_id": str(waiting[0].id)})
    row = await _open(call, customer, wanted, new_assignment_id, staff_id, reason, replaces=old)
    if row.state == AssignmentState.PROPOSED:
        old.version += 1
    await call.session.flush()
    return row


async def end(call: ServingCall, assignment_id: UUID, *, reason: str, expected: int) -> AssignmentRow:
    """The person no longer serves the customer.

    Raises: AssignmentPostError, AssignmentNotFoundError, AssignmentStaleError, AssignmentNotOpenError.
    """
    _ensure_assigner(call)
    row, customer = await _take(call, assignment_id, expected)
    row.end(by=call.principal.staff_id, at=call.now, reason=reason)
    await _finish(call, row, "ended", reason)
    await _project(call, customer)
    return row


async def confirm(call: ServingCall, assignment_id: UUID, *, note: str | None, expected: int) -> AssignmentRow:
    """A second person puts a proposal in force.

    Raises: as `refuse`, StaffUnfitError where the person has left meanwhile.
    """
    row, customer = await _take(call, assignment_id, expected)
    _ensure_reviewer(call, customer, row)
    wanted = _place(call, customer, row.slot)
    _ensure_fit(call, customer, wanted, row.staff_id)
    row.start(at=call.now)
    row.decided_by, row.decided_at = call.principal.staff_id, call.now
    await _finish(call, row, "confirmed", note)
    await _relieve(call, row)
    await _project(call, customer)
    return row


async def refuse(call: ServingCall, assignment_id: UUID, *, reason: str, expected: int) -> AssignmentRow:
    """A second person says no.

    Raises: AssignmentNotFoundError, AssignmentStaleError, AssignmentNotOpenError, AssignmentPostError,
    AssignmentFourEyesError.
    """
    row, customer = await _take(call, assignment_id, expected)
    _ensure_reviewer(call, customer, row)
    row.refuse(by=call.principal.staff_id, at=call.now, reason=reason)
    await _finish(call, row, "refused", reason)
    return row


async def _open(
    call: ServingCall,
    customer: CustomerRow,
    wanted: Wanted,
    assignment_id: UUID,
    staff_id: UUID,
    reason: str,
    *,
    replaces: AssignmentRow | None,
) -> AssignmentRow:
    await _ensure_room(call, customer, wanted, staff_id)
    row = AssignmentRow(
        id=assignment_id,
        company=customer.company,
        customer_id=customer.id,
        slot=wanted.slot,
        post=wanted.post,
        staff_id=staff_id,
        is_account_manager=wanted.is_account_manager,
        state=AssignmentState.PROPOSED.value,
        reason=reason,
        replaces_id=replaces.id if replaces else None,
        proposed_by=call.principal.staff_id,
        proposed_at=call.now,
        policy_version=call.terms.version,
        version=1,
    )
    is_reviewed = call.terms.review_of(customer.tier) is not None
    if not is_reviewed:
        row.state, row.from_at = AssignmentState.ACTIVE.value, call.now
    await repository.add(call.session, row)
    await _finish(call, row, "proposed" if is_reviewed else "assigned", reason)
    if not is_reviewed:
        await _relieve(call, row)
        await _project(call, customer)
    return row


async def _relieve(call: ServingCall, row: AssignmentRow) -> None:
    """The one whose place is taken serves no more."""
    if row.replaces_id is None:
        return
    old = await repository.get(call.session, row.replaces_id, [row.company], lock=True)
    if old.state == AssignmentState.ACTIVE:
        old.end(by=call.principal.staff_id, at=call.now, reason=row.reason)
        await _finish(call, old, "ended", row.reason)


async def _project(call: ServingCall, customer: CustomerRow) -> None:
    """Keep `customers.account_manager_id`, which every fact about the customer carries."""
    standing = await repository.standing(call.session, customer.id)
    serving = [one for one in standing if one.is_account_manager and one.state == AssignmentState.ACTIVE]
    manager = serving[-1].staff_id if serving else None
    if manager != customer.account_manager_id:
        customer.account_manager_id = manager
        await changing.changed(call.session, customer, call.now, ["account_manager_id"])


async def _take(call: ServingCall, assignment_id: UUID, expected: int) -> tuple[AssignmentRow, CustomerRow]:
    seen = await repository.get(call.session, assignment_id, call.principal.companies)
    customer = await changing.locked(call.session, seen.customer_id, call.principal.companies)
    row = await repository.get(call.session, assignment_id, call.principal.companies, lock=True)
    if row.version != expected:
        raise AssignmentStaleError("请重新读取后再修改", params={"current_version": row.version})
    return row, customer


def _place(call: ServingCall, customer: CustomerRow, slot: str) -> Wanted:
    wanted = call.terms.wanted(customer).get(slot)
    if wanted is None:
        raise SlotUnknownError.at("/slot", "现行规章没有为该级别的客户设此服务岗位。")
    return wanted


def _only_holder(call: ServingCall, customer: CustomerRow, wanted: Wanted) -> UUID:
    holders = holders_of(call.staff, customer.company, wanted.post)
    if len(holders) != 1:
        raise StaffAmbiguousError.at("/staff_id", f"“{wanted.name}”的岗位现有{len(holders)}人，须指明由谁服务。")
    return holders[0]


def holders_of(staff: StaffBook, company: str, post: str) -> Sequence[UUID]:
    """Who holds a post and has not left; deputies serve in their stead, they are not assigned."""
    return [one for one in staff.by_post.get((company, post), ()) if staff.by_id[one].is_present]


def _ensure_fit(call: ServingCall, customer: CustomerRow, wanted: Wanted, staff_id: UUID) -> None:
    if staff_id not in holders_of(call.staff, customer.company, wanted.post):
        raise StaffUnfitError.at("/staff_id", f"须为在职且任此岗位的人员（{call.terms.post_names[wanted.post]}）。")


async def _ensure_room(call: ServingCall, customer: CustomerRow, wanted: Wanted, staff_id: UUID) -> None:
    load = await repository.load(call.session, customer.company, wanted.slot, staff_id)
    if wanted.max_load is not None and load >= wanted.max_load:
        raise AgentOverloadedError(
            f"该人员已服务{load}户，达到上限{wanted.max_load}户",
            params={"load": load, "max_load": wanted.max_load},
        )


def _ensure_assigner(call: ServingCall) -> None:
    serving = call.terms.serving
    if serving is None or not any(call.principal.holds(post) for post in serving.assigned_by):
        raise AssignmentPostError("现行规章规定由其他岗位指派服务人员")


def _ensure_reviewer(call: ServingCall, customer: CustomerRow, row: AssignmentRow) -> None:
    serving = call.terms.serving
    review = call.terms.review_of(customer.tier) or (serving.review if serving else None)
    if review is None or not any(call.principal.holds(post) for post in review.confirmed_by):
        raise AssignmentPostError("现行规章规定由其他岗位审核")
    if call.principal.is_self(row.proposed_by) or call.principal.is_self(row.staff_id):
        raise AssignmentFourEyesError("须由提出人和当事人以外的人审核")


async def _finish(call: ServingCall, row: AssignmentRow, act: str, reason: str | None) -> None:
    await call.session.flush()
    await outbox.add(call.session, events.served_by_changed(row, call.now))
    await record(
        call.session,
        company=row.company,
        action=f"service_assignment.{act}",
        at=call.now,
        resource_type="service_assignment",
        resource_id=row.id,
        reason=reason,
        detail={
            "version": row.version,
            "customer_id": str(row.customer_id),
            "slot": row.slot,
            "staff_id": str(row.staff_id),
        },
    )
