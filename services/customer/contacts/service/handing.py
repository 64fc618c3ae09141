"""Hand-over of business (业务移交): from the agent to a department, accepted, answered, returned, handed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.errors import (
    HandOverOwnerError,
    HandOverSelfError,
    HandOverStepNotAllowedError,
    UnknownContactCodeError,
)
from services.customer.contacts.models import HAND_OVER_NUMBERS, HandOverRow
from services.customer.contacts.repository import keeping, looking
from services.customer.contacts.rules import HAND_OVER_STEPS, HandOverAct, HandOverState
from services.customer.contacts.service.work import Desk
from services.customer.registry.rules.days import civil
from shared.access.principal import Principal
from shared.contracts import interactions as contracts
from shared.errors import StaleError
from shared.ids import human_number
from shared.sla.promise import Subject

SUBJECT = "hand_over"
READ = "hand_over.read"
NUMBER_KIND = "YJ"
ACCEPTANCE, ANSWER = "acceptance", "answer"


@dataclass(frozen=True, slots=True)
class HandOverEntry:
    """What is handed to whom."""

    kind: str
    matter: str
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    matter_id: UUID | None = None
    department: str | None = None
    """None: the kind's own."""
    owner_id: UUID | None = None
    """None: whoever of the department's post takes it."""


async def hand_over(desk: Desk, row_id: UUID, entry: HandOverEntry) -> HandOverRow:
    """Hand a matter to a department; its clocks run from now.

    Raises: ConcernNotWritableError, RightWithdrawnError, UnknownContactCodeError, ContactNotFoundError,
    ContactCustomerNotFoundError, HandOverOwnerError.
    """
    terms = desk.terms.hand_overs
    await desk.ensure_concern(terms.concern, "/kind")
    if entry.kind not in terms.kinds:
        raise UnknownContactCodeError.at("/kind")
    customer_id, matter_id = entry.customer_id, entry.matter_id
    if entry.contact_id is not None:
        contact = await keeping.contact(desk.session, entry.contact_id, desk.principal.scope("contact.read"))
        customer_id, matter_id = customer_id or contact.customer_id, matter_id or contact.matter_id
    tier = desk.chapter.default_tier
    if customer_id is not None:
        _, tier = await desk.customer(customer_id)
    number = human_number(NUMBER_KIND, civil(desk.now), await looking.next_number(desk.session, HAND_OVER_NUMBERS))
    row = HandOverRow(
        id=row_id,
        company=desk.principal.company,
        number=number,
        contact_id=entry.contact_id,
        customer_id=customer_id,
        matter_id=matter_id or row_id,
        kind=entry.kind,
        matter=entry.matter,
        state=HandOverState.HANDED.value,
        tier=tier,
        cycle=1,
        handed_by=desk.principal.staff_id,
        handed_at=desk.now,
        policy_pack=desk.policy.pack,
        policy_version=desk.version,
        version=1,
    )
    _place(desk, row, entry.department, entry.owner_id)
    await keeping.add(desk.session, row)
    await _start(desk, row)
    await _tell(desk, row, contracts.CustomerHandedOver, "customer.handed_over")
    return row


async def accept(desk: Desk, row_id: UUID, *, expected: int) -> HandOverRow:
    """Somebody of the department takes it; stops the clock of acceptance.

    Raises: HandOverNotFoundError, StaleError, HandOverStepNotAllowedError, HandOverSelfError.
    """
    row = await _take(desk, row_id, expected, HandOverAct.ACCEPT)
    row.owner_id, row.accepted_by, row.accepted_at = desk.principal.staff_id, desk.principal.staff_id, desk.now
    row.team = desk.principal.team
    await desk.book.stop(_subject(row), ACCEPTANCE, actor=desk.principal.actor)
    await desk.book.transfer(_subject(row), row.routing, actor=desk.principal.actor)
    await _tell(desk, row, contracts.CustomerHandOverAccepted, "customer.hand_over_accepted")
    return row


async def answer(desk: Desk, row_id: UUID, text: str, *, expected: int) -> HandOverRow:
    """The department's answer, to be told to the customer; stops the clock of the answer.

    Raises: as `accept`.
    """
    row = await _take(desk, row_id, expected, HandOverAct.ANSWER)
    row.answer, row.answered_by, row.answered_at = text, desk.principal.staff_id, desk.now
    await desk.book.stop(_subject(row), ANSWER, actor=desk.principal.actor)
    await _tell(desk, row, contracts.CustomerHandOverAnswered, "customer.hand_over_answered")
    return row


async def give_back(desk: Desk, row_id: UUID, reason: str, *, expected: int) -> HandOverRow:
    """It is not the department's: it lies with the agent again, and the customer's clock runs on.

    Raises: as `accept`.
    """
    row = await _take(desk, row_id, expected, HandOverAct.RETURN)
    row.returned_by, row.returned_at, row.return_reason = desk.principal.staff_id, desk.now, reason
    row.owner_id, row.accepted_by, row.accepted_at = row.handed_by, None, None
    await desk.book.cancel(_subject(row), [ACCEPTANCE], reason="returned", actor=desk.principal.actor)
    await desk.book.transfer(_subject(row), row.routing, actor=desk.principal.actor)
    await _tell(desk, row, contracts.CustomerHandOverReturned, "customer.hand_over_returned", reason=reason)
    return row


async def hand_on(
    desk: Desk, row_id: UUID, *, department: str | None, owner_id: UUID | None, expected: int
) -> HandOverRow:
    """The agent hands a returned matter to the right department; the answer's clock goes on, none starts anew.

    Raises: ConcernNotWritableError, as `accept`, HandOverOwnerError.
    """
    await desk.ensure_concern(desk.terms.hand_overs.concern, "/department")
    row = await _take(desk, row_id, expected, HandOverAct.HAND_ON)
    row.owner_id, row.team = None, None
    _place(desk, row, department, owner_id)
    row.handed_by, row.handed_at, row.cycle = desk.principal.staff_id, desk.now, row.cycle + 1
    subject = _subject(row)
    await desk.book.start(
        subject,
        desk.stamp(row.tier),
        [desk.promise(ACCEPTANCE, desk.terms.hand_overs.acceptance)],
        sequence=row.cycle,
    )
    await desk.book.transfer(subject, row.routing, actor=desk.principal.actor)
    await _tell(desk, row, contracts.CustomerHandedOver, "customer.handed_on")
    return row


async def read(desk: Desk, row_id: UUID) -> HandOverRow:
    """One hand-over.  Raises: HandOverNotFoundError."""
    return await keeping.hand_over(desk.session, row_id, desk.scope)


async def page(
    desk: Desk,
    *,
    state: str | None,
    department: str | None,
    customer_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[HandOverRow]:
    """Hand-overs in scope, newest first."""
    return await keeping.hand_overs(
        desk.session,
        desk.scope,
        state=state,
        department=department,
        customer_id=customer_id,
        before=before,
        limit=limit,
    )


async def _take(desk: Desk, row_id: UUID, expected: int, act: HandOverAct) -> HandOverRow:
    row = await keeping.hand_over(desk.session, row_id, desk.scope, locked=True)
    if row.version != expected:
        raise StaleError("业务移交已被他人修改，请重新读取后再操作。", params={"current_version": row.version})
    allowed, after = HAND_OVER_STEPS[act]
    if HandOverState(row.state) not in allowed:
        raise HandOverStepNotAllowedError("业务移交的当前状态不允许此步骤。")
    if act is not HandOverAct.HAND_ON and desk.principal.is_self(row.handed_by):
        raise HandOverSelfError("业务由接收部门的人员接收、答复或退回，移交人不能自行办理。")
    row.state = after.value
    row.version += 1
    return row


def _place(desk: Desk, row: HandOverRow, department: str | None, owner_id: UUID | None) -> None:
    """Where it lies: the department said or the kind's, its post, and who is named."""
    kind = desk.terms.hand_overs.kinds[row.kind]
    code = department or kind.department
    departments = desk.policy.common.departments
    if code not in departments:
        raise UnknownContactCodeError.at("/department")
    post = kind.post if kind.post and code == kind.department else departments[code].default_post
    if owner_id is not None:
        member = desk.staff.by_id.get(owner_id)
        if member is None or member.company != row.company or not member.is_active or member.department != code:
            raise HandOverOwnerError.at("/owner_id", "承办人须为接收部门的在岗人员。")
        row.team = member.team
    row.department, row.post, row.posts, row.owner_id = code, post, [post], owner_id


async def _start(desk: Desk, row: HandOverRow) -> None:
    terms = desk.terms.hand_overs
    promises = [
        desk.promise(ACCEPTANCE, terms.acceptance),
        desk.promise(ANSWER, terms.answer_for(row.tier)),
    ]
    await desk.book.start(_subject(row), desk.stamp(row.tier), promises)


def _subject(row: HandOverRow) -> Subject:
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.kind,
    )


async def _tell(
    desk: Desk, row: HandOverRow, kind: type[contracts.HandOverFact], action: str, *, reason: str | None = None
) -> None:
    payload = kind(
        hand_over_id=row.id,
        number=row.number,
        kind=row.kind,
        state=row.state,
        cycle=row.cycle,
        tier=row.tier,
        customer_id=row.customer_id,
        contact_id=row.contact_id,
        handed_by=row.handed_by,
        occurred_at=desk.now,
        routing=row.routing,
    )
    await desk.tell(payload, (SUBJECT, row.id, row.version), action, matter_id=row.matter_id, reason=reason)


async def ensure_readable(session: AsyncSession, principal: Principal, row_id: UUID) -> None:
    """The caller may read it.  Raises: HandOverNotFoundError."""
    await keeping.hand_over(session, row_id, principal.scope(READ))
