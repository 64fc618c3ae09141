"""What every step on a finding shares: the call, the locked row, its clocks, its record."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.findings import events, repository
from services.inspection.findings.errors import FindingFourEyesError, FindingPostError
from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import Act, Remedy, check_act, months_before, points_of, severity_of
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_findings import Findings
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.contracts.inspection_findings import InspectionFindingFact
from shared.errors import StaleError
from shared.events import outbox
from shared.policy.commitments import Promised
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "inspection_finding"
READ = "finding.read"
_WEIGHING = frozenset({Act.CONFIRM, Act.DECIDE})
"""Steps that weigh a finding against those that it repeats, or that repeat it: one at a time."""


@dataclass(frozen=True, slots=True)
class FindingCall:
    """Who works on which finding, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    desk: InspectionDesk
    finding_id: UUID
    expected_version: int
    now: datetime

    async def take(self, act: Act) -> "FindingWork":
        """The finding, locked, guarded by scope, version and state.

        Raises: FindingNotFoundError, StaleError, FindingStepNotAllowedError.
        """
        if act in _WEIGHING:
            seen = await repository.get(self.session, self.finding_id, self.scope)
            await repository.serialise(self.session, seen.company, seen.department, seen.clause)
        row = await repository.get(self.session, self.finding_id, self.scope, lock=True)
        if row.version != self.expected_version:
            raise StaleError("该检查发现已被他人修改，请重新读取后再操作。")
        check_act(act, row.state)
        return work_on(self.session, self.desk, row, str(self.principal.staff_id), self.now)

    def keep_away(self, *staff_ids: UUID | None) -> None:
        """Raises: FindingFourEyesError if the caller is one of them."""
        if any(self.principal.is_self(staff_id) for staff_id in staff_ids):
            raise FindingFourEyesError("提出、确认或涉及该发现的人不得处理本步骤。")

    def check_posts(self, posts: tuple[str, ...]) -> None:
        """Raises: FindingPostError for a person who acts in none of the posts."""
        if not any(self.principal.holds(post) for post in posts):
            raise FindingPostError("现行规章规定该操作由其他岗位执行。")


@dataclass(frozen=True, slots=True)
class FindingWork:
    """One step under way on a locked finding."""

    session: AsyncSession
    row: FindingRow
    governing: InspectionGoverning
    actor: str | None
    now: datetime

    @property
    def terms(self) -> Findings:
        """The pack's part on findings, in the revision under which it was raised."""
        return self.governing.chapter.findings

    @property
    def _book(self) -> ClockBook:
        return ClockBook(self.session, calendars=self.governing.calendars, now=self.now)

    async def start(self, metric: str, promised: Promised, *, routing: Routing | None = None) -> None:
        """Start one clock from now, for whom the finding lies with or for `routing`."""
        promise = self.governing.promise(metric, promised)
        subject = subject_of(self.row)
        await self._book.start(
            subject if routing is None else replace(subject, routing=routing), self.governing.stamp(), [promise]
        )

    async def stop(self, metric: str) -> None:
        """The metric was answered now."""
        await self._book.stop(subject_of(self.row), metric, actor=self.actor)

    async def cancel(self, reason: str) -> None:
        """End what still runs."""
        await self._book.cancel(subject_of(self.row), reason=reason, actor=self.actor)

    async def weigh(self, *, is_again: bool = False) -> None:
        """Find what it repeats, and let it weigh and cost what the pack says of that.

        `is_again`: what it repeated was overturned; what stood before it may still make it a recurrence.
        """
        row, terms = self.row, self.terms
        if not row.is_good_example:
            since = months_before(row.found_at, terms.recurrence.months)
            is_before = is_again and row.confirmed_at is not None
            row.recurrence_of = await repository.earlier(self.session, row, since, is_before=is_before)
            row.severity = severity_of(row.drafted_severity, terms, is_recurrence=row.recurrence_of is not None)
        remedy = Remedy(row.remedy)
        row.points = points_of(row.severity, terms, has_person=row.person_id is not None, remedy=remedy)

    async def finish(self, act: str, *kinds: type[InspectionFindingFact], **more: Any) -> FindingRow:
        """Write the audit row and publish the facts; answers the finding."""
        await self.session.flush()
        await record(
            self.session,
            company=self.row.company,
            action=f"{act}_inspection_finding",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=self.row.id,
            detail={"version": self.row.version, "state": self.row.state},
        )
        for kind in kinds:
            said = {name: value for name, value in more.items() if name in kind.model_fields}
            await outbox.add(self.session, events.said(self.row, kind, self.now, **said))
        return self.row


def work_on(
    session: AsyncSession, desk: InspectionDesk, row: FindingRow, actor: str | None, now: datetime
) -> FindingWork:
    """A step on a finding that is locked or new."""
    governing = desk.governances.of_revision(row.company, row.policy_version, row.raised_at)
    return FindingWork(session, row, governing, actor, now)


def subject_of(row: FindingRow) -> Subject:
    """The finding as its clocks know it."""
    return Subject(
        type=SUBJECT, id=row.id, company=row.company, matter_id=row.matter_id, routing=row.routing, title=row.clause
    )
