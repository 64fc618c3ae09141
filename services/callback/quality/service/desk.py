"""What each step on a review shares: the row in the version that was seen, its revision, clocks, audit, facts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.service.desk import CallDesk
from services.callback.policy_in_force import Governances, Governing
from services.callback.policy_quality import Card, Quality
from services.callback.quality.errors import (
    OwnCallError,
    ReviewNotClaimedError,
    ReviewPostError,
    ReviewStepNotAllowedError,
    SameReviewerError,
)
from services.callback.quality.models import CallReviewRow
from services.callback.quality.repository import reviews
from services.callback.quality.rules.states import SUBJECT, Exclusion, ReviewState, is_second_person
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.errors import StaleError
from shared.events import outbox
from shared.events.fact import Fact
from shared.observability import context
from shared.policy.commitments import Promised
from shared.sla.book import ClockBook
from shared.sla.promise import Subject
from shared.sla.views import ClockView


@dataclass(frozen=True, slots=True)
class ReviewCall:
    """Who works on which review, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    desk: CallDesk
    review_id: UUID
    expected_version: int | None
    now: datetime

    @property
    def people(self) -> tuple[UUID, ...]:
        """The person, and those deputised for today."""
        return (self.principal.staff_id, *self.principal.acting_for)

    def governing(self, row: CallReviewRow) -> Governing:
        """The revision that was in force when the call was made."""
        return governing_of(self.desk.governances, row)

    def card(self, row: CallReviewRow) -> Card:
        """The card in the version that the review was drawn with."""
        return self.governing(row).chapter.quality.cards[row.card]

    async def locked(self, *, state: ReviewState | None = None) -> CallReviewRow:
        """The review of the scope, locked, in the version that the person saw.

        Raises: ReviewNotFoundError, StaleError, ReviewStepNotAllowedError.
        """
        seen = await reviews.get(self.session, self.review_id, self.scope)
        if seen.partner_id is not None:
            # both of a pair in the order of their seats, so that two reviewers who finish at once wait, not deadlock
            await reviews.pair(self.session, seen.callback_id)
        row = await reviews.get(self.session, self.review_id, self.scope, lock=True)
        if self.expected_version is not None and row.version != self.expected_version:
            raise StaleError("评定已被他人修改，请重新读取后再操作。")
        if state is not None and row.state != state:
            raise ReviewStepNotAllowedError("评定当前状态不允许该操作。", params={"state": row.state})
        return row

    async def held(self) -> CallReviewRow:
        """The same, held by the person.  Raises: as `locked`, ReviewNotClaimedError, OwnCallError."""
        row = await self.locked()
        if row.state == ReviewState.DONE:
            raise ReviewStepNotAllowedError("评定已完成。", params={"state": row.state})
        is_held = row.owner_id == self.principal.staff_id and row.lease_until is not None
        if not is_held or row.lease_until is None or row.lease_until <= self.now:
            raise ReviewNotClaimedError("请先领取该评定。")
        check_own(self, row, self.governing(row).chapter.quality)
        return row

    def check_second(self, posts: Iterable[str], row: CallReviewRow, before: Iterable[UUID | None]) -> None:
        """A post of the pack, and nobody who acted before, nor the caller.

        Raises: ReviewPostError, OwnCallError, SameReviewerError.
        """
        if not any(self.principal.holds(post) for post in posts):
            raise ReviewPostError("现行规章规定由指定岗位办理。")
        if row.caller_id in self.people:
            raise OwnCallError("不得办理本人通话的评定。")
        if not is_second_person(self.people, before):
            raise SameReviewerError("参加过评定的人员不得办理，须由另一人办理。")

    async def start_clock(self, row: CallReviewRow, metric: str, promised: Promised, posts: Iterable[str]) -> None:
        """Begin a promise that lies with posts of the pack."""
        governing = self.governing(row)
        promise = governing.promise(metric, promised, is_consequence=True)
        subject = subject_of(row, Routing(department=row.department, posts=list(posts)))
        await self._book().start(subject, governing.stamp(row.tier), [promise], started_at=self.now)

    async def stop_clock(self, row: CallReviewRow, metric: str) -> bool | None:
        """The promise was answered; whether in time, None where no limit is set."""
        found: list[ClockView] = await self._book().stop(subject_of(row), metric, actor=self.principal.actor)
        return not found[0].is_late if found and found[0].deadline_at else None

    async def tell(self, row: CallReviewRow, act: str, *facts: Fact, **detail: object) -> None:
        """Write the deed's audit row (ids, codes and versions only) and publish what follows from it."""
        await self.session.flush()
        await record(
            self.session,
            company=row.company,
            action=f"{act}_call_review",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=row.id,
            detail={"version": row.version, **detail},
        )
        call = context.current()
        chain = replace(call, hops=max(call.hops, row.hops), correlation_id=row.correlation_id, matter_id=row.matter_id)
        with context.bind(chain):
            for fact in facts:
                await outbox.add(self.session, fact)

    def _book(self) -> ClockBook:
        return ClockBook(self.session, calendars=self.desk.governances.calendars, now=self.now)


def governing_of(governances: Governances, row: CallReviewRow) -> Governing:
    """The revision that was in force when the call was made."""
    return governances.of_revision(row.company, row.policy_version, row.completed_at)


def subject_of(row: CallReviewRow, routing: Routing | None = None) -> Subject:
    """The review as its clocks know it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=routing or row.routing,
        customer_id=row.customer_id,
        title=row.business,
    )


def exclusion_of(principal: Principal, quality: Quality) -> Exclusion:
    """Whose calls the person may not judge, by the pack."""
    return Exclusion(
        staff_ids=(principal.staff_id, *principal.acting_for),
        team=principal.team if quality.is_own_team_excluded else None,
        department=principal.department if quality.is_own_department_excluded else None,
    )


def check_own(call: ReviewCall, row: CallReviewRow, quality: Quality) -> None:
    """Raises: OwnCallError."""
    exclusion = exclusion_of(call.principal, quality)
    if exclusion.covers(row.caller_id, row.caller_team, row.caller_department):
        raise OwnCallError("不得评定本人或本班组的通话。")
