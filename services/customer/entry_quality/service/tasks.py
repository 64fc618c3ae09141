"""Master data within a day of the task: work that changed base data starts the keeper's clock, entering stops it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.errors import EntryStepNotAllowedError, EntryTimeError
from services.customer.entry_quality.models import EntryTaskRow
from services.customer.entry_quality.repository import tasks as repository
from services.customer.entry_quality.rules.states import TaskState
from services.customer.entry_quality.service.quality import TASK, Qualities, Quality, QualityCall, note
from services.customer.write_rights import service as write_rights
from shared.access.scope import RowScope
from shared.ids import new_id
from shared.policy.commitments import Promised
from shared.sla.promise import Subject

ENTRY = "entry"
"""The metric: from the task to its entry."""
SWEEP = "tasks"
FIRST_LOOK = timedelta(days=7)
OVERLAP = timedelta(minutes=10)
LIMIT = 200


async def open_task(
    session: AsyncSession,
    company: str,
    *,
    source_type: str,
    source_id: UUID,
    customer_id: UUID | None,
    occurred_at: datetime,
    quality: Quality,
    now: datetime,
    matter_id: UUID | None = None,
    tier: str | None = None,
) -> EntryTaskRow | None:
    """Give the keeper what a task left to be entered; None if it was given before."""
    terms, chapter = quality.terms.tasks, quality.chapter
    concern = chapter.concerns[terms.concern]
    task_id = new_id()
    posts = list(concern.written_by)
    row = await repository.add(
        session,
        {
            "id": task_id,
            "company": company,
            "concern": terms.concern,
            "source_type": source_type,
            "source_id": source_id,
            "customer_id": customer_id,
            "state": TaskState.OPEN.value,
            "posts": posts,
            "department": _department(quality, posts),
            "tier": tier,
            "occurred_at": occurred_at,
            "created_at": now,
            "matter_id": matter_id or task_id,
            "policy_version": quality.version,
            "policy_sha256": quality.sha256,
            "version": 1,
        },
    )
    if row is None:
        return None
    if concern.entered_within is not None:
        promised = Promised(
            limit=concern.entered_within, ladder=terms.ladder, warn_at=terms.warn_at, clause=concern.clause
        )
        await quality.start(session, subject_of(row), ENTRY, promised, now=now, since=occurred_at, tier=tier)
    await note(session, company, "entry_task_opened", TASK, row.id, now=now, source=source_type)
    return row


async def enter(call: QualityCall, task_id: UUID, *, entered_at: datetime | None, note: str | None) -> EntryTaskRow:
    """The keeper has entered it.

    Raises: EntryTaskNotFoundError, StaleError, EntryStepNotAllowedError, EntryPostError, RightWithdrawnError,
    EntryTimeError.
    """
    row = await repository.get(call.session, task_id, call.scope, lock=True)
    call.check_version(row.version)
    if row.state != TaskState.OPEN:
        raise EntryStepNotAllowedError.of("enter", row.state)
    call.check_posts(row.posts)
    await write_rights.ensure(call.session, row.company, call.principal.staff_id, row.concern)
    if entered_at is not None and not row.occurred_at <= entered_at <= call.now:
        raise EntryTimeError.at_pointer("/entered_at", "录入时间须在任务完成之后、现在之前。")
    quality = call.qualities.of_revision(row.company, row.policy_version, row.created_at)
    row.note = note
    await _entered(call.session, row, call.principal.staff_id, entered_at, quality, call.now)
    return row


async def sweep(session: AsyncSession, company: str, qualities: Qualities, *, now: datetime) -> int:
    """Give the keeper what was done since the last look, and close what the keeper has entered meanwhile."""
    quality = qualities.in_force(company, now)
    terms = quality.terms.tasks
    mark = await repository.looked_until(session, company, SWEEP)
    since = mark - OVERLAP if mark else now - FIRST_LOOK
    touched, full = 0, False
    for source, kinds in (("account_change", terms.account_changes), ("order", terms.works)):
        found = await repository.untold(
            session, source, company, terms.concern, kinds, since=since, until=now, size=LIMIT
        )
        full = full or len(found) == LIMIT
        for one in found:
            touched += await _give(session, company, source, one, quality, now)
    if not full:
        await repository.keep_mark(session, company, SWEEP, now)
    return touched + await _close_entered(session, company, qualities, quality, now)


async def _give(
    session: AsyncSession, company: str, source: str, one: Mapping[Any, Any], quality: Quality, now: datetime
) -> int:
    row = await open_task(
        session,
        company,
        source_type=source,
        source_id=one["source_id"],
        customer_id=one["customer_id"],
        occurred_at=one["occurred_at"],
        matter_id=one["matter_id"],
        tier=one["tier"],
        quality=quality,
        now=now,
    )
    return int(row is not None)


async def _close_entered(
    session: AsyncSession, company: str, qualities: Qualities, quality: Quality, now: datetime
) -> int:
    posts = quality.chapter.concerns[quality.terms.tasks.concern].written_by
    done = await repository.entered(session, company, posts, size=LIMIT)
    for task_id, person, at in done:
        row = await repository.get(session, task_id, RowScope.everything(company), lock=True)
        if row.state == TaskState.OPEN:
            governing = qualities.of_revision(company, row.policy_version, row.created_at)
            await _entered(session, row, person, at, governing, now)
    return len(done)


async def _entered(
    session: AsyncSession, row: EntryTaskRow, person: UUID, at: datetime | None, quality: Quality, now: datetime
) -> None:
    row.state, row.entered_by, row.entered_at, row.recorded_at = TaskState.ENTERED.value, person, at or now, now
    row.version += 1
    await session.flush()
    await quality.book(session, now).stop(subject_of(row), ENTRY, occurred_at=at, actor=str(person))
    await note(session, row.company, "entry_task_entered", TASK, row.id, now=now, version=row.version)


def subject_of(row: EntryTaskRow) -> Subject:
    """The task as its clock knows it."""
    return Subject(
        type=TASK,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.concern,
    )


def _department(quality: Quality, posts: list[str]) -> str | None:
    known = quality.policy.common.posts
    return next((known[post].department for post in posts if post in known and known[post].department), None)
