"""The emergency plan of the gravest grade (应急预案): a checklist with owners and times, each line a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases import events, repository
from services.complaint.cases.errors import (
    EmergencyStepNotFoundError,
    PostNotAllowedError,
    StepAlreadyDoneError,
)
from services.complaint.cases.models import AnyCase, ComplaintRow
from services.complaint.cases.rules import Moment
from services.complaint.cases.service.clocks import subject_of, terms_of_case
from services.complaint.cases.service.governing import EMERGENCY_PREFIX, Governing
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff_book import StaffBook
from shared.contracts.base import Routing
from shared.events import outbox
from shared.sla.book import ClockBook
from shared.sla.promise import Promise, Subject


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One line of the plan, as it is stored and clocked."""

    code: str
    position: int
    text: str
    post: str
    due_at: datetime
    promise: Promise
    """Natural minutes from the start of the plan; never paused."""
    owner_id: UUID | None = None
    """The one person who acts in the post, where there is one."""

    def record(self, case: AnyCase) -> dict[str, Any]:
        """The row as JSON."""
        return {
            "complaint_id": case.id,
            "code": self.code,
            "company": case.company,
            "position": self.position,
            "text": self.text,
            "post": self.post,
            "owner_id": self.owner_id,
            "due_at": self.due_at,
        }

    def subject(self, case: AnyCase) -> Subject:
        """The clock lies with the post that answers for the line."""
        return subject_of(case, Routing(owner_id=self.owner_id, posts=[self.post]))


def planned_steps(governing: Governing, case: AnyCase, started_at: datetime, staff: StaffBook) -> list[PlannedStep]:
    """The checklist that a case's grade starts, with its owners and times; empty for grades without a plan."""
    grade = case.grade
    found = governing.chapter.emergency_plan_of(grade)
    if found is None:
        return []
    _, plan = found
    promises, on = governing.emergency_promises(grade), started_at.astimezone(governing.zone).date()
    return [
        PlannedStep(
            code=code,
            position=step.position,
            text=step.text,
            post=step.post,
            due_at=started_at + timedelta(minutes=step.minutes),
            promise=promises[code],
            owner_id=staff.answering(case.company, step.post, case.department, on),
        )
        for code, step in plan.ordered()
    ]


def informed_posts(governing: Governing, grade: str | None) -> list[str]:
    """Posts that are told when the plan starts (deputy GM and GM)."""
    found = governing.chapter.emergency_plan_of(grade)
    return list(found[1].informs) if found else []


async def start_plan(
    session: AsyncSession, case: ComplaintRow, governing: Governing, book: ClockBook, *, staff: StaffBook, now: datetime
) -> None:
    """Start the plan of a case that became the gravest grade; a plan that runs already stays as it is."""
    steps = planned_steps(governing, case, now, staff)
    if not steps or case.emergency_started_at is not None:
        return
    case.emergency_started_at = now
    case.version += 1
    informs = informed_posts(governing, case.grade)
    case.involve(*informs, *(step.post for step in steps))
    await repository.add_emergency_steps(session, [step.record(case) for step in steps])
    for step in steps:
        await book.start(step.subject(case), governing.stamp(terms_of_case(case)), [step.promise], started_at=now)
    await outbox.add(session, events.emergency_started(case, [step.code for step in steps], informs, now))


async def finish_step(
    session: AsyncSession,
    case: ComplaintRow,
    code: str,
    book: ClockBook,
    *,
    principal: Principal,
    scope: RowScope,
    moment: Moment,
    note: str | None,
) -> None:
    """Tick one line off and stop its clock; the line's post may, and whoever decides on the case.

    Raises: EmergencyStepNotFoundError, PostNotAllowedError, StepAlreadyDoneError.
    """
    step = await repository.emergency_step(session, case.id, code)
    if step is None:
        raise EmergencyStepNotFoundError
    if not principal.holds(step.post) and not _decides(case, scope):
        raise PostNotAllowedError("该应急步骤由预案指定的岗位完成。", params={"action": "emergency_step"})
    if step.done_at is not None:
        raise StepAlreadyDoneError
    step.done_at, step.done_by, step.note = moment.occurred_at, principal.staff_id, note
    await book.stop(
        subject_of(case),
        EMERGENCY_PREFIX + code,
        occurred_at=moment.judged_at,
        actor=principal.actor,
    )


def _decides(case: ComplaintRow, scope: RowScope) -> bool:
    """Whether the case itself lies with somebody below the person, or in the whole company."""
    return scope.level >= ScopeLevel.TEAM and scope.admits(
        company=case.company,
        owner_ids=(case.owner_id, case.first_responsible_id),
        team=case.team,
        department=case.department,
        posts=case.posts,
    )
