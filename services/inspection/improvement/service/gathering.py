"""Trainings and service meetings: what departments owe of a period, and what time does to it."""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.improvement import events
from services.inspection.improvement.models.gatherings import GatheringDutyRow
from services.inspection.improvement.repository import gatherings
from services.inspection.improvement.rules.states import DutyState, GatheringKind
from services.inspection.improvement.service.work import DUTY, Clocks, Deed, lead_posts
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_improvement import Gathering
from services.inspection.programme.rules.windows import Span, midnight, span_of
from shared.ids import new_id
from shared.policy.book import PolicyNotFoundError

AT_ONCE = 200
MADE_UP_NO_MORE = "made_up_no_more"


def terms_of(governing: InspectionGoverning, kind: GatheringKind) -> Gathering:
    """What the pack says of trainings or meetings."""
    section = governing.chapter.improvement
    return section.training if kind is GatheringKind.TRAINING else section.meeting


def span_on(terms: Gathering, at: datetime, governing: InspectionGoverning) -> Span:
    """The period that holds an instant."""
    day: date = at.astimezone(governing.zone).date()
    return span_of(terms.every, day)


def ends_at(terms: Gathering, span: Span, governing: InspectionGoverning) -> datetime:
    """Until when what was held in the period is recorded, or made up for."""
    return midnight(span.after + timedelta(days=terms.late_days), governing.zone)


async def owe(deed: Deed, governing: InspectionGoverning, kind: GatheringKind, department: str, span: Span) -> bool:
    """Let a department owe one in the period; False if it does already."""
    terms = terms_of(governing, kind)
    row = await gatherings.insert_new(
        deed.session,
        {
            "id": new_id(),
            "company": deed.company,
            "kind": kind.value,
            "department": department,
            "period": span.name,
            "period_from": midnight(span.first, governing.zone),
            "due_at": midnight(span.after, governing.zone),
            "ends_at": ends_at(terms, span, governing),
            "posts": lead_posts(governing, department),
            "state": DutyState.OWED.value,
            "made_at": deed.now,
            "policy_version": governing.version,
        },
    )
    if row is None:
        return False
    await clocks_of(deed, row).start_until(kind.metric, terms.held, row.period_from, row.due_at, row.routing)
    await deed.tell(row, DUTY, "owe", period=row.period)
    return True


def clocks_of(deed: Deed, row: GatheringDutyRow) -> Clocks:
    """The promise of a duty, in the revision under which it began."""
    governing = deed.governing(row.policy_version, row.made_at)
    clause = terms_of(governing, GatheringKind(row.kind)).clause
    return Clocks(deed, governing, DUTY, row.id, row.id, clause)


async def keep(session: AsyncSession, desk: InspectionDesk, company: str, *, now: datetime) -> int:
    """Begin what is owed today, mark what was missed, end what nobody makes up for; answers how many were touched."""
    deed = Deed(session, desk, company, None, now)
    try:
        governing = deed.in_force()
    except PolicyNotFoundError:
        return 0
    begun = await _begin(deed, governing)
    missed = await gatherings.missed(session, company, now, AT_ONCE)
    for row in missed:
        row.state, row.missed_at = DutyState.MISSED.value, now
        row.version += 1
        await deed.tell(row, DUTY, "miss", events.missed(row, now), period=row.period)
    over = await gatherings.over(session, company, now, AT_ONCE)
    for row in over:
        row.ended_at = now
        row.version += 1
        await clocks_of(deed, row).cancel(MADE_UP_NO_MORE)
        await deed.tell(row, DUTY, "end", period=row.period)
    return begun + len(missed) + len(over)


async def _begin(deed: Deed, governing: InspectionGoverning) -> int:
    """Let departments owe the period that runs, and those that passed since the last one while nobody looked."""
    last = await gatherings.last(deed.session, deed.company)
    begun = 0
    for kind in GatheringKind:
        terms = terms_of(governing, kind)
        for department in terms.departments:
            since = min(last.get((kind.value, department), deed.now), deed.now)
            span = span_on(terms, since, governing)
            while midnight(span.first, governing.zone) <= deed.now:
                begun += await owe(deed, governing, kind, department, span)
                span = Span(terms.every, span.after)
    return begun
