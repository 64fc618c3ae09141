"""What every step shares: the call, the clocks, the evidence, the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_supervisors import Supervisors
from services.inspection.supervisors import repository
from services.inspection.supervisors.errors import (
    SupervisorEvidenceTypeError,
    SupervisorEvidenceUnknownError,
    SupervisorPostError,
)
from services.inspection.supervisors.repository import AnyRow
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
from shared.sla.book import ClockBook
from shared.sla.promise import Subject
from shared.sla.views import ClockView

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NetworkCall:
    """Who does something in the network, with which rights, when, and from which version on."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    desk: InspectionDesk
    now: datetime
    expected_version: int = 0

    @property
    def company(self) -> str:
        """Whose network it is."""
        return self.principal.company

    async def take(self, kind: type[AnyRow], row_id: UUID) -> AnyRow:
        """A row of the scope, locked.  Raises: the kind's not-found error, StaleError."""
        row = await repository.get(self.session, kind, row_id, self.scope, lock=True)
        if row.version != self.expected_version:
            raise StaleError("该记录已被他人修改，请重新读取后再操作。")
        row.version += 1
        return row

    def in_force(self) -> InspectionGoverning:
        """The revision that governs what begins now."""
        return self.desk.governances.in_force(self.company, self.now)

    def check_posts(self, posts: Sequence[str]) -> None:
        """Raises: SupervisorPostError for a person who acts in none of the posts."""
        if not any(self.principal.holds(post) for post in posts):
            raise SupervisorPostError("现行规章规定该操作由其他岗位执行。")

    async def number(self, prefix: str, sequence: str) -> str:
        """The next number that people read out."""
        on = self.now.astimezone(self.in_force().zone).date()
        return human_number(prefix, on, await self.desk.numbers.take(sequence))

    async def check_evidence(self, file_ids: Sequence[UUID], terms: Supervisors, field: str) -> None:
        """Files that the caller stored, of a type that the pack admits.

        Raises: SupervisorEvidenceUnknownError, SupervisorEvidenceTypeError.
        """
        for place, file_id in enumerate(file_ids):
            pointer = f"/{field}/{place}"
            try:
                stored = await read_file(self.session, file_id, (self.company,))
            except NotFoundError:
                raise SupervisorEvidenceUnknownError.at_pointer(pointer) from None
            if stored.created_by != self.principal.actor:
                raise SupervisorEvidenceUnknownError.at_pointer(pointer)
            if stored.media_type not in terms.evidence_types:
                raise SupervisorEvidenceTypeError.at_pointer(pointer)

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


@dataclass(frozen=True, slots=True)
class Clocks:
    """The promises of one row, within one transaction."""

    session: AsyncSession
    governing: InspectionGoverning
    subject_type: str
    row_id: UUID
    company: str
    matter_id: UUID
    title: str
    actor: str | None
    now: datetime

    @property
    def _book(self) -> ClockBook:
        return ClockBook(self.session, calendars=self.governing.calendars, now=self.now)

    def _subject(self, routing: Routing) -> Subject:
        return Subject(
            type=self.subject_type,
            id=self.row_id,
            company=self.company,
            matter_id=self.matter_id,
            routing=routing,
            title=self.title,
        )

    async def start(self, metric: str, promised: Promised, routing: Routing) -> ClockView:
        """Begin a promise now, or begin it once more."""
        promise = self.governing.promise(metric, promised)
        sequence = 1 + sum(one.metric == metric for one in await self._book.clocks(self.subject_type, self.row_id))
        (view,) = await self._book.start(
            self._subject(routing), self.governing.stamp(), [promise], started_at=self.now, sequence=sequence
        )
        return view

    async def start_until(self, metric: str, promised: Promised, deadline: datetime, routing: Routing) -> ClockView:
        """Begin a promise that is due at an instant: a date, not a budget, is what was said."""
        minutes = max(0, -(-(deadline - self.now) // MINUTE))
        until = promised.model_copy(update={"limit": Limit(budget=minutes, unit=LimitUnit.NATURAL)})
        return await self.start(metric, until, routing)

    async def stop(self, metric: str) -> None:
        """The metric was answered now."""
        await self._book.stop(self._subject(Routing()), metric, actor=self.actor)

    async def cancel(self, reason: str, *metrics: str) -> None:
        """End what still runs, all of it or some metrics."""
        await self._book.cancel(self._subject(Routing()), metrics or None, reason=reason, actor=self.actor)

    async def move(self, routing: Routing) -> None:
        """Another holder: the clocks run on."""
        await self._book.transfer(self._subject(routing), routing, actor=self.actor)


def clocks_of(call: NetworkCall, row: AnyRow, subject: str, title: str) -> Clocks:
    """The promises of a row, in the revision under which it began."""
    governing = call.desk.governances.of_revision(row.company, row.policy_version)
    return Clocks(
        call.session, governing, subject, row.id, row.company, row.matter_id, title, call.principal.actor, call.now
    )
