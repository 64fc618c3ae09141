"""The owner works on an improvement and reports it done; its effect is measured, by facts or by hand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.improvement import events
from services.inspection.improvement.errors.improving import (
    ImprovementMeasuredByFactsError,
    ImprovementNotOwnerError,
    ImprovementProofMissingError,
)
from services.inspection.improvement.models.improvements import ImprovementNoteRow, ImprovementRow
from services.inspection.improvement.repository import improvements, rows
from services.inspection.improvement.rules.drafts import HandEffect
from services.inspection.improvement.rules.effect import Share, after_window, is_improved
from services.inspection.improvement.rules.states import (
    ACCEPT,
    DUE,
    EFFECT,
    ImprovementAct,
    ImprovementState,
    check_improvement,
)
from services.inspection.improvement.service.deciding import count, count_before
from services.inspection.improvement.service.raising import clocks_of
from services.inspection.improvement.service.work import IMPROVEMENT, Clocks, Deed, ImprovementCall
from shared.contracts.inspection_improvement import ImprovementDone, ImprovementMeasured
from shared.ids import new_id
from shared.policy.book import PolicyNotFoundError

AT_ONCE = 200


async def begin(call: ImprovementCall, improvement_id: UUID) -> ImprovementRow:
    """The owner begins, or begins again.

    Raises: ImprovementNotFoundError, StaleError, ImprovementStepNotAllowedError, ImprovementNotOwnerError.
    """
    row, _ = await _owned(call, improvement_id, ImprovementAct.BEGIN)
    row.state, row.begun_at = ImprovementState.UNDER_WAY.value, row.begun_at or call.now
    await call.deed.tell(row, IMPROVEMENT, "begin")
    return row


async def note(
    call: ImprovementCall, improvement_id: UUID, *, words: str, file_ids: tuple[UUID, ...]
) -> ImprovementRow:
    """The owner notes what was done.  Raises: as `begin`, ImprovementFileUnknownError, ImprovementFileTypeError."""
    row, clocks = await _owned(call, improvement_id, ImprovementAct.NOTE)
    await call.deed.check_files(file_ids, clocks.governing.chapter.improvement, "file_ids")
    position = await improvements.next_position(call.session, row.id)
    await rows.add(
        call.session,
        ImprovementNoteRow(
            id=new_id(),
            company=row.company,
            improvement_id=row.id,
            position=position,
            words=words,
            file_ids=list(file_ids),
            noted_by=call.principal.staff_id,
            noted_at=call.now,
        ),
    )
    await call.deed.tell(row, IMPROVEMENT, "note", position=position)
    return row


async def report_done(
    call: ImprovementCall, improvement_id: UUID, *, words: str, file_ids: tuple[UUID, ...]
) -> ImprovementRow:
    """The owner reports it done; what is counted from facts waits for its window, the rest for a measure by hand.

    Raises: as `note`.
    """
    row, clocks = await _owned(call, improvement_id, ImprovementAct.DONE)
    section = clocks.governing.chapter.improvement
    await call.deed.check_files(file_ids, section, "file_ids")
    stopped = await clocks.stop(DUE)
    is_late = any(one.is_late for one in stopped) if stopped else row.due_at is not None and call.now > row.due_at
    row.is_late = bool(row.is_late) or is_late
    row.done_by, row.done_at, row.done_words, row.file_ids = (
        call.principal.staff_id,
        call.now,
        words,
        [*row.file_ids, *file_ids],
    )
    row.state = ImprovementState.DONE.value
    if row.indicator is None:
        await clocks.start(EFFECT, section.effect.measured, row.routing)
    else:
        window = after_window(section.effect.indicators[row.indicator], call.now, clocks.governing.zone)
        row.after_from, row.after_until = window.since, window.until
    await call.deed.tell(
        row, IMPROVEMENT, "report_done", events.of_improvement(row, ImprovementDone, call.now), is_late=row.is_late
    )
    return row


async def measure_by_hand(call: ImprovementCall, improvement_id: UUID, effect: HandEffect) -> ImprovementRow:
    """Say the effect where facts cannot, with a proof.

    Raises: as `note`, ImprovementMeasuredByFactsError, ImprovementProofMissingError.
    """
    row, clocks = await _owned(call, improvement_id, ImprovementAct.EFFECT)
    if row.indicator is not None and (row.measured_at is None or row.is_improved is not None):
        raise ImprovementMeasuredByFactsError("该改进项的效果按规章指标由系统统计。")
    if not effect.file_ids:
        raise ImprovementProofMissingError.at_pointer("/file_ids")
    await call.deed.check_files(effect.file_ids, clocks.governing.chapter.improvement, "file_ids")
    before = Share(effect.before_numerator, effect.before_denominator)
    after = Share(effect.after_numerator, effect.after_denominator)
    row.effect_words, row.effect_file_ids, row.is_by_hand = effect.words, list(effect.file_ids), True
    row.measured_by = call.principal.staff_id
    await _measured(call.deed, row, clocks, before, after, is_less_better=effect.is_less_better)
    return row


async def measure_due(session: AsyncSession, desk: InspectionDesk, company: str, *, now: datetime) -> int:
    """Count the effects whose windows are over; answers how many."""
    deed = Deed(session, desk, company, None, now)
    try:
        deed.in_force()
    except PolicyNotFoundError:
        return 0
    found = await improvements.unmeasured(session, company, now, AT_ONCE)
    for row in found:
        clocks = clocks_of(deed, row)
        indicator = clocks.governing.chapter.improvement.effect.indicators[row.indicator or ""]
        await count_before(deed, row, clocks)
        before = Share(row.before_numerator or 0, row.before_denominator or 0)
        after = await count(deed, row, clocks, row.after_from or now, row.after_until or now)
        row.version += 1
        row.is_by_hand = False
        await _measured(deed, row, clocks, before, after, is_less_better=indicator.is_less_better)
    return len(found)


async def _measured(
    deed: Deed, row: ImprovementRow, clocks: Clocks, before: Share, after: Share, *, is_less_better: bool
) -> None:
    """Write the effect down; from the first measure on the office owes its word."""
    row.before_numerator, row.before_denominator = before.numerator, before.denominator
    row.after_numerator, row.after_denominator = after.numerator, after.denominator
    row.is_improved = is_improved(before, after, is_less_better=is_less_better)
    is_first, row.measured_at = row.measured_at is None, deed.now
    section = clocks.governing.chapter.improvement
    await clocks.stop(EFFECT)
    if is_first:
        row.posts = list(section.accepted_by)
        await clocks.start(ACCEPT, section.accepted, row.posts_routing)
    await deed.tell(
        row,
        IMPROVEMENT,
        "measure",
        events.of_improvement(row, ImprovementMeasured, deed.now),
        is_improved=row.is_improved,
    )


async def _owned(call: ImprovementCall, improvement_id: UUID, act: ImprovementAct) -> tuple[ImprovementRow, Clocks]:
    row = await call.take(ImprovementRow, improvement_id)
    check_improvement(act, row.state)
    if not call.is_any(row.owner_id):
        raise ImprovementNotOwnerError("该操作须由改进项责任人或其代理人办理。")
    return row, clocks_of(call.deed, row)
