""" "May I?": the facts against the item, its limits and its procedure; writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.service.governing import Governing
from services.complaint.delegation.errors import (
    AuthorityNotFoundError,
    LiaisonInvalidError,
    LinkRequiredError,
    LinkUnknownError,
    OrderDepartmentError,
    RelatedDepartmentError,
)
from services.complaint.delegation.repository import authorisations as repository
from services.complaint.delegation.rules.conditions import Fact, Failure, Standing, check_form, failures
from services.complaint.delegation.rules.ledger import month_of
from services.complaint.delegation.rules.limits import Money, Usage, amount_of, weigh
from services.complaint.delegation.rules.steps import Asking, PlannedStep, decides, plan
from services.complaint.delegation.service.call import AuthorityCall, acting_posts, held_posts, terms_of
from services.complaint.delegation.service.standing import standing_of
from services.complaint.policy_delegation import Authority


class Outcome(StrEnum):
    """The answer to "may I?"."""

    ALLOWED = "allowed"
    """At once."""
    ALLOWED_WITH_STEPS = "allowed_with_steps"
    """The person decides; others confirm, sign or approve before or afterwards."""
    GOES_UP = "goes_up"
    """Others decide."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Liaison:
    """What a liaison note says."""

    matter: str
    owner_id: UUID
    deadline_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What somebody wants to do, with the facts."""

    authority: str
    facts: Mapping[str, Fact]
    customer_id: UUID | None = None
    complaint_id: UUID | None = None
    order_id: UUID | None = None
    quantity: int | None = None
    amount_fen: int | None = None
    related_departments: tuple[str, ...] = ()
    order_department: str | None = None
    liaison: Liaison | None = None
    reason: str = ""

    @property
    def file_ids(self) -> tuple[UUID, ...]:
        """Every file that is shown."""
        return tuple(dict.fromkeys(one for fact in self.facts.values() for one in fact.file_ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the pack says of it."""

    ask: Ask
    governing: Governing
    authority: Authority
    decided_post: str | None
    standing: Standing
    customer_id: UUID | None
    matter_id: UUID
    order_department: str | None
    owned: frozenset[UUID] = frozenset()
    """The shown files that the person uploaded."""
    failures: tuple[Failure, ...] = ()
    money: Money | None = None
    steps: tuple[PlannedStep, ...] = field(default=())

    @property
    def outcome(self) -> Outcome:
        """Allowed, with steps, up, or refused."""
        if self.failures or (self.money is not None and self.money.is_refused):
            return Outcome.REFUSED
        if self.decided_post is None or (self.money is not None and self.money.exceeded):
            return Outcome.GOES_UP
        return Outcome.ALLOWED_WITH_STEPS if self.steps else Outcome.ALLOWED


async def judge(call: AuthorityCall, ask: Ask, *, is_request: bool) -> Judgement:
    """Judge a question, or a request, whose limits are then held until the transaction ends.

    Raises: AuthorityNotFoundError, FactUnknownError, AmountError, LinkUnknownError, LinkRequiredError,
    OrderDepartmentError, LiaisonInvalidError, RelatedDepartmentError.
    """
    governing = call.in_force
    authority = terms_of(governing).authorities.get(ask.authority)
    if authority is None:
        raise AuthorityNotFoundError
    check_form(authority, ask.facts)
    amount_fen = amount_of(authority, ask.facts, quantity=ask.quantity, amount_fen=ask.amount_fen)
    case = await _case(call, ask)
    customer_id = await _customer_id(call, ask, case)
    if amount_fen is not None and customer_id is None and ask.complaint_id is None and ask.order_id is None:
        raise LinkRequiredError.at_pointer("/customer_id")
    order_department = _order_department(authority, ask, is_request=is_request)
    if is_request:
        _check_liaison(call, authority, ask, order_department)
    standing = await standing_of(call, governing, customer_id)
    matter_id = case.matter_id if case else ask.order_id or UUID(int=0)
    owned = await _owned(call, ask)
    money = await _money(call, governing, authority, ask, amount_fen, customer_id, matter_id, is_request=is_request)
    return Judgement(
        ask=ask,
        governing=governing,
        authority=authority,
        decided_post=decides(authority, held_posts(call.principal)),
        standing=standing,
        customer_id=customer_id,
        matter_id=matter_id,
        order_department=order_department,
        owned=owned,
        failures=failures(authority, ask.facts, standing, owned),
        money=money,
        steps=_steps(call, governing, authority, ask, money, order_department),
    )


async def _case(call: AuthorityCall, ask: Ask) -> ComplaintRow | None:
    if ask.complaint_id is None:
        return None
    case = None
    if call.principal.allows("complaint.read"):
        case = await repository.case(call.session, ask.complaint_id, call.principal.scope("complaint.read"))
    if case is None or case.company != call.principal.company:
        raise LinkUnknownError.at_pointer("/complaint_id")
    return case


async def _customer_id(call: AuthorityCall, ask: Ask, case: ComplaintRow | None) -> UUID | None:
    named = case.customer_id if case else None
    if ask.customer_id is None and named is None:
        return None
    company = call.principal.company
    found = [await repository.canonical_customer(call.session, company, one) for one in (ask.customer_id, named) if one]
    if len(set(found)) > 1:
        raise LinkUnknownError.at_pointer("/customer_id")
    return found[0]


async def _owned(call: AuthorityCall, ask: Ask) -> frozenset[UUID]:
    if not ask.file_ids:
        return frozenset()
    principal = call.principal
    return await repository.owned_files(call.session, principal.company, principal.actor, ask.file_ids)


def _order_department(authority: Authority, ask: Ask, *, is_request: bool) -> str | None:
    order = authority.order
    if order is None or not order.departments:
        if ask.order_department is not None:
            raise OrderDepartmentError.at_pointer("/order_department")
        return None
    if ask.order_department is not None:
        if ask.order_department not in order.departments:
            raise OrderDepartmentError.at_pointer("/order_department")
        return ask.order_department
    if len(order.departments) == 1:
        return order.departments[0]
    if is_request:
        raise OrderDepartmentError.at_pointer("/order_department")
    return None


def _check_liaison(call: AuthorityCall, authority: Authority, ask: Ask, department: str | None) -> None:
    is_wanted = authority.order is not None and authority.order.is_liaison
    if is_wanted != (ask.liaison is not None):
        raise LiaisonInvalidError.at_pointer("/liaison")
    if ask.liaison is None:
        return
    owner = call.staff.get(ask.liaison.owner_id)
    if owner is None or not owner.is_present or owner.company != call.principal.company:
        raise LiaisonInvalidError.at_pointer("/liaison/owner_id")
    if owner.department != department:
        raise LiaisonInvalidError.at_pointer("/liaison/owner_id")
    if ask.liaison.deadline_at <= call.now or ask.liaison.deadline_at > call.now + timedelta(days=366):
        raise LiaisonInvalidError.at_pointer("/liaison/deadline_at")


async def _money(
    call: AuthorityCall,
    governing: Governing,
    authority: Authority,
    ask: Ask,
    amount_fen: int | None,
    customer_id: UUID | None,
    matter_id: UUID,
    *,
    is_request: bool,
) -> Money | None:
    if amount_fen is None:
        return None
    person, company = call.principal.staff_id, call.principal.company
    if is_request:
        keys = [f"{company}:{one}" for one in (person, customer_id, matter_id) if one]
        await repository.lock_limits(call.session, keys)
    limits = terms_of(governing).limits_of(authority)
    window_fen, window_ids, customer_fen, person_fen = await repository.usage(
        call.session,
        company=company,
        authority=ask.authority,
        customer_id=customer_id,
        matter_id=matter_id,
        person_id=person,
        month=month_of(call.now, governing.zone),
        since=call.now - timedelta(days=limits.split_window_days),
    )
    return weigh(limits, amount_fen, Usage(window_fen, window_ids, customer_fen, person_fen))


def _steps(
    call: AuthorityCall,
    governing: Governing,
    authority: Authority,
    ask: Ask,
    money: Money | None,
    order_department: str | None,
) -> tuple[PlannedStep, ...]:
    departments = governing.policy.common.departments
    for code in ask.related_departments:
        if code not in departments:
            raise RelatedDepartmentError.at_pointer("/related_departments")
    own = departments.get(call.principal.department or "")
    receiving = departments.get(order_department or "")
    terms = terms_of(governing)
    is_beyond = money is not None and bool(money.exceeded) and not money.is_refused
    asking = Asking(
        posts=held_posts(call.principal),
        lead_post=own.lead_post if own else None,
        related_leads=_leads(call, governing, authority, ask, order_department),
        receiving_lead=receiving.lead_post if receiving else None,
        beyond=terms.limits_of(authority).beyond if is_beyond else (),
    )
    return tuple(
        PlannedStep(
            step.stage,
            step.text,
            acting_posts(call, governing, step.posts, apart_from=call.principal.staff_id),
            step.condition,
            step.files_order,
            step.limit,
        )
        for step in plan(terms, authority, asking)
    )


def _leads(
    call: AuthorityCall, governing: Governing, authority: Authority, ask: Ask, receiving: str | None
) -> tuple[str, ...]:
    """Heads of the departments that take part: named, receiving the order, or confirming a condition."""
    common, own = governing.policy.common, call.principal.department
    confirming = (post for one in authority.conditions.values() for post in one.confirmed_by)
    codes = [*ask.related_departments, receiving, *(common.posts[post].department for post in confirming)]
    found = (common.departments[code].lead_post for code in codes if code and code != own)
    return tuple(dict.fromkeys(post for post in found if post))
