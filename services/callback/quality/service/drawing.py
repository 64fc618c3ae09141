"""Completed callbacks are numbered in their caller's month and, by the seeded draw, given to reviewers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.models import CallbackRow
from services.callback.calls.rules.draws import offset_of
from services.callback.calls.service.desk import CallDesk
from services.callback.policy_in_force import Governing
from services.callback.policy_quality import ReviewMode
from services.callback.quality.models import CallReviewRow, ReviewDrawRow
from services.callback.quality.repository import draws, reviews
from services.callback.quality.rules.draws import Chosen, choose, stratum_name
from services.callback.quality.rules.states import REVIEW, SUBJECT, ReviewState
from services.callback.quality.service.desk import subject_of
from shared.access.staff_book import StaffMember
from shared.audit.trail import record
from shared.ids import human_number, new_id
from shared.policy.book import PolicyNotFoundError
from shared.sla.book import ClockBook

SEQUENCE = "call_review_numbers"
PREFIX = "ZP"
AT_ONCE = 100


async def draw_reviews(session: AsyncSession, desk: CallDesk, company: str, *, now: datetime) -> int:
    """Number the next completed callbacks, oldest first; answers how many were seen."""
    found = await draws.unreviewed(session, company, limit=AT_ONCE)
    for callback in found:
        await _number(session, desk, callback, now)
        callback.is_review_numbered = True
    await session.flush()
    return len(found)


async def _number(session: AsyncSession, desk: CallDesk, callback: CallbackRow, now: datetime) -> None:
    caller_id, completed_at = callback.completed_by, callback.completed_at
    if caller_id is None or completed_at is None:
        return
    try:
        governing = desk.governances.in_force(callback.company, completed_at)
        quality = governing.chapter.quality
    except PolicyNotFoundError:
        return
    if callback.outcome not in quality.outcomes:
        return
    month = f"{completed_at.astimezone(governing.zone):%Y-%m}"
    stratum = await _stratum(session, callback.company, month, caller_id, governing)
    shares = (quality.share, quality.recall.share, quality.calibration.share)
    position = stratum.seen + 1
    chosen = choose(stratum.seed, stratum.name, position, stratum.drawn, shares)
    numbered = ReviewDrawRow(
        id=new_id(),
        company=callback.company,
        stratum_id=stratum.id,
        position=position,
        callback_id=callback.id,
        drawn_at=now,
        is_drawn=chosen.is_drawn,
        is_recall=chosen.is_recall,
        is_double=chosen.is_double,
    )
    await draws.number(session, numbered)
    if chosen.is_drawn:
        caller = (await desk.staff.current()).get(caller_id)
        await _begin(session, desk, callback, chosen, governing, month, caller, now)


async def _stratum(
    session: AsyncSession, company: str, month: str, caller_id: UUID, governing: Governing
) -> draws.Stratum:
    quality = governing.chapter.quality
    name = stratum_name(company, month, str(caller_id), governing.version)
    values = {
        "id": new_id(),
        "company": company,
        "month": month,
        "caller_id": caller_id,
        "policy_pack": governing.policy.pack,
        "policy_version": governing.version,
        "name": name,
        "seed": quality.seed,
        "numerator": quality.share.numerator,
        "denominator": quality.share.denominator,
        "offset_numerator": offset_of(quality.seed, name),
    }
    return await draws.locked_stratum(session, values)


async def _begin(
    session: AsyncSession,
    desk: CallDesk,
    callback: CallbackRow,
    chosen: Chosen,
    governing: Governing,
    month: str,
    caller: StaffMember | None,
    now: datetime,
) -> None:
    mode = ReviewMode.RECALL if chosen.is_recall else ReviewMode.LISTENING
    ids = [new_id(), new_id()] if chosen.is_double else [new_id()]
    for seat, review_id in enumerate(ids, start=1):
        on = now.astimezone(governing.zone).date()
        row = _review(callback, mode, governing, caller, now)
        row.id, row.seat, row.month = review_id, seat, month
        row.number = human_number(PREFIX, on, await desk.numbers.take(SEQUENCE))
        row.partner_id = ids[2 - seat] if chosen.is_double else None
        await reviews.add(session, row)
        promise = governing.promise(REVIEW, governing.chapter.quality.reviewed, is_consequence=True)
        await ClockBook(session, calendars=governing.calendars, now=now).start(
            subject_of(row), governing.stamp(row.tier), [promise], started_at=now
        )
        await record(
            session,
            company=row.company,
            action="draw_call_review",
            at=now,
            resource_type=SUBJECT,
            resource_id=row.id,
            detail={"mode": row.mode, "seat": seat},
        )


def _review(
    callback: CallbackRow, mode: ReviewMode, governing: Governing, caller: StaffMember | None, now: datetime
) -> CallReviewRow:
    quality = governing.chapter.quality
    card = quality.card_of(mode)
    return CallReviewRow(
        company=callback.company,
        callback_id=callback.id,
        callback_number=callback.number,
        customer_id=callback.customer_id,
        tier=callback.tier,
        business=callback.business,
        caller_id=callback.completed_by,
        caller_team=caller.team if caller else callback.team,
        caller_department=caller.department if caller else callback.department,
        completed_at=callback.completed_at,
        mode=mode.value,
        state=ReviewState.OPEN.value,
        posts=list(quality.reviewers),
        ready_at=now,
        attempts=0,
        contact_count=0,
        card=card,
        card_version=quality.cards[card].version,
        reasons=[],
        is_standing=False,
        drawn_at=now,
        matter_id=callback.matter_id,
        correlation_id=callback.correlation_id,
        hops=callback.hops,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )
