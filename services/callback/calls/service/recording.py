"""What a call came to: tried again, or finished; answers are judged by the version of the script that was asked."""

from datetime import datetime, timedelta

from services.callback.calls import events
from services.callback.calls.errors import CallAgainTimeError, CalledAtError
from services.callback.calls.models import AnswerRow, AttemptRow, CallbackRow
from services.callback.calls.repository import callbacks
from services.callback.calls.rules.reports import Report
from services.callback.calls.rules.scripts import Judged, check_reasons, is_unsatisfied, judge
from services.callback.calls.rules.states import CallbackState, Result
from services.callback.calls.service import consequences
from services.callback.calls.service.calling import check_time
from services.callback.calls.service.claiming import let_go
from services.callback.calls.service.desk import WINDOW, Call, carried, subject_of
from services.callback.calls.service.hours import hours_of
from services.callback.policy_in_force import Governing
from shared.events import outbox
from shared.ids import new_id

_FINISHED = frozenset({Result.REACHED, Result.REFUSED, Result.WRONG_NUMBER})


async def report(call: Call, said: Report) -> CallbackRow:
    """Write down one call.  Nobody answered: again after the spacing, not in quiet hours, until the pack's count.

    Raises: as `Call.held`, CalledAtError, WindowExpiredError, NotDueError, QuietHoursError, NotReachedError,
    CallAgainTimeError, AnswerOutsideScriptError, AnswerMissingError, ReasonMissingError, UnknownReasonError,
    UnknownPraisedError, PraisedSelfError, PraisedDepartmentError, UnknownNeedError, OpinionDepartmentError.
    """
    row = await call.held()
    governing, in_force = call.governing(row), call.desk.governances.in_force(row.company, call.now)
    if said.called_at > call.now or (row.claimed_at is not None and said.called_at < row.claimed_at):
        raise CalledAtError.at_pointer("/called_at")
    check_time(row, in_force, said.called_at)
    said.check_reached()
    _check_again(row, in_force, said, call.now)
    made = len(await callbacks.attempts(call.session, row.id)) + 1
    judged = _judge(row, governing, said)
    await callbacks.add(call.session, _attempt(call, row, said, made))
    if said.result is Result.NO_ANSWER:
        row.attempts += 1
    row.version += 1
    rule = governing.chapter.calls.terms(row.business, row.tier).attempts
    if said.result in _FINISHED or row.attempts >= rule.most:
        await _finish(call, row, governing, said, judged, made)
    else:
        row.ready_at = said.call_again_at or hours_of(in_force, row.business, row.tier).first_from(
            said.called_at + timedelta(minutes=rule.spacing_minutes)
        )
        let_go(row, call.now)
    await call.audit(row, "record", result=said.result.value, attempt=made)
    return row


def _judge(row: CallbackRow, governing: Governing, said: Report) -> Judged:
    if said.result is not Result.REACHED:
        return Judged(None, None, frozenset())
    judged = judge(governing.chapter.calls.scripts[row.script], said.replies)
    check_reasons(governing.chapter.calls.reasons, said.reasons, is_satisfied=judged.is_satisfied)
    return judged


def _check_again(row: CallbackRow, governing: Governing, said: Report, now: datetime) -> None:
    at = said.call_again_at
    if (said.result is Result.CALL_AGAIN) != (at is not None):
        raise CallAgainTimeError.at_pointer("/call_again_at")
    if at is None:
        return
    if not now < at <= row.latest_at or not hours_of(governing, row.business, row.tier).allow(at):
        raise CallAgainTimeError.at_pointer("/call_again_at")


def _attempt(call: Call, row: CallbackRow, said: Report, position: int) -> AttemptRow:
    return AttemptRow(
        id=new_id(),
        company=row.company,
        callback_id=row.id,
        position=position,
        staff_id=call.principal.staff_id,
        result=said.result.value,
        called_at=said.called_at,
        recorded_at=call.now,
        call_again_at=said.call_again_at,
    )


async def _finish(
    call: Call, row: CallbackRow, governing: Governing, said: Report, judged: Judged, attempts: int
) -> None:
    row.state, row.outcome, row.lease_until = CallbackState.DONE.value, said.result.value, None
    row.completed_by, row.completed_at = call.principal.staff_id, said.called_at
    row.is_satisfied, row.score = judged.is_satisfied, judged.score
    row.reasons, row.words = list(said.reasons), said.words
    await callbacks.add(call.session, *_answers(row, governing, said))
    await call.book(governing).stop(subject_of(row), WINDOW, occurred_at=said.called_at, actor=call.principal.actor)
    with carried(row):
        await outbox.add(call.session, events.completed(row, said.called_at, call.now, attempts=attempts))
        await consequences.follow(call, row, governing, said)


def _answers(row: CallbackRow, governing: Governing, said: Report) -> list[AnswerRow]:
    questions = governing.chapter.calls.scripts[row.script].questions if said.replies else {}
    return [
        AnswerRow(
            id=new_id(),
            company=row.company,
            callback_id=row.id,
            question=code,
            kind=questions[code].kind.value,
            choice=reply.choice,
            score=reply.score,
            is_yes=reply.is_yes,
            text=reply.text,
            is_unsatisfied=is_unsatisfied(questions[code], reply),
        )
        for code, reply in said.replies.items()
    ]
