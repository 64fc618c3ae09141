"""How often somebody was held responsible in a year, and the consequence that the pack proposes for it."""

from datetime import datetime
from uuid import UUID

from services.complaint.findings import events, repository
from services.complaint.findings.models import RepeatedConsequenceRow, ResponsibilityRow
from services.complaint.findings.rules import months_before, standing_of
from services.complaint.findings.service import clocks
from services.complaint.findings.service.work import FindingWork
from services.complaint.policy_findings import RepeatedConsequence
from shared.contracts import finding as contracts
from shared.events import outbox
from shared.ids import new_id

COUNTED = ("counted",)
HELD = ("counted", "suspended")
"""What an appeal suspends proposes nothing, but takes nothing back before it is decided."""


async def recount(work: FindingWork) -> None:
    """Let the finding count as it stands now against everybody whom it names or named."""
    row = work.finding
    known = await repository.responsibilities(work.session, row.id)
    named = set(row.person_ids)
    standing = standing_of(row.state, holds_responsible=work.terms.verdicts[row.verdict].holds_responsible)
    for person_id in sorted(named | known.keys()):
        await repository.lock_person(work.session, row.company, person_id)
        entry = known.get(person_id)
        if entry is None:
            entry = _entry(work, person_id)
            work.session.add(entry)
        entry.standing = standing if person_id in named else "revoked"
        await work.session.flush()
        for code, rule in work.terms.repeated.items():
            await _weigh(work, entry, code, rule)


def _entry(work: FindingWork, person_id: UUID) -> ResponsibilityRow:
    """The complaint counts in the year in which it came in."""
    return ResponsibilityRow(
        id=new_id(),
        company=work.finding.company,
        person_id=person_id,
        finding_id=work.finding.id,
        complaint_id=work.finding.complaint_id,
        complained_at=work.case.opened_at,
        year=work.case.opened_at.astimezone(work.governing.zone).year,
        standing="revoked",
    )


async def _weigh(work: FindingWork, entry: ResponsibilityRow, code: str, rule: RepeatedConsequence) -> None:
    standing = await repository.proposals(work.session, entry.company, entry.person_id)
    open_row = next((one for one in standing if one.rule == code and one.year == entry.year), None)
    if open_row is None:
        counted = await _count(work, entry, rule, COUNTED)
        if counted >= rule.count and entry.standing == "counted":
            await _propose(work, entry, code, rule, counted)
    elif await _count(work, entry, rule, HELD) < rule.count:
        open_row.state, open_row.retracted_at = "retracted", work.now
        open_row.count = await _count(work, entry, rule, COUNTED)
        open_row.version += 1
        await _publish(work, open_row, contracts.ConsequenceRetracted)


async def _count(
    work: FindingWork, entry: ResponsibilityRow, rule: RepeatedConsequence, standings: tuple[str, ...]
) -> int:
    year: int | None = entry.year
    since: datetime | None = None
    until: datetime | None = None
    if not rule.is_calendar_year:
        local = entry.complained_at.astimezone(work.governing.zone)
        year, since, until = None, months_before(local, rule.months), local
    return await repository.count(
        work.session, entry.company, entry.person_id, standings, year=year, since=since, until=until
    )


async def _propose(
    work: FindingWork, entry: ResponsibilityRow, code: str, rule: RepeatedConsequence, counted: int
) -> None:
    row = RepeatedConsequenceRow(
        id=new_id(),
        company=entry.company,
        person_id=entry.person_id,
        year=entry.year,
        rule=code,
        clause=rule.consequence,
        state="proposed",
        count=counted,
        finding_id=entry.finding_id,
        matter_id=work.finding.matter_id,
        proposed_at=work.now,
        version=1,
    )
    work.session.add(row)
    await _publish(work, row, contracts.ConsequenceProposed)


async def _publish(work: FindingWork, row: RepeatedConsequenceRow, kind: type[contracts.ConsequenceFact]) -> None:
    await work.session.flush()
    routing = clocks.routing_of(work, row.person_id).model_copy(update={"owner_id": None})
    fact = events.consequence(row, work.finding.complaint_id, kind, routing, work.now)
    await outbox.add(work.session, fact)


async def standing_proposals(work: FindingWork) -> list[UUID]:
    """The proposals about the persons named that stand now."""
    found = [
        one.id
        for person_id in work.finding.person_ids
        for one in await repository.proposals(work.session, work.finding.company, person_id)
    ]
    return sorted(found)
