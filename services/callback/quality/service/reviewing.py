"""The review itself: listening to the recording, or calling the customer again by a grant; the card; the pair."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from services.callback.calls.service.calling import PHONE_FIELD, Contact, check_quiet
from services.callback.customers import service as customers
from services.callback.policy_quality import ReviewMode
from services.callback.quality import events
from services.callback.quality.errors import (
    NotARecallError,
    OutcomeError,
    RecordingError,
    ReviewReasonError,
    UnreachedScoreError,
)
from services.callback.quality.models import CallReviewRow, FalsificationRow
from services.callback.quality.repository import reviews
from services.callback.quality.rules.cards import Score, Total, total_of
from services.callback.quality.rules.states import (
    FALSIFICATION,
    REVIEW,
    Cause,
    FalsificationState,
    Outcome,
    ReviewState,
    has_number,
)
from services.callback.quality.service import calibrating
from services.callback.quality.service.claiming import let_go
from services.callback.quality.service.desk import ReviewCall
from services.callback.quality.service.scoring import say
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Form:
    """What a reviewer found."""

    scores: Mapping[str, Score] = field(default_factory=dict)
    recording: str | None = None
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()
    note: str | None = None


async def contact(call: ReviewCall, purpose: str) -> Contact:
    """Give the holder a grant for the customer's telephone, for this re-call only; audited.

    Raises: as `ReviewCall.held`, NotARecallError, QuietHoursError.
    """
    row = await call.held()
    if row.mode != ReviewMode.RECALL:
        raise NotARecallError("该评定以复听进行，不得致电客户。")
    check_quiet(call.desk.governances.in_force(row.company, call.now), call.now)
    customer_id = await customers.resolve(call.session, row.customer_id, row.company)
    row.contacted_at, row.contact_count = call.now, row.contact_count + 1
    await call.tell(row, "contact", field=PHONE_FIELD)
    grant = call.desk.signer.issue(
        company=row.company,
        customer_id=customer_id,
        staff_id=call.principal.staff_id,
        field=PHONE_FIELD,
        purpose=f"{purpose}:{row.id}",
    )
    return Contact(grant, customer_id, PHONE_FIELD)


async def review(call: ReviewCall, form: Form) -> CallReviewRow:
    """Write down a review.  Not reached: again after the spacing, until the pack's count.

    Raises: as `ReviewCall.held`, RecordingError, OutcomeError, ReviewReasonError, UnreachedScoreError,
    ScoreMissingError, ScoreOutsideCardError, QuietHoursError.
    """
    row = await call.held()
    quality = call.governing(row).chapter.quality
    _check(row, form, quality.contradictions)
    if row.mode == ReviewMode.RECALL:
        check_quiet(call.desk.governances.in_force(row.company, call.now), call.now)
    if form.outcome is Outcome.NOT_REACHED:
        return await _not_reached(call, row, form)
    total = total_of(call.card(row), form.scores)
    _finish(call, row, form)
    row.points, row.out_of, row.is_fatal = total.points, total.out_of, total.is_fatal
    await call.stop_clock(row, REVIEW)
    if row.partner_id is None:
        row.is_standing, row.settled_at = True, call.now
    await say(call, row, Cause.REVIEWED, total, form.scores)
    await _tell(call, row, total)
    if row.partner_id is not None:
        await calibrating.compare(call, row)
    if form.outcome is Outcome.CONTRADICTS:
        await _propose(call, row)
    return row


def _check(row: CallReviewRow, form: Form, contradictions: Mapping[str, object]) -> None:
    is_recall = row.mode == ReviewMode.RECALL
    if is_recall == (form.recording is not None) or (form.recording is not None and has_number(form.recording)):
        raise RecordingError.at_pointer("/recording")
    if is_recall != (form.outcome is not None):
        raise OutcomeError.at_pointer("/outcome")
    if (form.outcome is Outcome.CONTRADICTS) != bool(form.reasons):
        raise ReviewReasonError.at_pointer("/reasons")
    for position, reason in enumerate(form.reasons):
        if reason not in contradictions:
            raise ReviewReasonError.at_pointer(f"/reasons/{position}")
    if form.outcome is Outcome.NOT_REACHED and form.scores:
        raise UnreachedScoreError.at_pointer("/scores")


def _finish(call: ReviewCall, row: CallReviewRow, form: Form) -> None:
    row.state, row.lease_until = ReviewState.DONE.value, None
    row.reviewed_by, row.reviewed_at = call.principal.staff_id, call.now
    row.recording, row.note, row.reasons = form.recording, form.note, list(form.reasons)
    row.outcome = form.outcome.value if form.outcome else None
    row.version += 1


async def _not_reached(call: ReviewCall, row: CallReviewRow, form: Form) -> CallReviewRow:
    rule = call.governing(row).chapter.quality.recall
    row.attempts += 1
    if row.attempts < rule.most_attempts:
        row.ready_at = call.now + timedelta(minutes=rule.spacing_minutes)
        let_go(row)
        row.version += 1
    else:
        _finish(call, row, form)
        await call.stop_clock(row, REVIEW)
    await call.tell(row, "review", outcome=Outcome.NOT_REACHED.value, attempts=row.attempts)
    return row


async def _tell(call: ReviewCall, row: CallReviewRow, total: Total) -> None:
    fact = events.reviewed(row, Cause.REVIEWED, total, call.principal.staff_id, call.now)
    await call.tell(row, "review", fact, mode=row.mode, outcome=row.outcome, is_fatal=total.is_fatal)


async def _propose(call: ReviewCall, row: CallReviewRow) -> None:
    """A finding, once a second person confirms it."""
    finding = FalsificationRow(
        id=new_id(),
        company=row.company,
        review_id=row.id,
        callback_id=row.callback_id,
        caller_id=row.caller_id,
        state=FalsificationState.PROPOSED.value,
        reasons=list(row.reasons),
        proposed_by=call.principal.staff_id,
        proposed_at=call.now,
    )
    await reviews.add(call.session, finding)
    rule = call.governing(row).chapter.quality.falsification
    await call.start_clock(row, FALSIFICATION, rule.answered, rule.confirmed_by)
