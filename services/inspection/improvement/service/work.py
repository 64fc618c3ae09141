"""What every step shares: the call, the deed and its record, the files, the clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.improvement.errors.improving import (
    ImprovementFileTypeError,
    ImprovementFileUnknownError,
    ImprovementPersonUnknownError,
    ImprovementPostError,
)
from services.inspection.improvement.repository import rows
from services.inspection.improvement.repository.rows import AnyRow
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_improvement import Improvement
from services.inspection.policy_programme import Pressing
from services.inspection.programme.rules.windows import minutes_between
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.errors import NotFoundError, StaleError
from shared.events import outbox
from shared.events.fact import Fact
from shared.files.register import read_file
from shared.ids import human_number
from shared.policy.commitments import Limit, LimitUnit, Promised
from shared.sla.book import OCCURRED_WINDOW, ClockBook
from shared.sla.promise import Subject
from shared.sla.views import ClockView

READ, READ_GATHERING = "improvement.read", "gathering.read"
PLAN, IMPROVEMENT, PROPOSAL = "improvement_plan", "improvement", "staff_proposal"
DUTY, DECISION, EXAMPLE = "gathering_duty", "meeting_decision", "good_example"
TRAINING, MEETING = "training", "service_meeting"
"""Subjects, as clocks and audit rows name them."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done in a company by a person, a job or a consumer, in one transaction."""

    session: AsyncSession
    desk: InspectionDesk
    company: str
    actor: str | None
    now: datetime

    def in_force(self) -> InspectionGoverning:
        """The revision that governs what begins now."""
        return self.desk.governances.in_force(self.company, self.now)

    def governing(self, version: str, began_at: datetime) -> InspectionGoverning:
        """The revision under which something began."""
        return self.desk.governances.of_revision(self.company, version, began_at)

    async def number(self, prefix: str, sequence: str, governing: InspectionGoverning) -> str:
        """The next number that people read out."""
        on = self.now.astimezone(governing.zone).date()
        return human_number(prefix, on, await self.desk.numbers.take(sequence))

    async def tell(
        self, row: AnyRow, subject: str, act: str, *facts: Fact, reason: str | None = None, **detail: object
    ) -> None:
        """Write the deed's audit row (ids, codes and versions only) and publish what follows from it."""
        await self.session.flush()
        await record(
            self.session,
            company=row.company,
            action=f"{act}_{subject}",
            at=self.now,
            resource_type=subject,
            resource_id=row.id,
            reason=reason,
            detail={"version": row.version, **detail},
        )
        for fact in facts:
            await outbox.add(self.session, fact)

    async def check_people(self, *named: tuple[str, UUID | None]) -> None:
        """Members of staff at work, by pointer.  Raises: ImprovementPersonUnknownError."""
        book = await self.desk.staff.current()
        for pointer, staff_id in named:
            member = None if staff_id is None else book.get(staff_id)
            if staff_id is not None and (member is None or member.company != self.company or not member.is_present):
                raise ImprovementPersonUnknownError.at_pointer(pointer)

    async def check_files(self, file_ids: Sequence[UUID], section: Improvement, field: str) -> None:
        """Files that the actor stored, of a type that the pack admits.

        Raises: ImprovementFileUnknownError, ImprovementFileTypeError.
        """
        for place, file_id in enumerate(file_ids):
            pointer = f"/{field}/{place}"
            try:
                stored = await read_file(self.session, file_id, (self.company,))
            except NotFoundError:
                raise ImprovementFileUnknownError.at_pointer(pointer) from None
            if stored.created_by != self.actor:
                raise ImprovementFileUnknownError.at_pointer(pointer)
            if stored.media_type not in section.file_types:
                raise ImprovementFileTypeError.at_pointer(pointer)


@dataclass(frozen=True, slots=True)
class ImprovementCall:
    """Who does something, with which rights, and from which version on."""

    deed: Deed
    principal: Principal
    scope: RowScope
    expected_version: int = 0

    @property
    def session(self) -> AsyncSession:
        """Of the transaction."""
        return self.deed.session

    @property
    def now(self) -> datetime:
        """When it is done."""
        return self.deed.now

    async def take(self, kind: type[AnyRow], row_id: UUID) -> AnyRow:
        """A row of the scope, locked.  Raises: the kind's not-found error, StaleError."""
        row = await rows.get(self.session, kind, row_id, self.scope, lock=True)
        if row.version != self.expected_version:
            raise StaleError("该记录已被他人修改，请重新读取后再操作。")
        row.version += 1
        return row

    def check_posts(self, posts: Sequence[str]) -> None:
        """Raises: ImprovementPostError for a person who acts in none of the posts."""
        if not any(self.principal.holds(post) for post in posts):
            raise ImprovementPostError("现行规章规定该操作由其他岗位执行。")

    def check_place(self, department: str, team: str | None = None) -> None:
        """Raises: ImprovementPostError for a department or team beyond the caller's reach."""
        scope = self.scope
        if not scope.admits(company=self.deed.company, team=team, department=department):
            raise ImprovementPostError("只能为本部门或本班组办理。")
        if scope.level < ScopeLevel.DEPARTMENT and department != self.principal.department:
            raise ImprovementPostError("只能为本部门或本班组办理。")

    def is_any(self, *staff_ids: UUID | None) -> bool:
        """Whether the caller is one of them, or stands in for one."""
        return any(self.principal.is_self(staff_id) for staff_id in staff_ids)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The promises of one row, within one transaction."""

    deed: Deed
    governing: InspectionGoverning
    subject: str
    row_id: UUID
    matter_id: UUID
    title: str

    @property
    def _book(self) -> ClockBook:
        return ClockBook(self.deed.session, calendars=self.governing.calendars, now=self.deed.now)

    def _subject(self, routing: Routing) -> Subject:
        return Subject(
            type=self.subject,
            id=self.row_id,
            company=self.deed.company,
            matter_id=self.matter_id,
            routing=routing,
            title=self.title,
        )

    async def start(
        self, metric: str, promised: Promised, routing: Routing, *, started_at: datetime | None = None
    ) -> ClockView:
        """Begin a promise, or begin it once more."""
        promise = self.governing.promise(metric, promised)
        sequence = 1 + sum(one.metric == metric for one in await self._book.clocks(self.subject, self.row_id))
        (view,) = await self._book.start(
            self._subject(routing), self.governing.stamp(), [promise], started_at=started_at, sequence=sequence
        )
        return view

    async def start_until(
        self, metric: str, pressing: Pressing, since: datetime, until: datetime, routing: Routing
    ) -> ClockView:
        """Begin a promise that is due at an instant."""
        limit = Limit(budget=minutes_between(since, until), unit=LimitUnit.NATURAL)
        promised = Promised(limit=limit, warn_at=pressing.warn_at, ladder=pressing.ladder, clause=pressing.clause)
        return await self.start(metric, promised, routing, started_at=since)

    async def stop(
        self, metric: str, *, occurred_at: datetime | None = None, window: timedelta = OCCURRED_WINDOW
    ) -> list[ClockView]:
        """The metric was answered, now or at `occurred_at`."""
        return await self._book.stop(
            self._subject(Routing()), metric, occurred_at=occurred_at, window=window, actor=self.deed.actor
        )

    async def cancel(self, reason: str, *metrics: str) -> None:
        """End what still runs, all of it or some metrics."""
        await self._book.cancel(self._subject(Routing()), metrics or None, reason=reason, actor=self.deed.actor)

    async def move(self, routing: Routing) -> None:
        """Another holder: the clocks run on."""
        await self._book.transfer(self._subject(routing), routing, actor=self.deed.actor)


def lead_posts(governing: InspectionGoverning, department: str | None) -> list[str]:
    """The post that heads a department."""
    known = governing.policy.common.departments.get(department or "")
    return [known.lead_post] if known and known.lead_post else []


def deciding_posts(governing: InspectionGoverning, department: str) -> list[str]:
    """Who plans, declines and cancels improvements of a department."""
    section = governing.chapter.improvement
    heads = lead_posts(governing, department) if section.is_planned_by_head else ()
    return list(dict.fromkeys((*section.planned_by, *heads)))
