"""Every step of a case after intake: guard, state, clocks, history, audit, fact – in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases import events, repository
from services.complaint.cases.errors import PostNotAllowedError, ReasonRequiredError
from services.complaint.cases.models import ComplaintRow, ComplaintStepRow
from services.complaint.cases.rules import STOPS, Action, Moment, Viewer, moment_of
from services.complaint.cases.service import clocks
from services.complaint.cases.service.discretion import viewer_of
from services.complaint.cases.service.governing import Governances, Governing
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff import StaffDirectory
from shared.access.staff_book import StaffBook
from shared.audit.trail import record
from shared.contracts.complaint import ComplaintFact
from shared.errors import StaleError
from shared.events import outbox
from shared.ids import new_id
from shared.sla.book import ClockBook


@dataclass(frozen=True, slots=True)
class Call:
    """Who works on which case, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    complaint_id: UUID
    expected_version: int
    now: datetime
    staff: StaffDirectory | None = None

    @property
    def viewer(self) -> Viewer:
        """As whom the person looks at anonymous complainants."""
        return viewer_of(self.principal, self.governances.in_force(self.principal.company, self.now))


class Step:
    """One step under way: the locked case, the revision that governs it, and the moment that is judged."""

    def __init__(self, call: Call, case: ComplaintRow, action: Action, governing: Governing, moment: Moment) -> None:
        self.call = call
        self.case = case
        self.action = action
        self.governing = governing
        self.moment = moment
        self.from_state = case.state

    @classmethod
    async def take(
        cls,
        call: Call,
        action: Action,
        *,
        occurred_at: datetime | None = None,
        reason: str | None = None,
        pointer: str = "/note",
        is_for_involved: bool = False,
    ) -> "Step":
        """Lock the case and guard the step: scope, version, post, reason, state, time.

        `pointer` names the field of the reason; with `is_for_involved` a post that something in the case is for
        reaches it, and the caller of this function judges the post.
        Raises: ComplaintNotFoundError, StaleError, PostNotAllowedError, ReasonRequiredError, StepNotAllowedError,
        OccurredInFutureError, OccurredBeforeCaseError.
        """
        find = repository.get_involved if is_for_involved else repository.get
        case = await find(call.session, call.complaint_id, call.scope, lock=True)
        if case.version != call.expected_version:
            raise StaleError("案件已被他人修改，请重新读取后再操作。")
        governing = clocks.governing_case(call.governances, case)
        _check_rule(governing, action, call.principal, reason, pointer)
        moment = moment_of(
            occurred_at,
            now=call.now,
            since=case.cycle_started_at,
            window_minutes=governing.chapter.recording.occurred_at_window_minutes,
        )
        step = cls(call, case, action, governing, moment)
        case.step(action)
        return step

    @property
    def book(self) -> ClockBook:
        """The clocks of this transaction."""
        return clocks.book_of(self.call.session, self.governing, self.call.now)

    async def staff(self) -> StaffBook:
        """The staff of today; an empty book where the call came without a directory."""
        return await self.call.staff.current() if self.call.staff else StaffBook()

    async def answer(self) -> None:
        """Stop what this verb answers, judged by when it happened (sla.md 10)."""
        for metric in STOPS.get(self.action, ()):
            await self.book.stop(
                clocks.subject_of(self.case),
                metric,
                occurred_at=self.moment.judged_at,
                actor=self.call.principal.actor,
            )

    async def finish(
        self,
        kind: type[ComplaintFact],
        *,
        note: str | None = None,
        detail: dict[str, Any] | None = None,
        tells: Sequence[str] = (),
        **said: Any,
    ) -> ComplaintRow:
        """Write history and audit, and publish the fact; answers the case."""
        call, case = self.call, self.case
        call.session.add(
            ComplaintStepRow(
                at=call.now,
                id=new_id(),
                complaint_id=case.id,
                company=case.company,
                cycle=case.cycle,
                action=self.action.value,
                occurred_at=self.moment.occurred_at,
                judged_at=self.moment.judged_at,
                actor_id=call.principal.staff_id,
                from_state=self.from_state,
                to_state=case.state,
                note=note,
                detail=detail or {},
            )
        )
        await call.session.flush()
        await record(
            call.session,
            company=case.company,
            action=f"{self.action.value}_complaint",
            at=call.now,
            resource_type="complaint",
            resource_id=case.id,
            detail={"version": case.version, **(detail or {})},
        )
        await outbox.add(
            call.session, events.stepped(case, kind, self.moment.occurred_at, call.now, tells=tells, **said)
        )
        return case

    async def say(self, kind: type[ComplaintFact], *, tells: Sequence[str] = (), **said: Any) -> None:
        """Publish what else the step brought about, after `finish`: a version of its own."""
        self.case.version += 1
        await self.call.session.flush()
        said_at = self.moment.occurred_at
        await outbox.add(
            self.call.session, events.stepped(self.case, kind, said_at, self.call.now, tells=tells, **said)
        )


def _check_rule(governing: Governing, action: Action, principal: Principal, reason: str | None, pointer: str) -> None:
    rule = governing.chapter.steps.get(action.value)
    if rule and rule.needs_reason and not reason:
        raise ReasonRequiredError.at_pointer(pointer)
    if rule and rule.posts and not any(principal.holds(post) for post in rule.posts):
        raise PostNotAllowedError("现行规章规定该操作由其他岗位执行。", params={"action": action.value})
