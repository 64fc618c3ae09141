"""Counting one cause where it counts, and what follows at exactly the n-th: the draft, and its end below."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.counters.models import CountedRow
from services.incentive.counters.repository import tallies
from services.incentive.counters.repository.tallies import Key
from services.incentive.counters.rules.causes import Cause, CountState, Entry
from services.incentive.counters.rules.weighing import year_of
from services.incentive.counters.service.places import place_of
from services.incentive.counters.service.reaching import weigh_all
from services.incentive.desk import IncentiveDesk
from services.incentive.policy import IncentiveGoverning
from services.incentive.policy_catalogue import Counter
from shared.ids import new_id


async def count(
    session: AsyncSession,
    desk: IncentiveDesk,
    company: str,
    cause: Cause,
    entries: Sequence[Entry],
    *,
    fact: str,
    now: datetime,
) -> None:
    """Let the cause count as it stands now, for those whom it names; it ends for those whom it named.

    The caller holds the cause.  `fact` is the type of what was heard.
    """
    governing = desk.governances.in_force(company, now)
    counters = governing.chapter.catalogue.counters
    known = {_key(one): one for one in await tallies.of_cause(session, company, cause.type, cause.id)}
    named = {one.key: one for one in entries}
    new = [one for key, one in named.items() if key not in known and cause.state is not CountState.ENDED]
    keys: dict[tuple[str, str, str], Key] = {
        one.key: (*one.key, year_of(counters[one.counter], cause.happened_at, governing.zone)) for one in new
    }
    await _ensure(session, desk, company, [(one, keys[one.key][3]) for one in new])
    of_known = await tallies.keys_of(session, {one.tally_id for one in known.values()})
    held = await tallies.locked(session, company, [*keys.values(), *of_known.values()])
    for one in new:
        tally_id = held[keys[one.key]].id
        year = cause.happened_at.astimezone(governing.zone).year
        session.add(_row(company, cause, one, tally_id=tally_id, year=year, fact=fact, now=now))
    changed = {keys[one.key] for one in new}
    for key, row in known.items():
        state = cause.state if key in named else CountState.ENDED
        if row.state != state:
            _move(row, state, fact, now)
            changed.add(of_known[row.tally_id])
    await session.flush()
    await weigh_all(session, desk, [held[key] for key in sorted(changed)], _rules(governing), now=now)


async def _ensure(session: AsyncSession, desk: IncentiveDesk, company: str, new: Sequence[tuple[Entry, int]]) -> None:
    book = await desk.staff.current()
    rows = []
    for entry, year in sorted(new, key=lambda one: (*one[0].key, one[1])):
        place = place_of(book, company, entry.subject_type, entry.subject, entry.department)
        rows.append(
            {
                "id": new_id(),
                "company": company,
                "counter": entry.counter,
                "subject_type": entry.subject_type.value,
                "subject": entry.subject,
                "staff_id": place.staff_id,
                "department": place.department,
                "team": place.team,
                "year": year,
            }
        )
    await tallies.ensure(session, rows)


def _row(
    company: str, cause: Cause, entry: Entry, *, tally_id: object, year: int, fact: str, now: datetime
) -> CountedRow:
    row = CountedRow(
        id=new_id(),
        company=company,
        tally_id=tally_id,
        counter=entry.counter,
        subject_type=entry.subject_type.value,
        subject=entry.subject,
        department=entry.department,
        year=year,
        cause_type=cause.type.value,
        cause_id=cause.id,
        counts_as=entry.counts_as,
        matter_id=cause.matter_id,
        number=cause.number,
        provision=cause.provision,
        happened_at=cause.happened_at,
        state=cause.state.value,
        counted_at=now,
        version=1,
    )
    if cause.state is not CountState.COUNTED:
        row.ended_at, row.ended_for = now, fact
    return row


def _move(row: CountedRow, state: CountState, fact: str, now: datetime) -> None:
    row.state = state.value
    row.ended_at, row.ended_for = (None, None) if state is CountState.COUNTED else (now, fact)
    row.version += 1


def _key(row: CountedRow) -> tuple[str, str, str]:
    return row.counter, row.subject_type, row.subject


def _rules(governing: IncentiveGoverning) -> dict[str, Counter]:
    return dict(governing.chapter.catalogue.counters)
