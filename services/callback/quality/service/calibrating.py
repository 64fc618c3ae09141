"""Two reviewers of one call: within the pack's gap their mean stands, beyond it the head agrees a score with both."""

from collections.abc import Mapping

from services.callback.quality import events
from services.callback.quality.errors import ReviewStepNotAllowedError
from services.callback.quality.models import CalibrationRow, CallReviewRow
from services.callback.quality.repository import reviews
from services.callback.quality.rules.cards import Score, Total, gap, mean, total_of
from services.callback.quality.rules.states import CALIBRATION, CalibrationState, Cause, ReviewState
from services.callback.quality.service.desk import ReviewCall
from services.callback.quality.service.scoring import say
from shared.ids import new_id


async def compare(call: ReviewCall, row: CallReviewRow) -> None:
    """Compare the pair once both have reviewed; the first of the two carries the score of the call."""
    await call.session.flush()
    first, second = await reviews.pair(call.session, row.callback_id)
    if ReviewState.DONE.value != first.state or second.state != first.state:
        return
    one, other = _total(first), _total(second)
    apart, rule = gap(one, other), call.governing(row).chapter.quality.calibration
    is_within = apart <= rule.allowed_gap
    calibration = CalibrationRow(
        id=new_id(),
        company=row.company,
        review_id=first.id,
        partner_id=second.id,
        gap_numerator=apart.numerator,
        gap_denominator=apart.denominator,
        allowed_gap=rule.allowed_gap,
        state=(CalibrationState.WITHIN if is_within else CalibrationState.OPEN).value,
        found_at=call.now,
    )
    await reviews.add(call.session, calibration)
    if is_within:
        await _settle(call, first, second, Cause.CALIBRATED, mean(one, other), {}, None)
    else:
        await call.start_clock(first, CALIBRATION, rule.answered, rule.agreed_by)


async def agree(call: ReviewCall, scores: Mapping[str, Score], reason: str) -> CallReviewRow:
    """The head says the score on which all agree, by somebody who reviewed neither.

    Raises: as `ReviewCall.locked`, ReviewStepNotAllowedError, ReviewPostError, OwnCallError, SameReviewerError,
    ScoreMissingError, ScoreOutsideCardError.
    """
    row = await call.locked(state=ReviewState.DONE)
    calibration = await reviews.settling(call.session, CalibrationRow, row.id)
    if calibration is None or calibration.state != CalibrationState.OPEN:
        raise ReviewStepNotAllowedError("该评定没有待校准的差距。")
    first, second = await reviews.pair(call.session, row.callback_id)
    rule = call.governing(row).chapter.quality.calibration
    call.check_second(rule.agreed_by, row, (first.reviewed_by, second.reviewed_by))
    total = total_of(call.card(row), scores)
    calibration.state, calibration.agreed_by = CalibrationState.AGREED.value, call.principal.staff_id
    calibration.agreed_at = call.now
    await call.stop_clock(first, CALIBRATION)
    await _settle(call, first, second, Cause.AGREED, total, scores, reason)
    return first


async def _settle(
    call: ReviewCall,
    first: CallReviewRow,
    second: CallReviewRow,
    cause: Cause,
    total: Total,
    scores: Mapping[str, Score],
    reason: str | None,
) -> None:
    first.settled_at = second.settled_at = call.now
    await say(call, first, cause, total, scores, reason=reason)
    first.is_standing = True
    first.version += 1
    second.version += 1
    fact = events.reviewed(first, cause, total, call.principal.staff_id, call.now)
    await call.tell(first, "settle", fact, cause=cause.value)


def _total(row: CallReviewRow) -> Total:
    return Total(row.points or 0, row.out_of or 1, bool(row.is_fatal))
