"""A score is said: a new round of its history; the last one stands."""

from collections.abc import Mapping

from services.callback.quality.models import CallReviewRow, ReviewScoreRow, VerdictRow
from services.callback.quality.repository import reviews
from services.callback.quality.rules.cards import Score, Total
from services.callback.quality.rules.states import Cause
from services.callback.quality.service.desk import ReviewCall
from shared.ids import new_id


async def say(
    call: ReviewCall,
    row: CallReviewRow,
    cause: Cause,
    total: Total,
    scores: Mapping[str, Score],
    *,
    reason: str | None = None,
) -> None:
    """Keep the lines and the total as a round of their own; nothing is overwritten."""
    said = len(await reviews.verdicts(call.session, row.id)) + 1
    row.points, row.out_of, row.is_fatal = total.points, total.out_of, total.is_fatal
    lines = [
        ReviewScoreRow(
            id=new_id(),
            company=row.company,
            review_id=row.id,
            round=said,
            criterion=criterion,
            points=score.points,
            is_failed=score.is_failed,
            note=score.note,
        )
        for criterion, score in scores.items()
    ]
    verdict = VerdictRow(
        id=new_id(),
        company=row.company,
        review_id=row.id,
        round=said,
        cause=cause.value,
        points=total.points,
        out_of=total.out_of,
        is_fatal=total.is_fatal,
        said_by=call.principal.staff_id,
        said_at=call.now,
        reason=reason,
    )
    await reviews.add(call.session, *lines, verdict)
