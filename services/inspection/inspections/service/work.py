"""What every step on an inspection shares: the call, the locked row, its clocks, its record."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.inspections import events, repository
from services.inspection.inspections.errors import (
    InspectionFourEyesError,
    InspectionNotInspectorError,
    InspectionPostError,
)
from services.inspection.inspections.models import InspectionRow
from services.inspection.inspections.rules.states import RECORD, Act, Part, check_act
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_inspections import Checklist, Forms, Inspections
from services.inspection.programme.rules.windows import midnight, minutes_between
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.contracts.inspection_inspections import InspectionFact
from shared.errors import StaleError
from shared.events import outbox
from shared.policy.commitments import Limit, LimitUnit, Promised
from shared.sla.book import ClockBook
from shared.sla.promise import Subject
from shared.sla.views import ClockView

SUBJECT = "inspection"
READ = "inspection.read"
_INSPECTING = frozenset({Part.INSPECTOR, Part.COMPANION})


@dataclass(frozen=True, slots=True)
class InspectionCall:
    """Who works on which inspection, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    desk: InspectionDesk
    inspection_id: UUID
    expected_version: int
    now: datetime

    async def locked(self) -> InspectionRow:
        """The inspection, whatever its version and state.  Raises: InspectionNotFoundError."""
        return await repository.get(self.session, self.inspection_id, self.scope, lock=True)

    async def take(self, act: Act) -> "InspectionWork":
        """The inspection, locked, guarded by sight, version and state.

        Raises: InspectionNotFoundError, StaleError, InspectionStepNotAllowedError.
        """
        return self.begin(act, await self.locked())

    def begin(self, act: Act, row: InspectionRow) -> "InspectionWork":
        """A step on a locked inspection.  Raises: StaleError, InspectionStepNotAllowedError."""
        if row.version != self.expected_version:
            raise StaleError("该检查已被他人修改，请重新读取后再操作。")
        check_act(act, row.state)
        return work_on(self.session, self.desk, row, self.principal.actor, self.now)

    def check_inspector(self, row: InspectionRow, forms: Forms) -> None:
        """The inspector, the inspector's deputy, or who stands in by the pack; nobody of the inspected department.

        Raises: InspectionNotInspectorError.
        """
        principal = self.principal
        is_theirs = principal.is_self(row.inspector_id) or any(principal.holds(post) for post in forms.stands_in)
        if not is_theirs or principal.department == row.department:
            raise InspectionNotInspectorError("须由检查人员本人，或规章规定的代办岗位办理，且不得属于被检查部门。")

    def check_posts(self, *posts: str) -> None:
        """Raises: InspectionPostError where the person acts in none of them."""
        if not any(self.principal.holds(post) for post in posts):
            raise InspectionPostError("现行规章规定该操作由其他岗位执行。")

    async def keep_inspectors_away(self, row: InspectionRow) -> None:
        """Raises: InspectionFourEyesError for who inspected, went along or filled the form."""
        people = await repository.people(self.session, row.id)
        own = [row.recorded_by, *(one.staff_id for one in people if one.part in _INSPECTING)]
        if any(self.principal.is_self(staff_id) for staff_id in own):
            raise InspectionFourEyesError("参加检查或填写检查表的人不得办理本步骤。")


@dataclass(frozen=True, slots=True)
class InspectionWork:
    """One step under way on a locked or new inspection."""

    session: AsyncSession
    row: InspectionRow
    governing: InspectionGoverning
    actor: str | None
    now: datetime

    @property
    def terms(self) -> Inspections:
        """The pack's section, in the revision under which it was prepared."""
        return self.governing.chapter.inspections

    @property
    def checklist(self) -> Checklist:
        """The checklist in the version that it was prepared with."""
        return self.terms.checklists[self.row.checklist]

    @property
    def _book(self) -> ClockBook:
        return ClockBook(self.session, calendars=self.governing.calendars, now=self.now)

    async def start(self, metric: str, promised: Promised, routing: Routing) -> None:
        """Start one clock from now, for whom it lies with."""
        subject = replace(subject_of(self.row), routing=routing)
        await self._book.start(subject, self.governing.stamp(), [self.governing.promise(metric, promised)])

    async def start_record(self) -> None:
        """The form is due so long after the day on which the inspection is held."""
        zone = self.governing.zone
        day = self.row.held_on or self.now.astimezone(zone).date()
        since = max(self.now, midnight(day + timedelta(days=1), zone) - timedelta(microseconds=1))
        promised = self.terms.forms.record
        if promised.limit.budget is not None:
            until = self.governing.moment_after(promised.limit, since)
            limit = Limit(budget=minutes_between(self.now, until), unit=LimitUnit.NATURAL)
            promised = promised.model_copy(update={"limit": limit})
        await self.start(RECORD, promised, self.row.inspecting)

    async def stop(self, metric: str, occurred_at: datetime | None = None) -> list[ClockView]:
        """The metric was answered; what was done far from the desk is judged by when it was done."""
        hours = self.governing.chapter.programme.recording_hours
        return await self._book.stop(
            subject_of(self.row), metric, occurred_at=occurred_at, window=timedelta(hours=hours), actor=self.actor
        )

    async def cancel(self, reason: str) -> None:
        """End what still runs."""
        await self._book.cancel(subject_of(self.row), reason=reason, actor=self.actor)

    async def finish(self, act: str, kind: type[InspectionFact], **more: Any) -> InspectionRow:
        """Write the audit row and publish the fact; answers the inspection."""
        await self.session.flush()
        await record(
            self.session,
            company=self.row.company,
            action=f"{act}_inspection",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=self.row.id,
            detail={"version": self.row.version, "state": self.row.state},
        )
        await outbox.add(self.session, events.said(self.row, kind, self.now, **more))
        return self.row


def work_on(
    session: AsyncSession, desk: InspectionDesk, row: InspectionRow, actor: str | None, now: datetime
) -> InspectionWork:
    """A step on an inspection that is locked or new."""
    governing = desk.governances.of_revision(row.company, row.policy_version, row.prepared_at)
    return InspectionWork(session, row, governing, actor, now)


def own_departments(principal: Principal) -> tuple[str, ...]:
    """The person's department, and those of the people deputised for."""
    found = (principal.department, *(one.department for one in principal.acting))
    return tuple(dict.fromkeys(one for one in found if one))


def replying_posts(governing: InspectionGoverning, department: str) -> list[str]:
    """Who signs for an inspected department."""
    forms = governing.chapter.inspections.forms
    known = governing.policy.common.departments.get(department)
    head = (known.lead_post,) if forms.is_replied_by_head and known and known.lead_post else ()
    return list(dict.fromkeys((*head, *forms.replied_by)))


def subject_of(row: InspectionRow) -> Subject:
    """The inspection as its clocks know it."""
    return Subject(
        type=SUBJECT, id=row.id, company=row.company, matter_id=row.matter_id, routing=row.routing, title=row.kind
    )
