"""The clocks of a case: which subject, which promises, and what each change does to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import AnyCase, ComplaintRow
from services.complaint.cases.rules import EXTERNAL_ANSWER, HOLDING
from services.complaint.cases.service.governing import Governances, Governing
from services.complaint.policy import CaseTerms, Metric, Start
from shared.contracts.base import Routing
from shared.sla.book import ClockBook
from shared.sla.promise import Promise, Subject

SUBJECT = "complaint"


def subject_of(case: AnyCase, routing: Routing | None = None) -> Subject:
    """The case as its clocks know it; `routing` where a promise lies with somebody else than the case."""
    return Subject(
        type=SUBJECT,
        id=case.id,
        company=case.company,
        cycle=case.cycle,
        matter_id=case.matter_id,
        routing=routing or case.routing,
        customer_id=case.told_customer_id,
        title=case.category,
    )


def terms_of_case(case: AnyCase) -> CaseTerms:
    """What decides on the case's promises, as it stands."""
    return CaseTerms(
        kind=case.kind, tier=case.tier, party=case.customer_kind, grade=case.grade, level=case.handling_level
    )


def governing_case(governances: Governances, case: ComplaintRow) -> Governing:
    """The revision in force at the case's start governs it to its end (design.md 5)."""
    return governances.of_revision(case.company, case.policy_version, case.opened_at)


def book_of(session: AsyncSession, governing: Governing, now: datetime) -> ClockBook:
    """The clock book of this transaction."""
    return ClockBook(session, calendars=governing.calendars, now=now)


async def start(
    session: AsyncSession,
    case: ComplaintRow,
    governing: Governing,
    start: Start,
    *,
    at: datetime,
    now: datetime,
) -> None:
    """Start the promises that run from a moment: receipt, plan ready, agreement."""
    promises = governing.promises(terms_of_case(case), start, at)
    if promises:
        await book_of(session, governing, now).start(
            subject_of(case), governing.stamp(terms_of_case(case)), promises, started_at=at
        )


async def retarget(
    session: AsyncSession, case: ComplaintRow, governing: Governing, *, cause: str, actor: str | None, now: datetime
) -> None:
    """Give the open clocks the promises of the case's new terms, keeping what was consumed (sla.md 7)."""
    terms = terms_of_case(case)
    promises: list[Promise] = []
    for moment, since in _moments(case):
        promises += governing.promises(terms, moment, since)
    # the plan is the grade's promise, whatever the tier: linking a customer must not end its clocks
    promises += governing.emergency_promises(case.grade).values()
    await book_of(session, governing, now).retarget(
        subject_of(case), governing.stamp(terms), promises, cause=cause, actor=actor, keep=(HOLDING, EXTERNAL_ANSWER)
    )


def _moments(case: ComplaintRow) -> Sequence[tuple[Start, datetime]]:
    since = case.opened_at
    return [
        (Start.RECEIPT, since),
        (Start.PLAN_READY, case.planned_at or since),
        (Start.AGREEMENT, since),
        (Start.COMPLETION, case.resolved_at or since),
    ]


def progress_promise(case: ComplaintRow, governing: Governing, at: datetime) -> Promise | None:
    """The next progress clock, where telling the customer recurs (sla.md 13)."""
    terms = terms_of_case(case)
    if not governing.recurs(terms, Metric.PROGRESS):
        return None
    return governing.promise(terms, Metric.PROGRESS, at)
