"""An opinion arrives from outside: once per reference, with the centre's deadline beside ours, to its department."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import service as customers
from services.callback.policy_in_force import Governances, Governing
from services.callback.policy_supervision import SupervisionSource
from services.callback.supervision import events, repository
from services.callback.supervision.errors import (
    DeadlineError,
    SupervisionNotFoundError,
    SupervisionPostError,
    UnknownDepartmentError,
    UnknownKindError,
    UnknownSourceError,
)
from services.callback.supervision.models import SupervisionOpinionRow
from services.callback.supervision.rules import (
    ANSWER,
    DRAFT,
    EXTERNAL_ANSWER,
    SUBJECT,
    Arrival,
    SupervisionState,
)
from services.callback.supervision.service.desk import subject_of
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.contracts.callback_quality import SupervisionReceived
from shared.database.numbers import Numbers
from shared.events import outbox
from shared.ids import human_number
from shared.policy.commitments import Limit, LimitUnit, Promised
from shared.sla.book import ClockBook

SEQUENCE = "supervision_numbers"
PREFIX = "WB"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Received:
    """The opinion, and whether its reference had arrived before."""

    row: SupervisionOpinionRow
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class Reception:
    """What it takes to receive."""

    session: AsyncSession
    principal: Principal
    governances: Governances
    numbers: Numbers
    now: datetime


async def receive(reception: Reception, arrival: Arrival, opinion_id: UUID) -> Received:
    """Take an opinion in, or find the one with the same reference; what the first said stands.

    Raises: UnknownSourceError, SupervisionPostError, UnknownKindError, UnknownDepartmentError, DeadlineError,
    CaseLinkError.
    """
    company, now = reception.principal.company, reception.now
    governing = reception.governances.in_force(company, now)
    source = governing.chapter.supervision.sources.get(arrival.source)
    if source is None:
        raise UnknownSourceError.at_pointer("/source")
    if not any(reception.principal.holds(post) for post in source.received_by):
        raise SupervisionPostError("现行规章未安排该账号转入此来源的意见。")
    known = await repository.known(reception.session, company, arrival.source, arrival.reference)
    if known is not None:
        return await _again(reception, known, arrival)
    if arrival.kind not in governing.chapter.supervision.kinds:
        raise UnknownKindError.at_pointer("/kind")
    arrival.check_case()
    department = governing.policy.common.departments.get(arrival.department or source.department)
    if department is None:
        raise UnknownDepartmentError.at_pointer("/department")
    if arrival.deadline_at is not None and arrival.deadline_at - now < MINUTE:
        raise DeadlineError.at_pointer("/deadline_at")
    row = await _row(reception, arrival, governing, source, opinion_id)
    row.posts = [department.default_post]
    await repository.add(reception.session, row)
    await _start(reception, row, governing, source, arrival.deadline_at)
    await _audit(reception, row, "receive", source=row.source)
    await outbox.add(reception.session, events.said(row, SupervisionReceived, now))
    return Received(row, is_repeated=False)


async def received(session: AsyncSession, company: str, opinion_id: UUID, arrival: Arrival) -> Received:
    """What an arrival under the same key led to: of a repeated reference the first.

    Raises: SupervisionNotFoundError.
    """
    row = await repository.known(session, company, arrival.source, arrival.reference)
    if row is None:
        raise SupervisionNotFoundError
    return Received(row, is_repeated=row.id != opinion_id)


async def _again(reception: Reception, row: SupervisionOpinionRow, arrival: Arrival) -> Received:
    is_same = row.words_digest == arrival.digest
    row.arrivals += 1
    row.last_arrived_at = reception.now
    if not is_same:
        row.differed_at = reception.now
    row.version += 1
    await _audit(reception, row, "receive_again", source=row.source, is_same=is_same)
    return Received(row, is_repeated=True)


async def _row(
    reception: Reception, arrival: Arrival, governing: Governing, source: SupervisionSource, opinion_id: UUID
) -> SupervisionOpinionRow:
    now, company = reception.now, reception.principal.company
    customer_id = arrival.customer_id
    found = await customers.known(reception.session, customer_id, company) if customer_id else None
    number = human_number(PREFIX, now.astimezone(governing.zone).date(), await reception.numbers.take(SEQUENCE))
    return SupervisionOpinionRow(
        id=opinion_id,
        company=company,
        number=number,
        source=arrival.source,
        reference=arrival.reference,
        kind=arrival.kind,
        state=SupervisionState.RECEIVED.value,
        words=arrival.words,
        words_digest=arrival.digest,
        arrivals=1,
        last_arrived_at=now,
        received_by=reception.principal.staff_id,
        received_at=now,
        external_deadline_at=arrival.deadline_at or _limit_end(governing, source.answered.limit, now),
        customer_id=customer_id,
        tier=found.tier if found else None,
        case_type=arrival.case_type,
        case_id=arrival.case_id,
        department=arrival.department or source.department,
        complaint_posts=[],
        matter_id=arrival.case_id or opinion_id,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )


async def _start(
    reception: Reception,
    row: SupervisionOpinionRow,
    governing: Governing,
    source: SupervisionSource,
    deadline_at: datetime | None,
) -> None:
    """The department's limit, ours to the centre, and the centre's own: the two latter lie with the office."""
    rule, now = governing.chapter.supervision, reception.now
    office = Routing(posts=list(rule.answered_by))
    external, started_at = _external(source, deadline_at, now)
    book = ClockBook(reception.session, calendars=governing.calendars, now=now)
    for metric, promised, routing, since in (
        (DRAFT, rule.drafted, row.routing, now),
        (ANSWER, rule.answered, office, now),
        (EXTERNAL_ANSWER, external, office, started_at),
    ):
        promise = governing.promise(metric, promised, is_consequence=True)
        await book.start(subject_of(row, routing), governing.stamp(row.tier), [promise], started_at=since)


def _external(source: SupervisionSource, deadline_at: datetime | None, now: datetime) -> tuple[Promised, datetime]:
    """A promise counts whole minutes: it begins within the minute of the arrival, so that the deadline is exact."""
    if deadline_at is None:
        return source.answered, now
    minutes = (deadline_at - now) // MINUTE
    limit = Limit(budget=minutes, unit=LimitUnit.NATURAL)
    return Promised(limit=limit, ladder=source.ladder, clause=source.clause), deadline_at - minutes * MINUTE


def _limit_end(governing: Governing, limit: Limit, now: datetime) -> datetime | None:
    return None if limit.budget is None else governing.moment_after(limit, now)


async def _audit(reception: Reception, row: SupervisionOpinionRow, act: str, **detail: object) -> None:
    await reception.session.flush()
    await record(
        reception.session,
        company=row.company,
        action=f"{act}_supervision_opinion",
        at=reception.now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version, **detail},
    )
