"""The emergency plan of the gravest grade (应急预案): a checklist with owners and times, each line a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases import events, repository
from services.complaint.cases.errors import EmergencyStepNotFoundError, StepAlreadyDoneError
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Moment
from services.complaint.cases.service.clocks import terms_of_case
from services.complaint.cases.service.governing import Governing
from shared.contracts.base import Routing
from shared.events import outbox
from shared.sla.book import ClockBook
from shared.sla.promise import Promise, Subject, Unit

METRIC_PREFIX = "emergency."


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One line of the plan, as it is stored and clocked."""

    code: str
    position: int
    text: str
    post: str
    minutes: int
    due_at: datetime
    clause: str

    def record(self, case: ComplaintRow) -> dict[str, Any]:
        """The row as JSON."""
        return {
            "complaint_id": case.id,
            "code": self.code,
            "company": case.company,
            "position": self.position,
            "text": self.text,
            "post": self.post,
            "due_at": self.due_at,
        }

    @property
    def promise(self) -> Promise:
        """Natural minutes from the start of the plan; never paused."""
        return Promise(
            metric=METRIC_PREFIX + self.code, budget=max(1, self.minutes), unit=Unit.NATURAL, clause=self.clause
        )

    def subject(self, case: ComplaintRow) -> Subject:
        """The clock lies with the post that answers for the line."""
        return Subject(
            type="complaint",
            id=case.id,
            company=case.company,
            cycle=case.cycle,
            matter_id=case.matter_id,
            routing=Routing(posts=[self.post]),
            customer_id=case.customer_id,
            title=case.category,
        )


def planned_steps(governing: Governing, grade: str | None, started_at: datetime) -> list[PlannedStep]:
    """The checklist that a grade starts; empty for grades without a plan."""
    found = governing.chapter.emergency_plan_of(grade)
    if found is None:
        return []
    _, plan = found
    return [
        PlannedStep(
            code=code,
            position=step.position,
            text=step.text,
            post=step.post,
            minutes=step.minutes,
            due_at=started_at + timedelta(minutes=step.minutes),
            clause=plan.clause,
        )
        for code, step in plan.ordered()
    ]


def informed_posts(governing: Governing, grade: str | None) -> list[str]:
    """Posts that are told when the plan starts (deputy GM and GM)."""
    found = governing.chapter.emergency_plan_of(grade)
    return list(found[1].informs) if found else []


async def start_plan(
    session: AsyncSession, case: ComplaintRow, governing: Governing, book: ClockBook, *, now: datetime
) -> None:
    """Start the plan of a case that became the gravest grade; a plan that runs already stays as it is."""
    steps = planned_steps(governing, case.grade, now)
    if not steps or case.emergency_started_at is not None:
        return
    case.emergency_started_at = now
    case.version += 1
    await repository.add_emergency_steps(session, [step.record(case) for step in steps])
    for step in steps:
        await book.start(step.subject(case), governing.stamp(terms_of_case(case)), [step.promise], started_at=now)
    informs = informed_posts(governing, case.grade)
    await outbox.add(session, events.emergency_started(case, [step.code for step in steps], informs, now))


async def finish_step(
    session: AsyncSession,
    case: ComplaintRow,
    code: str,
    book: ClockBook,
    *,
    staff_id: UUID,
    moment: Moment,
    note: str | None,
) -> None:
    """Tick one line off and stop its clock.  Raises: EmergencyStepNotFoundError, StepAlreadyDoneError."""
    step = await repository.emergency_step(session, case.id, code)
    if step is None:
        raise EmergencyStepNotFoundError
    if step.done_at is not None:
        raise StepAlreadyDoneError
    step.done_at, step.done_by, step.note = moment.occurred_at, staff_id, note
    await book.stop(
        PlannedStep(code, step.position, step.text, step.post, 1, step.due_at, "").subject(case),
        METRIC_PREFIX + code,
        occurred_at=moment.judged_at,
        actor=str(staff_id),
    )
