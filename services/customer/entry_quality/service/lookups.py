"""Look-ups without need: shown by comparing reveals with work, explained by the person, judged by another."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality import events
from services.customer.entry_quality.errors import (
    EntryCodeUnknownError,
    EntryPostError,
    EntrySubjectNotFoundError,
    EntryTimeError,
    NotOwnEntryError,
)
from services.customer.entry_quality.models import DataMisuseRow
from services.customer.entry_quality.repository import lookups as repository
from services.customer.entry_quality.repository import tasks as marks
from services.customer.entry_quality.rules.states import MISUSE, MisuseAct, MisuseState, after
from services.customer.entry_quality.service.quality import MISUSE as SUBJECT
from services.customer.entry_quality.service.quality import Qualities, Quality, QualityCall, note
from shared.events import outbox
from shared.ids import new_id
from shared.sla.promise import Subject

NEEDLESS = "needless_lookup"
EXPLANATION = "explanation"
SWEEP = "lookups"
FIRST_LOOK = timedelta(days=31)
LIMIT = 500


async def sweep(session: AsyncSession, company: str, qualities: Qualities, *, now: datetime) -> int:
    """List the look-ups whose time for work has passed without any; answers how many."""
    quality = qualities.in_force(company, now)
    terms = quality.terms.lookups
    wait = timedelta(minutes=terms.after_minutes)
    until = now - wait
    mark = await marks.looked_until(session, company, SWEEP)
    since = mark or until - FIRST_LOOK
    if until <= since:
        return 0
    rows = await repository.needless(
        session,
        company,
        since=since,
        until=until,
        before=timedelta(minutes=terms.before_minutes),
        after=wait,
        size=LIMIT,
    )
    for row in rows:
        found = Misused(
            kind=NEEDLESS,
            actor_id=row.actor_id,
            customer_id=row.customer_id,
            occurred_at=row.at,
            reveal_id=row.id,
            field=row.field,
            reason=row.reason,
            team=row.team,
            department=row.department,
        )
        await _keep(session, company, new_id(), found, quality, now)
    await marks.keep_mark(session, company, SWEEP, rows[-1].at if len(rows) == LIMIT else until)
    return len(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misused:
    """A doubtful use of customers' data."""

    kind: str
    actor_id: UUID
    occurred_at: datetime
    customer_id: UUID | None = None
    reveal_id: UUID | None = None
    field: str | None = None
    reason: str | None = None
    facts: str | None = None
    found_by: UUID | None = None
    team: str | None = None
    department: str | None = None


async def report(
    call: QualityCall,
    misuse_id: UUID,
    *,
    kind: str,
    actor_id: UUID,
    facts: str,
    occurred_at: datetime,
    customer_id: UUID | None,
) -> DataMisuseRow:
    """Somebody reports a leak, a fake or a needless look-up.

    Raises: EntryCodeUnknownError, EntrySubjectNotFoundError, OwnEntryError, EntryTimeError.
    """
    if kind not in call.quality.terms.misuse:
        raise EntryCodeUnknownError.at_pointer("/kind", "现行规章未定义该类行为。")
    member = call.member(actor_id)
    if member is None:
        raise EntrySubjectNotFoundError.at_pointer("/person_id", "没有这位员工。")
    call.keep_apart(actor_id)
    if occurred_at > call.now:
        raise EntryTimeError.at_pointer("/happened_at", "发生时间不得晚于现在。")
    found = Misused(
        kind=kind,
        actor_id=actor_id,
        customer_id=customer_id,
        occurred_at=occurred_at,
        facts=facts,
        found_by=call.principal.staff_id,
        team=member.team,
        department=member.department,
    )
    return await _keep(call.session, call.company, misuse_id, found, call.quality, call.now)


async def _keep(
    session: AsyncSession, company: str, misuse_id: UUID, found: Misused, quality: Quality, now: datetime
) -> DataMisuseRow:
    terms = quality.terms.lookups
    row = await repository.add(
        session,
        DataMisuseRow(
            id=misuse_id,
            company=company,
            kind=found.kind,
            reveal_id=found.reveal_id,
            actor_id=found.actor_id,
            customer_id=found.customer_id,
            field=found.field,
            reason=found.reason,
            occurred_at=found.occurred_at,
            found_at=now,
            found_by=found.found_by,
            team=found.team,
            department=found.department,
            posts=list(terms.judged_by),
            facts=found.facts,
            state=MisuseState.OPEN.value,
            clause=terms.clause,
            policy_version=quality.version,
            matter_id=misuse_id,
            version=1,
        ),
    )
    await quality.start(session, _subject(row), EXPLANATION, terms.explanation, now=now)
    await note(session, company, "data_misuse_found", SUBJECT, row.id, now=now, kind=row.kind)
    return row


async def explain(call: QualityCall, misuse_id: UUID, *, explanation: str) -> DataMisuseRow:
    """The person says why.

    Raises: DataMisuseNotFoundError, StaleError, EntryStepNotAllowedError, NotOwnEntryError.
    """
    row = await _take(call, misuse_id, MisuseAct.EXPLAIN)
    if row.actor_id != call.principal.staff_id:
        raise NotOwnEntryError("只有查询人本人可以说明。")
    row.explanation, row.explained_at, row.state = explanation, call.now, MisuseState.EXPLAINED.value
    await call.quality.book(call.session, call.now).stop(_subject(row), EXPLANATION, actor=call.principal.actor)
    return await _finish(call, row, MisuseAct.EXPLAIN)


async def accept(call: QualityCall, misuse_id: UUID, *, reason: str | None) -> DataMisuseRow:
    """There was need.  Raises: as `explain`, OwnEntryError, EntryPostError."""
    row = await _judge(call, misuse_id, MisuseAct.ACCEPT, reason)
    return await _finish(call, row, MisuseAct.ACCEPT)


async def confirm(call: QualityCall, misuse_id: UUID, *, kind: str | None, reason: str) -> DataMisuseRow:
    """It was misuse: incentive hears of it.  Raises: as `accept`, EntryCodeUnknownError."""
    if kind is not None and kind not in call.quality.terms.misuse:
        raise EntryCodeUnknownError.at_pointer("/kind", "现行规章未定义该类行为。")
    row = await _judge(call, misuse_id, MisuseAct.CONFIRM, reason)
    row.kind = kind or row.kind
    book = call.quality.book(call.session, call.now)
    await book.cancel(_subject(row), [EXPLANATION], reason="decided", actor=call.principal.actor)
    await _finish(call, row, MisuseAct.CONFIRM)
    await outbox.add(call.session, events.misused(row, call.now))
    return row


async def _take(call: QualityCall, misuse_id: UUID, act: MisuseAct) -> DataMisuseRow:
    row = await repository.get(call.session, misuse_id, call.scope, lock=True)
    call.check_version(row.version)
    after(MISUSE, act, row.state)
    return row


async def _judge(call: QualityCall, misuse_id: UUID, act: MisuseAct, reason: str | None) -> DataMisuseRow:
    row = await _take(call, misuse_id, act)
    call.keep_apart(row.actor_id, row.found_by)
    member = call.member(row.actor_id)
    is_superior = member is not None and call.principal.is_self(member.superior_id)
    if not is_superior and not any(call.principal.holds(post) for post in row.posts):
        raise EntryPostError("由查询人的上级或规章规定的岗位认定。")
    row.state = after(MISUSE, act, row.state)
    row.decided_by, row.decided_at, row.decision_reason = call.principal.staff_id, call.now, reason
    return row


async def _finish(call: QualityCall, row: DataMisuseRow, act: MisuseAct) -> DataMisuseRow:
    row.version += 1
    await call.session.flush()
    await call.note(f"data_misuse_{act.value}", SUBJECT, row.id, version=row.version, state=row.state)
    return row


def _subject(row: DataMisuseRow) -> Subject:
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.kind,
    )
