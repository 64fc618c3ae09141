"""A calendar changed while clocks run: open clocks follow its new revision (sla.md 4)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from shared.sla import changes
from shared.sla.calendars import Calendars
from shared.sla.history import finished_runs
from shared.sla.instants import to_us
from shared.sla.repository import ClockRepository
from shared.sla.state import Turn


async def recalendar(session: AsyncSession, calendars: Calendars, *, now: datetime, limit: int = 500) -> int:
    """Count up to `limit` open clocks anew by the newest revision of their calendar; answers how many: call until 0.

    Verdicts that were given stay (`ClockBook.correct` is for them); clocks that somebody works on are left for the
    next call.
    """
    repository = ClockRepository(session)
    done = 0
    for calendar in calendars:
        clocks = await repository.lock_outdated(calendar.code, calendar.revision, limit - done)
        events = await repository.events([clock.id for clock in clocks])
        turns = [Turn(clock, to_us(now), "system:calendar") for clock in clocks]
        for turn in turns:
            own = [event for event in events if event.clock_id == turn.clock.id]
            changes.recalendar(turn, calendar, runs=finished_runs(turn.clock, own))
        await repository.save(turns)
        done += len(clocks)
        if done >= limit:
            break
    return done
