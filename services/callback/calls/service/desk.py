"""What the use cases of the calls need of the running service, and what each step on a callback shares."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.errors import (
    CallbackNotOpenError,
    LeaseLostError,
    NotClaimedError,
    OwnWorkError,
)
from services.callback.calls.models import CallbackRow
from services.callback.calls.repository import callbacks
from services.callback.calls.rules.states import CallbackState, did_the_work
from services.callback.policy_calls import Queue
from services.callback.policy_in_force import Governances, Governing
from shared.access.grants import GrantSigner
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff import StaffDirectory
from shared.audit.trail import record
from shared.database.numbers import Numbers
from shared.errors import StaleError
from shared.observability import context
from shared.policy.commitments import Promised
from shared.sla.book import ClockBook
from shared.sla.promise import Promise, Subject

SUBJECT = "callback"
WINDOW = "window"
"""The metric: from the work to the end of the callback's window."""

__all__ = ["SUBJECT", "WINDOW", "Call", "CallDesk", "carried", "subject_of", "window_promise"]


@dataclass(frozen=True, slots=True)
class CallDesk:
    """Policy, numbers, keys and people of this process; made once at start."""

    governances: Governances
    numbers: Numbers
    signer: GrantSigner
    staff: StaffDirectory


@dataclass(frozen=True, slots=True)
class Call:
    """Who works on which callback, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    desk: CallDesk
    callback_id: UUID
    expected_version: int | None
    now: datetime

    @property
    def callers(self) -> tuple[UUID, ...]:
        """The person, and those deputised for today."""
        return (self.principal.staff_id, *self.principal.acting_for)

    def governing(self, row: CallbackRow) -> Governing:
        """The revision that was in force when the callback was drawn."""
        return self.desk.governances.of_revision(row.company, row.policy_version, row.occurred_at)

    def book(self, governing: Governing) -> ClockBook:
        """The clocks of this transaction."""
        return ClockBook(self.session, calendars=governing.calendars, now=self.now)

    async def locked(self) -> CallbackRow:
        """The callback of the scope, locked, in the version that the caller saw.

        Raises: CallbackNotFoundError, StaleError.
        """
        row = await callbacks.get(self.session, self.callback_id, self.scope, lock=True)
        if self.expected_version is not None and row.version != self.expected_version:
            raise StaleError("回访已被他人修改，请重新读取后再操作。")
        return row

    async def held(self) -> CallbackRow:
        """The same, held by the caller.

        Raises: as `locked`, CallbackNotOpenError, NotClaimedError, LeaseLostError, OwnWorkError.
        """
        row = await self.locked()
        if not row.is_open:
            raise CallbackNotOpenError("回访已完成或已错过窗口。", params={"state": row.state})
        if row.state != CallbackState.CLAIMED or row.owner_id != self.principal.staff_id:
            raise NotClaimedError("请先领取该回访。")
        if row.lease_until is None or row.lease_until <= self.now:
            raise LeaseLostError("领取的时间已过，请重新领取。")
        if did_the_work(row.staff_ids, self.callers):
            raise OwnWorkError("请由未经办此事的人员回访。")
        return row

    async def audit(self, row: CallbackRow, action: str, **detail: object) -> None:
        """Write the deed's audit row: ids, codes and versions only."""
        await self.session.flush()
        await record(
            self.session,
            company=row.company,
            action=f"{action}_callback",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=row.id,
            detail={"version": row.version, **detail},
        )


def subject_of(row: CallbackRow) -> Subject:
    """The callback as its clock knows it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.business,
    )


def window_promise(governing: Governing, business: str, tier: str) -> Promise:
    """The window's end as a promise that runs from the work."""
    rule = governing.chapter.calls.businesses[business]
    window = governing.chapter.calls.terms(business, tier).window
    promised = Promised(limit=window.latest, warn_at=rule.warn_at, ladder=rule.ladder, clause=rule.clause)
    return governing.promise(WINDOW, promised)


def queues_of(queues: dict[str, Queue], principal: Principal, *, is_own: bool) -> list[str]:
    """The work lists that the person's posts share; with `is_own` without those deputised for."""
    return sorted(
        code
        for code, queue in queues.items()
        if any(post in principal.posts if is_own else principal.holds(post) for post in queue.posts)
    )


@contextmanager
def carried(row: CallbackRow) -> Iterator[None]:
    """Publish what follows from a call as part of the chain from which it was drawn: hops, correlation, matter."""
    call = context.current()
    with context.bind(
        replace(call, hops=max(call.hops, row.hops), correlation_id=row.correlation_id, matter_id=row.matter_id)
    ):
        yield
