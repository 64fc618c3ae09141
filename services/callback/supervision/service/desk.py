"""What each step on an opinion from outside shares: the row, its revision, clocks, audit, facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.policy_in_force import Governances, Governing
from services.callback.supervision import repository
from services.callback.supervision.errors import SupervisionPostError
from services.callback.supervision.models import SupervisionOpinionRow
from services.callback.supervision.rules import ANSWER, EXTERNAL_ANSWER, SUBJECT, SupervisionAct, check
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.errors import StaleError
from shared.events import outbox
from shared.events.fact import Fact
from shared.policy.commitments import Promised
from shared.sla.book import ClockBook
from shared.sla.promise import Subject


@dataclass(frozen=True, slots=True)
class SupervisionCall:
    """Who works on which opinion, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    opinion_id: UUID
    expected_version: int
    now: datetime

    async def take(self, act: SupervisionAct) -> SupervisionOpinionRow:
        """The opinion of the scope, locked, in the version that was seen, in a state that allows the act.

        Raises: SupervisionNotFoundError, StaleError, SupervisionStepNotAllowedError.
        """
        row = await repository.get(self.session, self.opinion_id, self.scope, lock=True)
        if row.version != self.expected_version:
            raise StaleError("意见已被他人修改，请重新读取后再操作。")
        check(act, row.state)
        row.version += 1
        return row

    def governing(self, row: SupervisionOpinionRow) -> Governing:
        """The revision that was in force when it arrived."""
        return self.governances.of_revision(row.company, row.policy_version, row.received_at)

    def check_post(self, posts: Iterable[str]) -> None:
        """Raises: SupervisionPostError."""
        if not any(self.principal.holds(post) for post in posts):
            raise SupervisionPostError("现行规章规定由指定岗位办理。")

    async def start_clock(self, row: SupervisionOpinionRow, metric: str, promised: Promised, routing: Routing) -> None:
        """Begin a promise, or begin it once more."""
        governing, book = self.governing(row), self._book()
        promise = governing.promise(metric, promised, is_consequence=True)
        sequence = 1 + sum(one.metric == metric for one in await book.clocks(SUBJECT, row.id))
        subject = subject_of(row, routing)
        await book.start(subject, governing.stamp(row.tier), [promise], started_at=self.now, sequence=sequence)

    async def stop_clock(self, row: SupervisionOpinionRow, metric: str) -> bool | None:
        """The promise was answered; whether in time, None where no limit is set."""
        found = await self._book().stop(subject_of(row, row.routing), metric, actor=self.principal.actor)
        return not found[0].is_late if found and found[0].deadline_at else None

    async def move(self, row: SupervisionOpinionRow) -> None:
        """Another department has it: its own limit runs on there, those of the office stay with the office."""
        keep = [ANSWER, EXTERNAL_ANSWER]
        await self._book().transfer(subject_of(row, row.routing), row.routing, actor=self.principal.actor, keep=keep)

    async def tell(self, row: SupervisionOpinionRow, act: str, *facts: Fact, **detail: object) -> None:
        """Write the deed's audit row (ids, codes and versions only) and publish what follows from it."""
        await self.session.flush()
        await record(
            self.session,
            company=row.company,
            action=f"{act}_supervision_opinion",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=row.id,
            detail={"version": row.version, **detail},
        )
        for fact in facts:
            await outbox.add(self.session, fact)

    def _book(self) -> ClockBook:
        return ClockBook(self.session, calendars=self.governances.calendars, now=self.now)


def subject_of(row: SupervisionOpinionRow, routing: Routing) -> Subject:
    """The opinion as its clocks know it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=routing,
        customer_id=row.customer_id,
        title=row.kind,
    )
