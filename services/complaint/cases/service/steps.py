"""Every step of a case after intake: guard, state, clocks, history, audit, fact – in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases import events, repository
from services.complaint.cases.errors import PostNotAllowedError
from services.complaint.cases.models import ComplaintRow, ComplaintStepRow
from services.complaint.cases.rules import STOPS, Action, Moment, moment_of
from services.complaint.cases.service import clocks
from services.complaint.cases.service.governing import Governances, Governing
from shared.access.principal import Principal
from shared.access.scope import RowScope
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
    async def take(cls, call: Call, action: Action, *, occurred_at: datetime | None = None) -> "Step":
        """Lock the case and guard the step: scope, version, post, state, time.

        Raises: ComplaintNotFoundError, StaleError, PostNotAllowedError, StepNotAllowedError, OccurredInFutureError,
        OccurredBeforeCaseError.
        """
        case = await repository.get(call.session, call.complaint_id, call.scope, lock=True)
        if case.version != call.expected_version:
            raise StaleError("案件已被他人修改，请重新读取后再操作。")
        governing = clocks.governing_case(call.governances, case)
        _check_post(governing, action, call.principal)
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
        self, kind: type[ComplaintFact], *, note: str | None = None, detail: dict[str, Any] | None = None, **said: Any
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
        await outbox.add(call.session, events.stepped(case, kind, self.moment.occurred_at, call.now, **said))
        return case


def _check_post(governing: Governing, action: Action, principal: Principal) -> None:
    rule = governing.chapter.steps.get(action.value)
    if rule and rule.posts and not any(principal.holds(post) for post in rule.posts):
        raise PostNotAllowedError("现行规章规定该操作由其他岗位执行。", params={"action": action.value})
