"""What follows from a call, each by an event of its own that the link back is found by (domain.md 2.8)."""

from typing import Any

from services.callback.calls import events
from services.callback.calls.errors import (
    PraisedDepartmentError,
    PraisedSelfError,
    UnknownNeedError,
    UnknownPraisedError,
)
from services.callback.calls.models import CallbackRow, ConsequenceRow
from services.callback.calls.repository import callbacks
from services.callback.calls.rules.reports import FoundNeed, Praise, Report, Suggestion
from services.callback.calls.rules.states import ConsequenceKind, Result
from services.callback.calls.service.desk import SUBJECT, Call
from services.callback.opinions.service.taking import Opinion, open_opinion
from services.callback.policy_in_force import Governing
from shared.contracts.base import Routing
from shared.contracts.calls import (
    CallbackDissatisfied,
    CallbackFollowed,
    CallbackNeedFound,
    CallbackPraised,
    CallbackWrongNumberFound,
)
from shared.events import outbox
from shared.ids import new_id

OPINION = "opinion"


async def follow(call: Call, row: CallbackRow, governing: Governing, said: Report) -> None:
    """Let follow what the customer said.

    Raises: UnknownPraisedError, PraisedSelfError, PraisedDepartmentError, UnknownNeedError, OpinionDepartmentError.
    """
    if row.is_satisfied is False:
        await _dissatisfied(call, row, governing, said)
    if said.suggestion:
        await _suggest(call, row, governing, said.suggestion)
    if said.praise:
        await _praise(call, row, governing, said.praise)
    if said.need:
        await _need(call, row, governing, said.need)
    if said.result is Result.WRONG_NUMBER:
        consequence = _consequence(call, row, ConsequenceKind.FINDING)
        await _tell(call, row, consequence, CallbackWrongNumberFound, Routing())


async def _dissatisfied(call: Call, row: CallbackRow, governing: Governing, said: Report) -> None:
    consequence = _consequence(call, row, ConsequenceKind.COMPLAINT, words=said.words)
    business = governing.chapter.calls.businesses[row.business]
    await _tell(
        call,
        row,
        consequence,
        CallbackDissatisfied,
        Routing(department=business.department),
        reasons=list(said.reasons),
        score=row.score,
        category=business.category,
    )


async def _suggest(call: Call, row: CallbackRow, governing: Governing, suggestion: Suggestion) -> None:
    consequence = _consequence(call, row, ConsequenceKind.OPINION, words=suggestion.words)
    opinion = Opinion(
        kind="suggestion",
        source=SUBJECT,
        source_id=row.id,
        words=suggestion.words,
        department=suggestion.department or governing.chapter.calls.businesses[row.business].department,
        customer_id=row.customer_id,
        tier=row.tier,
        opened_by=call.principal.staff_id,
        matter_id=row.matter_id,
    )
    opened = await open_opinion(
        call.session, opinion, governing, call.desk.numbers, now=call.now, pointer="/suggestion/department"
    )
    consequence.state, consequence.linked_at = "linked", call.now
    consequence.target_type, consequence.target_id, consequence.target_number = OPINION, opened.id, opened.number
    consequence.department, consequence.posts = opened.department, list(opened.posts)
    await callbacks.add(call.session, consequence)


async def _praise(call: Call, row: CallbackRow, governing: Governing, praise: Praise) -> None:
    if praise.department is not None and praise.department not in governing.policy.common.departments:
        raise PraisedDepartmentError.at_pointer("/praise/department")
    book = await call.desk.staff.current()
    for position, staff_id in enumerate(praise.staff_ids):
        member = book.get(staff_id)
        if member is None or member.company != row.company:
            raise UnknownPraisedError.at_pointer(f"/praise/staff_ids/{position}")
        if staff_id == call.principal.staff_id:
            raise PraisedSelfError.at_pointer(f"/praise/staff_ids/{position}")
    did_the_work = () if praise.department else row.staff_ids
    staff_ids = list(dict.fromkeys(praise.staff_ids or did_the_work))
    consequence = _consequence(call, row, ConsequenceKind.PRAISE, words=praise.words)
    consequence.praised_staff_ids, consequence.department = staff_ids, praise.department
    routing = Routing(department=praise.department)
    await _tell(call, row, consequence, CallbackPraised, routing, staff_ids=staff_ids, department=praise.department)


async def _need(call: Call, row: CallbackRow, governing: Governing, found: FoundNeed) -> None:
    need = governing.chapter.calls.needs.get(found.need)
    if need is None:
        raise UnknownNeedError.at_pointer("/need/need")
    consequence = _consequence(call, row, ConsequenceKind.NEED, words=found.words)
    consequence.need, consequence.department = found.need, need.department
    routing = Routing(department=need.department)
    await _tell(call, row, consequence, CallbackNeedFound, routing, need=found.need, department=need.department)


def _consequence(call: Call, row: CallbackRow, kind: ConsequenceKind, *, words: str | None = None) -> ConsequenceRow:
    return ConsequenceRow(
        id=new_id(),
        company=row.company,
        callback_id=row.id,
        kind=kind.value,
        state="raised",
        words=words,
        raised_at=call.now,
        posts=[],
        praised_staff_ids=[],
    )


async def _tell(
    call: Call,
    row: CallbackRow,
    consequence: ConsequenceRow,
    kind: type[CallbackFollowed],
    routing: Routing,
    **said: Any,
) -> None:
    fact = events.followed(row, consequence, kind, call.principal.staff_id, call.now, routing=routing, **said)
    consequence.event_id = fact.event_id
    await callbacks.add(call.session, consequence)
    await outbox.add(call.session, fact)
