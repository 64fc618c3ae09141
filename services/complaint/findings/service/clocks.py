"""Clocks of findings and measures: confirmation, correction, the measure's deadline, its verification."""

from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.service.clocks import book_of, terms_of_case
from services.complaint.findings.models import FindingRow, MeasureRow
from services.complaint.findings.service.work import FindingWork
from shared.contracts.base import Routing
from shared.policy.commitments import Promised
from shared.policy.promises import promise_of
from shared.sla.promise import Promise, Subject

FINDING = "finding"
MEASURE = "measure"
CONFIRMATION = "finding_confirmation"
CORRECTION = "finding_correction"
COMPLETION = "measure"
VERIFICATION = "measure_verification"


def subject_of(row: FindingRow, case: ComplaintRow, routing: Routing) -> Subject:
    """The finding as its clocks know it."""
    return _subject(FINDING, row, case, row.cycle, routing)


def subject_of_measure(row: MeasureRow, case: ComplaintRow, routing: Routing) -> Subject:
    """The measure as its clocks know it."""
    return _subject(MEASURE, row, case, 1, routing)


def _subject(kind: str, row: FindingRow | MeasureRow, case: ComplaintRow, cycle: int, routing: Routing) -> Subject:
    return Subject(
        type=kind,
        id=row.id,
        company=row.company,
        cycle=cycle,
        matter_id=row.matter_id,
        routing=routing,
        customer_id=case.told_customer_id,
        title=case.category,
    )


def promised(work: FindingWork, metric: str, rule: Promised) -> Promise:
    """The pack's promise for one metric of a finding."""
    chapter = work.governing.chapter
    return promise_of(metric, rule, ladders=chapter.ladders, pauses=chapter.pauses)


async def start(work: FindingWork, subject: Subject, metric: str, rule: Promised, *, sequence: int) -> None:
    """Start one clock from now."""
    stamp = work.governing.stamp(terms_of_case(work.case))
    book = book_of(work.session, work.governing, work.now)
    await book.start(subject, stamp, [promised(work, metric, rule)], sequence=sequence)


async def stop(work: FindingWork, subject: Subject, metric: str) -> None:
    """The metric was answered now."""
    await book_of(work.session, work.governing, work.now).stop(subject, metric, actor=work.actor)


async def cancel(work: FindingWork, subject: Subject, *, reason: str) -> None:
    """End what still runs."""
    await book_of(work.session, work.governing, work.now).cancel(subject, reason=reason, actor=work.actor)


def routing_of(work: FindingWork, staff_id: UUID) -> Routing:
    """What lies with one member of staff."""
    member = work.staff.get(staff_id)
    if member is None:
        return Routing(owner_id=staff_id)
    return Routing(owner_id=member.id, team=member.team, department=member.department)
