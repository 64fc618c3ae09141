"""Standard answers: drafted, approved by the office by four eyes, searched, used, retired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.customer.contacts.errors import (
    AnswerFragmentError,
    StandardAnswerApproverError,
    StandardAnswerDatesError,
    StandardAnswerInvalidError,
    StandardAnswerStateError,
    UnknownContactCodeError,
)
from services.customer.contacts.models import AnswerUseRow, StandardAnswerRow
from services.customer.contacts.repository import answers as repository
from services.customer.contacts.repository import keeping
from services.customer.contacts.rules import AnswerState
from services.customer.contacts.service.work import Desk
from services.customer.registry.rules.days import civil
from services.customer.registry.rules.text import MIN_FRAGMENT, bigrams, fold
from shared.contracts import interactions as contracts
from shared.errors import StaleError
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class AnswerText:
    """What a revision says."""

    topic: str
    question: str
    answer: str
    valid_from: date
    valid_until: date | None = None


async def draft(desk: Desk, answer_id: UUID, code: str, content: AnswerText) -> StandardAnswerRow:
    """Write a new revision of a code.

    Raises: UnknownContactCodeError, StandardAnswerDatesError, StandardAnswerDraftOpenError.
    """
    _check(desk, content)
    company = desk.principal.company
    row = StandardAnswerRow(
        id=answer_id,
        company=company,
        code=code,
        revision=await repository.newest_revision(desk.session, company, code) + 1,
        state=AnswerState.DRAFT.value,
        version=1,
    )
    _say(desk, row, content)
    await repository.add(desk.session, row)
    await _tell(desk, row, contracts.CustomerStandardAnswerDrafted)
    return row


async def redraft(desk: Desk, answer_id: UUID, content: AnswerText, *, expected: int) -> StandardAnswerRow:
    """Change a draft.  Raises: as `_take`, UnknownContactCodeError, StandardAnswerDatesError."""
    row = await _take(desk, answer_id, expected, AnswerState.DRAFT)
    _check(desk, content)
    _say(desk, row, content)
    await _tell(desk, row, contracts.CustomerStandardAnswerDrafted)
    return row


async def approve(desk: Desk, answer_id: UUID, *, expected: int) -> StandardAnswerRow:
    """Let a draft be used; the revision in use so far is retired.  Raises: as `_take`, StandardAnswerApproverError."""
    row = await _take(desk, answer_id, expected, AnswerState.DRAFT)
    if not any(desk.principal.holds(post) for post in desk.terms.standard_answers.approved_by):
        raise StandardAnswerApproverError("现行规章规定由其他岗位批准。")
    if desk.principal.is_self(row.drafted_by):
        raise StandardAnswerApproverError("起草人不得批准自己起草的标准答复。")
    before = await repository.approved(desk.session, row.company, row.code)
    if before is not None:
        before.version += 1
        await _retire(desk, before)
    row.state, row.approved_by, row.approved_at = AnswerState.APPROVED.value, desk.principal.staff_id, desk.now
    await _tell(desk, row, contracts.CustomerStandardAnswerApproved)
    return row


async def retire(desk: Desk, answer_id: UUID, *, expected: int) -> StandardAnswerRow:
    """Take an answer out of use.  Raises: as `_take`."""
    row = await _take(desk, answer_id, expected, AnswerState.APPROVED, AnswerState.DRAFT)
    return await _retire(desk, row)


async def use(desk: Desk, answer_id: UUID, contact_id: UUID) -> StandardAnswerRow:
    """The customer was answered by it, in this contact.

    Raises: StandardAnswerNotFoundError, StandardAnswerInvalidError, ContactNotFoundError.
    """
    row = await repository.get(desk.session, answer_id, [desk.principal.company], locked=True)
    today = civil(desk.now)
    if row.state != AnswerState.APPROVED or row.valid_from > today or (row.valid_until or today) < today:
        raise StandardAnswerInvalidError.at("")
    contact = await keeping.contact(desk.session, contact_id, desk.principal.scope("contact.read"))
    tier = None
    if contact.customer_id is not None:
        _, tier = await desk.customer(contact.customer_id)
    await repository.use(
        desk.session,
        AnswerUseRow(
            id=new_id(),
            company=row.company,
            answer_id=row.id,
            contact_id=contact.id,
            customer_id=contact.customer_id,
            tier=tier,
            used_by=desk.principal.staff_id,
            used_at=desk.now,
        ),
    )
    return row


async def read(desk: Desk, answer_id: UUID) -> StandardAnswerRow:
    """One revision.  Raises: StandardAnswerNotFoundError."""
    return await repository.get(desk.session, answer_id, desk.principal.companies)


async def page(
    desk: Desk,
    *,
    q: str | None,
    topic: str | None,
    state: str | None,
    is_in_force: bool,
    before: UUID | None,
    limit: int,
) -> Sequence[StandardAnswerRow]:
    """Revisions, newest first; `q` looks in question and answer.  Raises: AnswerFragmentError."""
    key = None if q is None else fold(q)
    if key is not None and len(key) < MIN_FRAGMENT:
        raise AnswerFragmentError.at_q(MIN_FRAGMENT)
    return await repository.page(
        desk.session,
        desk.principal.companies,
        pairs=bigrams(key or ""),
        key=key,
        topic=topic,
        state=state,
        in_force_on=civil(desk.now) if is_in_force else None,
        before=before,
        limit=limit,
    )


async def _take(desk: Desk, answer_id: UUID, expected: int, *states: AnswerState) -> StandardAnswerRow:
    """Lock the revision and guard version and state.

    Raises: StandardAnswerNotFoundError, StaleError, StandardAnswerStateError.
    """
    row = await repository.get(desk.session, answer_id, [desk.principal.company], locked=True)
    if row.version != expected:
        raise StaleError("标准答复已被他人修改，请重新读取后再操作。", params={"current_version": row.version})
    if AnswerState(row.state) not in states:
        raise StandardAnswerStateError("标准答复的当前状态不允许此步骤。")
    row.version += 1
    return row


async def _retire(desk: Desk, row: StandardAnswerRow) -> StandardAnswerRow:
    row.state, row.retired_by, row.retired_at = AnswerState.RETIRED.value, desk.principal.staff_id, desk.now
    await _tell(desk, row, contracts.CustomerStandardAnswerRetired)
    return row


def _check(desk: Desk, content: AnswerText) -> None:
    if content.topic not in desk.terms.standard_answers.topics:
        raise UnknownContactCodeError.at("/topic")
    if content.valid_until is not None and content.valid_until < content.valid_from:
        raise StandardAnswerDatesError.at_until()


def _say(desk: Desk, row: StandardAnswerRow, content: AnswerText) -> None:
    for name in ("topic", "question", "answer", "valid_from", "valid_until"):
        setattr(row, name, getattr(content, name))
    row.search_key = f"{fold(content.question)} {fold(content.answer)}"
    row.search_bigrams = bigrams(row.search_key)
    row.drafted_by, row.drafted_at = desk.principal.staff_id, desk.now


async def _tell(desk: Desk, row: StandardAnswerRow, kind: type[contracts.StandardAnswerFact]) -> None:
    payload = kind(
        answer_id=row.id,
        code=row.code,
        revision=row.revision,
        topic=row.topic,
        state=row.state,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
    await desk.tell(payload, ("standard_answer", row.id, row.version), kind.TYPE)
