"""An improvement is planned, declined, given to another owner or given up."""

from datetime import date, datetime, timedelta
from uuid import UUID

from services.inspection.improvement import events
from services.inspection.improvement.errors.improving import ImprovementPlanUnknownError
from services.inspection.improvement.models.improvements import ImprovementRow
from services.inspection.improvement.repository import improvements, plans
from services.inspection.improvement.rules.drafts import PlanTerms, check_due, check_indicator
from services.inspection.improvement.rules.effect import Share, Window, before_window
from services.inspection.improvement.rules.states import (
    DECIDE,
    DUE,
    ImprovementAct,
    ImprovementState,
    check_improvement,
)
from services.inspection.improvement.service.raising import clocks_of
from services.inspection.improvement.service.work import IMPROVEMENT, Clocks, Deed, ImprovementCall, deciding_posts
from services.inspection.programme.rules.windows import midnight
from shared.contracts.inspection_improvement import (
    ImprovementCancelled,
    ImprovementDeclined,
    ImprovementPlanned,
)


async def plan(call: ImprovementCall, improvement_id: UUID, terms: PlanTerms) -> ImprovementRow:
    """Give it an owner, a due date and what it is measured by; the baseline is counted at once.

    Raises: ImprovementNotFoundError, StaleError, ImprovementStepNotAllowedError, ImprovementPostError,
    ImprovementPersonUnknownError, ImprovementDueError, ImprovementCodeUnknownError, ImprovementPlanUnknownError.
    """
    row, clocks = await decided_on(call, improvement_id, ImprovementAct.PLAN)
    section = clocks.governing.chapter.improvement
    await call.deed.check_people(("/owner_id", terms.owner_id))
    check_due(terms.due_on, call.now.astimezone(clocks.governing.zone).date(), section.longest_days)
    check_indicator(terms, section)
    row.plan_id = await _plan_of(call, row, terms)
    row.owner_id, row.goal, row.measure = terms.owner_id, terms.goal, terms.measure
    row.team = terms.team or row.team
    row.indicator, row.indicator_category = terms.indicator, terms.indicator_category
    row.decided_by, row.decided_at = call.principal.staff_id, call.now
    aim_for(row, clocks, terms.due_on)
    row.state, row.posts = ImprovementState.PLANNED.value, []
    if terms.indicator is not None:
        window = before_window(section.effect.indicators[terms.indicator], call.now, clocks.governing.zone)
        row.before_from, row.before_until = window.since, window.until
        await count_before(call.deed, row, clocks)
    await clocks.stop(DECIDE)
    await press(call.deed, row, clocks, row.due_at or call.now)
    await call.deed.tell(
        row, IMPROVEMENT, "plan", events.of_improvement(row, ImprovementPlanned, call.now), owner_id=str(row.owner_id)
    )
    return row


async def decline(call: ImprovementCall, improvement_id: UUID, *, reason: str) -> ImprovementRow:
    """It is not done.  Raises: as `plan`."""
    row, clocks = await decided_on(call, improvement_id, ImprovementAct.DECLINE)
    row.decided_by, row.decided_at, row.decline_reason = call.principal.staff_id, call.now, reason
    row.state, row.ended_at, row.posts = ImprovementState.DECLINED.value, call.now, []
    await clocks.stop(DECIDE)
    await call.deed.tell(row, IMPROVEMENT, "decline", events.of_improvement(row, ImprovementDeclined, call.now))
    return row


async def assign(call: ImprovementCall, improvement_id: UUID, *, owner_id: UUID) -> ImprovementRow:
    """Give it to another owner; its clock runs on.  Raises: as `plan`."""
    row, clocks = await decided_on(call, improvement_id, ImprovementAct.ASSIGN)
    await call.deed.check_people(("/owner_id", owner_id))
    row.owner_id = owner_id
    await clocks.move(row.routing)
    await call.deed.tell(row, IMPROVEMENT, "assign", owner_id=str(owner_id))
    return row


async def cancel(call: ImprovementCall, improvement_id: UUID, *, reason: str) -> ImprovementRow:
    """Give it up.  Raises: as `plan`."""
    row, clocks = await decided_on(call, improvement_id, ImprovementAct.CANCEL)
    row.state, row.cancel_reason, row.ended_at, row.posts = (
        ImprovementState.CANCELLED.value,
        reason,
        call.now,
        [],
    )
    await clocks.cancel("cancelled")
    await call.deed.tell(row, IMPROVEMENT, "cancel", events.of_improvement(row, ImprovementCancelled, call.now))
    return row


async def decided_on(call: ImprovementCall, improvement_id: UUID, act: ImprovementAct) -> tuple[ImprovementRow, Clocks]:
    """The improvement, locked, for whoever decides on those of its department.

    Raises: ImprovementNotFoundError, StaleError, ImprovementStepNotAllowedError, ImprovementPostError.
    """
    row = await call.take(ImprovementRow, improvement_id)
    check_improvement(act, row.state)
    clocks = clocks_of(call.deed, row)
    call.check_posts(deciding_posts(clocks.governing, row.department))
    return row, clocks


def aim_for(row: ImprovementRow, clocks: Clocks, due_on: date) -> None:
    """It is due at the end of a civil day."""
    row.due_on, row.due_at = due_on, midnight(due_on + timedelta(days=1), clocks.governing.zone)


async def press(deed: Deed, row: ImprovementRow, clocks: Clocks, due_at: datetime) -> None:
    """Start the clock up to the due date."""
    await clocks.start_until(DUE, clocks.governing.chapter.improvement.due, deed.now, due_at, row.routing)


async def count_before(deed: Deed, row: ImprovementRow, clocks: Clocks) -> None:
    """Count the baseline; what was learnt late is counted the next time."""
    if row.before_from is not None and row.before_until is not None:
        share = await count(deed, row, clocks, row.before_from, row.before_until)
        row.before_numerator, row.before_denominator = share.numerator, share.denominator


async def count(deed: Deed, row: ImprovementRow, clocks: Clocks, since: datetime, until: datetime) -> Share:
    """The improvement's indicator over a window."""
    indicator = clocks.governing.chapter.improvement.effect.indicators[row.indicator or ""]
    return await improvements.share(
        deed.session,
        row.company,
        indicator,
        Window(since, until),
        department=row.department,
        category=row.indicator_category,
    )


async def _plan_of(call: ImprovementCall, row: ImprovementRow, terms: PlanTerms) -> UUID | None:
    wanted = terms.plan_id or row.plan_id
    year = None if wanted is not None else terms.due_on.year
    found = await plans.taking(call.session, row.company, row.department, plan_id=wanted, year=year)
    if wanted is not None and found is None:
        raise ImprovementPlanUnknownError.at_pointer("/plan_id")
    return found
