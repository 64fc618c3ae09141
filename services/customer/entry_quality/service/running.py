"""Checks that run by themselves: the month's of the whole base, the day's of every step and operator, the week's draw.

Each call does one chunk and says where the next begins, so that a run resumes where it was killed.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.models import EntryCheckLineRow, EntryCheckRow
from services.customer.entry_quality.repository import checks, entries
from services.customer.entry_quality.repository.judging import Asked, judge
from services.customer.entry_quality.rules.draws import sample_size
from services.customer.entry_quality.rules.periods import Span, month_of
from services.customer.entry_quality.rules.states import CheckState
from services.customer.entry_quality.service.findings import Found, record_finding
from services.customer.entry_quality.service.quality import CHECK, Quality, note
from services.customer.policy_entry import EntryCheck
from shared.access.staff_book import StaffBook
from shared.ids import new_id
from shared.sla.promise import Subject

SYSTEM, OWN_DAY, STEP_BEFORE, TEAM_LEADER, IN_BUSINESS = (
    *("system", "own_day", "step_before", "team_leader", "in_business"),
)
"""The pack's checks that this feature knows how to make."""
WHOLE = "-"
DONE = "check"
"""The metric: until every entry was looked at."""
CHUNK = 2000
PEOPLE = 20
_NIL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Run:
    """One company's turn at one span."""

    session: AsyncSession
    company: str
    quality: Quality
    staff: StaffBook
    span: Span
    now: datetime
    chunk: int = CHUNK


@dataclass(frozen=True, slots=True)
class Turn:
    """What a chunk did, and where the next begins; None when the run is through."""

    done: int
    cursor: dict[str, Any] | None
    result: dict[str, Any] = field(default_factory=dict)


async def rules_step(run: Run, check: str, cursor: dict[str, Any]) -> Turn:
    """One chunk of one rule of a check; the check's row tells what each rule found."""
    row = await _begun(run, check)
    rules = [code for code, rule in sorted(run.quality.terms.rules.items()) if rule.check == check]
    place = int(cursor.get("rule", 0))
    if row.state == CheckState.DONE or place >= len(rules):
        await _end(run, row)
        return Turn(0, None, dict(row.figures))
    after = UUID(cursor["after"]) if cursor.get("after") else None
    code = rules[place]
    seen = await judge(
        run.session,
        run.company,
        _asked(run.quality, code),
        run.span,
        check_id=row.id,
        month=month_of(run.span.from_at, run.quality.zone),
        after=after,
        size=run.chunk,
        now=run.now,
    )
    row.population += seen.looked
    row.errors += seen.found
    row.figures = {**row.figures, code: row.figures.get(code, 0) + seen.found}
    await run.session.flush()
    if seen.looked < run.chunk:
        return Turn(seen.looked, {"rule": place + 1})
    return Turn(seen.looked, {"rule": place, "after": str(seen.last_id)})


def _asked(quality: Quality, code: str) -> Asked:
    rule = quality.terms.rules[code]
    return Asked(
        rule=code,
        detector=rule.detector,
        check=rule.check,
        kind=rule.kind,
        concern=rule.concern,
        limit=rule.limit,
        works=rule.works,
        clause=rule.clause or quality.terms.checks[rule.check].clause,
        posts=quality.terms.findings.decided_by,
        version=quality.version,
    )


async def _begun(run: Run, check: str) -> EntryCheckRow:
    known = await checks.find(run.session, run.company, check, run.span.name, WHOLE)
    return known or await checks.add(run.session, _row(run, check, WHOLE, CheckState.RUNNING))


async def _end(run: Run, row: EntryCheckRow) -> None:
    if row.state == CheckState.DONE:
        return
    row.state, row.finished_at = CheckState.DONE.value, run.now
    row.version += 1
    await run.session.flush()
    await note(run.session, run.company, "entry_check_made", CHECK, row.id, now=run.now, errors=row.errors)


async def own_day_step(run: Run, cursor: dict[str, Any]) -> Turn:
    """Lay the day's entries before the next operators: each confirms the own (本人日查)."""
    made_by = run.quality.terms.checks[OWN_DAY].made_by
    after = UUID(cursor["after"]) if cursor.get("after") else _NIL
    people = await entries.operators(
        run.session, run.company, run.span, made_by=list(made_by), after=after, size=PEOPLE
    )
    for one in people:
        await _lay_out(run, one)
    if len(people) < PEOPLE:
        return Turn(len(people), None)
    return Turn(len(people), {"after": str(people[-1]["operator_id"])})


async def _lay_out(run: Run, one: Any) -> None:
    operator_id: UUID = one["operator_id"]
    if await checks.find(run.session, run.company, OWN_DAY, run.span.name, str(operator_id)):
        return
    row = _row(run, OWN_DAY, str(operator_id), CheckState.OPEN)
    row.operator_id, row.team, row.department = operator_id, one["team"], one["department"]
    await checks.add(run.session, row)
    row.population = row.drawn = await entries.lay_out(run.session, run.company, run.span, row.id, operator_id)
    for line in await checks.faulty_lines(run.session, row.id):
        line.finding_id = await _missing(run, row, line)
        row.errors += 1
    await run.session.flush()
    await _promise(run, row)


async def _missing(run: Run, row: EntryCheckRow, line: EntryCheckLineRow) -> UUID:
    found = Found(
        rule="missing_fields",
        check=OWN_DAY,
        kind="missing",
        concern=line.concern,
        subject_type=line.subject_type,
        subject_id=line.subject_id,
        entered_at=line.entered_at,
        operator_id=line.operator_id,
        customer_id=line.customer_id,
        order_id=line.subject_id if line.subject_type == "order" else None,
        check_id=row.id,
        evidence={"missing": list(line.missing)},
    )
    stored = await record_finding(run.session, run.company, found, quality=run.quality, staff=run.staff, now=run.now)
    return stored.id


async def team_step(run: Run, cursor: dict[str, Any]) -> Turn:
    """Draw the team leaders' samples of the week, by a seed that stands on each check (班组长抽查)."""
    after = str(cursor.get("after", ""))
    teams = await entries.teams(run.session, run.company, run.span, after=after, size=PEOPLE)
    for one in teams:
        await _draw(run, one)
    if len(teams) < PEOPLE:
        return Turn(len(teams), None)
    return Turn(len(teams), {"after": teams[-1]["team"]})


async def _draw(run: Run, one: Any) -> None:
    terms = run.quality.terms.checks[TEAM_LEADER]
    if await checks.find(run.session, run.company, TEAM_LEADER, run.span.name, one["team"]):
        return
    row = _row(run, TEAM_LEADER, one["team"], CheckState.OPEN)
    row.team, row.department, row.population = one["team"], one["department"], one["entries"]
    row.posts, row.seed = list(terms.made_by), secrets.token_hex(16)
    await checks.add(run.session, row)
    size = row.population
    if terms.sample is not None:
        size = sample_size(row.population, percent=terms.sample.percent, at_least=terms.sample.at_least)
    row.drawn = await entries.draw(
        run.session, run.company, run.span, row.id, team=one["team"], seed=row.seed, size=size
    )
    await run.session.flush()
    await _promise(run, row)


async def _promise(run: Run, row: EntryCheckRow) -> None:
    terms: EntryCheck = run.quality.terms.checks[row.check]
    since = min(run.span.until_at, run.now)
    await run.quality.start(run.session, subject_of(row), DONE, terms.done_within, now=run.now, since=since)
    await note(run.session, run.company, "entry_check_opened", CHECK, row.id, now=run.now, entries=row.drawn)


def subject_of(row: EntryCheckRow) -> Subject:
    """The check as its clock knows it."""
    return Subject(type=CHECK, id=row.id, company=row.company, matter_id=row.id, routing=row.routing, title=row.check)


def _row(run: Run, check: str, subject: str, state: CheckState) -> EntryCheckRow:
    return EntryCheckRow(
        id=new_id(),
        company=run.company,
        check=check,
        period=run.span.name,
        subject=subject,
        state=state.value,
        posts=[],
        from_at=run.span.from_at,
        until_at=run.span.until_at,
        population=0,
        drawn=0,
        errors=0,
        figures={},
        policy_version=run.quality.version,
        policy_sha256=run.quality.sha256,
        started_at=run.now,
        version=1,
    )
