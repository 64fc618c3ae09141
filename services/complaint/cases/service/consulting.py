"""Cross-department meetings and the advice of experts (会商、会诊): asked with the case or by a person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases import repository
from services.complaint.cases.errors import (
    ConsultationAnsweredError,
    ConsultationNotFoundError,
    NobodyAskedError,
    PostNotAllowedError,
    UnknownCodeError,
)
from services.complaint.cases.models import ComplaintRow, ConsultationRow
from services.complaint.cases.rules import CONSULTATION, Action, ComplaintState, Moment, moment_of, next_state
from services.complaint.cases.service import clocks, leading
from services.complaint.cases.service.governing import Governing
from services.complaint.cases.service.questions import (
    SUBJECT,
    Question,
    at_once,
    fact_of,
    question_of,
    subject_of,
    told,
)
from services.complaint.cases.service.steps import Call, Step
from services.complaint.policy_handling import Coordination
from shared.audit.trail import record
from shared.contracts.lifecycle import ConsultationAnswered, ConsultationWithdrawn
from shared.errors import StaleError
from shared.events import outbox


async def ask_at_once(session: AsyncSession, case: ComplaintRow, governing: Governing, *, now: datetime) -> None:
    """Ask what the tier has asked at once, unless it was in this cycle (a tier learned late, a case reopened)."""
    questions = at_once(governing, case.tier, now)
    if not questions:
        return
    found = await repository.consultations(session, case.id)
    asked = {one.coordination for one in found if one.cycle == case.cycle}
    for question in questions:
        if question.coordination not in asked:
            await _ask(session, case, governing, question, requested_by=None, now=now)


async def consult(
    call: Call,
    consultation_id: UUID,
    *,
    coordination: str | None,
    posts: Sequence[str],
    departments: Sequence[str],
    question: str,
) -> ConsultationRow:
    """Ask posts or departments; with `coordination` as the pack's care for the tier says, its posts beside the named.

    Raises: ComplaintNotFoundError, StepNotAllowedError, UnknownCodeError, NobodyAskedError.
    """
    case = await repository.get(call.session, call.complaint_id, call.scope, lock=True)
    next_state(ComplaintState(case.state), Action.CONSULT)
    governing = clocks.governing_case(call.governances, case)
    step = Step(call, case, Action.CONSULT, governing, Moment(call.now, call.now))
    rule = _rule(governing, case, coordination)
    asked = dict.fromkeys((*(rule.posts if rule else ()), *_posts(governing, posts, departments)))
    if not asked:
        raise NobodyAskedError.at_pointer("/posts")
    one = question_of(
        governing, coordination, rule, question, tuple(asked), tuple(departments), call.now, consultation_id
    )
    row = await _ask(call.session, case, governing, one, requested_by=call.principal.staff_id, now=call.now)
    if rule is not None and rule.leader is not None:
        await leading.follow_rules(step, rule.leader)
    await _record(call, row, "ask_consultation")
    return row


async def answer(call: Call, consultation_id: UUID, *, text: str, occurred_at: datetime | None) -> ConsultationRow:
    """Give the answer, by one of the posts asked.

    Raises: ComplaintNotFoundError, ConsultationNotFoundError, StaleError, PostNotAllowedError,
    ConsultationAnsweredError, OccurredInFutureError, OccurredBeforeCaseError.
    """
    case = await repository.get_involved(call.session, call.complaint_id, call.scope)
    row = await repository.consultation(call.session, consultation_id, lock=True)
    if row is None or row.complaint_id != case.id:
        raise ConsultationNotFoundError
    if row.version != call.expected_version:
        raise StaleError("会商已被他人修改，请重新读取后再操作。")
    post = next((one for one in row.posts if call.principal.holds(one)), None)
    if post is None:
        raise PostNotAllowedError("会商由所请的岗位答复。", params={"action": "consultation_answer"})
    if row.state != "asked":
        raise ConsultationAnsweredError
    governing = clocks.governing_case(call.governances, case)
    window = governing.chapter.recording.occurred_at_window_minutes
    moment = moment_of(occurred_at, now=call.now, since=row.requested_at, window_minutes=window)
    row.state, row.version = "answered", row.version + 1
    row.answer, row.answered_by, row.answered_post = text, call.principal.staff_id, post
    row.answered_at = moment.occurred_at
    await call.session.flush()
    book = clocks.book_of(call.session, governing, call.now)
    subject = subject_of(row.id, row.posts, case)
    await book.stop(subject, CONSULTATION, occurred_at=moment.judged_at, actor=call.principal.actor)
    payload = ConsultationAnswered(**told(row, case, moment.occurred_at), answered_by_post=post)
    await outbox.add(call.session, fact_of(row.id, row.version, case, payload, call.now))
    await _record(call, row, "answer_consultation")
    return row


async def withdraw_open(step: Step, reason: str) -> None:
    """End what nobody needs to answer any more; a breach stays one."""
    case, call = step.case, step.call
    for row in await repository.open_consultations(call.session, case.id):
        row.state, row.version = "withdrawn", row.version + 1
        await call.session.flush()
        await step.book.cancel(subject_of(row.id, row.posts, case), reason=reason, actor=call.principal.actor)
        payload = ConsultationWithdrawn(**told(row, case, call.now), reason=reason)
        await outbox.add(call.session, fact_of(row.id, row.version, case, payload, call.now))


async def _ask(
    session: AsyncSession,
    case: ComplaintRow,
    governing: Governing,
    question: Question,
    *,
    requested_by: UUID | None,
    now: datetime,
) -> ConsultationRow:
    row = ConsultationRow(**question.record(case, now, requested_by))
    session.add(row)
    case.involve(*question.posts)
    await session.flush()
    book, stamp = clocks.book_of(session, governing, now), governing.stamp(clocks.terms_of_case(case))
    await book.start(question.subject(case), stamp, [question.promise], started_at=now)
    await outbox.add(session, question.fact(case, now, now))
    return row


def _rule(governing: Governing, case: ComplaintRow, code: str | None) -> Coordination | None:
    if code is None:
        return None
    care = governing.chapter.care.get(case.tier)
    rule = care.coordination.get(code) if care else None
    if rule is None:
        raise UnknownCodeError.at_pointer("/coordination", field="coordination")
    return rule


def _posts(governing: Governing, posts: Sequence[str], departments: Sequence[str]) -> list[str]:
    common = governing.policy.common
    if not set(posts) <= set(common.posts):
        raise UnknownCodeError.at_pointer("/posts", field="posts")
    if not set(departments) <= set(common.departments):
        raise UnknownCodeError.at_pointer("/departments", field="departments")
    heads = (common.departments[code] for code in departments)
    return [*posts, *(head.lead_post or head.default_post for head in heads)]


async def _record(call: Call, row: ConsultationRow, action: str) -> None:
    await record(
        call.session,
        company=row.company,
        action=action,
        at=call.now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version, "complaint_id": str(row.complaint_id)},
    )
