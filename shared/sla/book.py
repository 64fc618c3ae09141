"""The clock's use cases, bound to one transaction: what services call (sla.md)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.base import Routing
from shared.observability import context
from shared.sla import changes, rules, segments, verdicts
from shared.sla.calendar import WorkingCalendar
from shared.sla.calendars import Calendars
from shared.sla.errors import (
    ClockNotFoundError,
    ClockNotOpenError,
    PauseNotAllowedError,
    PauseTooLongError,
    at_field,
)
from shared.sla.explain import Explanation, explanation_of
from shared.sla.history import finished_runs
from shared.sla.hot import open_clocks
from shared.sla.instants import MICROSECOND, MINUTE_US, from_us, maybe_to_us, to_us
from shared.sla.promise import PolicyStamp, Promise, Subject
from shared.sla.repository import ClockRepository
from shared.sla.state import ClockState, State, Turn
from shared.sla.views import ClockView

OCCURRED_WINDOW = timedelta(minutes=60)
"""How far back an action may be said to have happened, if the pack says nothing else (sla.md 10)."""


class ClockBook:
    """Clocks within one transaction; every step locks the subject's rows first and publishes through the outbox."""

    def __init__(self, session: AsyncSession, *, calendars: Calendars, now: datetime) -> None:
        self._repository = ClockRepository(session)
        self._calendars = calendars
        self._now_at = now
        self._now = to_us(now)

    async def start(
        self,
        subject: Subject,
        stamp: PolicyStamp,
        promises: Sequence[Promise],
        *,
        started_at: datetime | None = None,
        sequence: int = 1,
    ) -> list[ClockView]:
        """Start one clock for each promise.  Raises: CalendarUnknownError, BeyondCalendarError."""
        opened = open_clocks(
            subject,
            stamp,
            promises,
            self._calendars,
            started_at or self._now_at,
            now=self._now_at,
            sequence=sequence,
        )
        await self._repository.insert(opened)
        return opened.views

    async def reopen(
        self,
        subject: Subject,
        stamp: PolicyStamp,
        promises: Sequence[Promise],
        *,
        started_at: datetime | None = None,
        actor: str | None = None,
    ) -> list[ClockView]:
        """Begin the subject's new cycle; verdicts of earlier cycles are frozen, what was still open ends (sla.md 8)."""

        def end(turn: Turn) -> None:
            rules.cancel(turn, cause="reopened")

        open_before = [clock for clock in await self._locked(subject) if clock.cycle < subject.cycle and clock.is_open]
        await self._each(open_before, end, actor)
        return await self.start(subject, stamp, promises, started_at=started_at)

    async def stop(
        self,
        subject: Subject,
        metric: str,
        *,
        occurred_at: datetime | None = None,
        window: timedelta = OCCURRED_WINDOW,
        actor: str | None = None,
        restart: Promise | None = None,
        stamp: PolicyStamp | None = None,
    ) -> list[ClockView]:
        """The metric was answered: met, or late, or a breach is taken back; `restart` begins the next repetition.

        Judged on when it happened; an action older than `window` is judged at the window's edge (sla.md 10).
        Answers what was stopped and started; nothing if no clock of the metric is open.
        Raises: OccurredInFutureError, OccurredBeforeCaseError.
        """
        clocks = self._of_cycle(await self._locked(subject), subject)
        running = [clock for clock in clocks if clock.metric == metric and clock.is_open]
        if not running:
            return []
        moment = verdicts.moment_of(
            maybe_to_us(occurred_at),
            now=self._now,
            not_before=min(clock.started_at for clock in clocks),
            window_us=window // MICROSECOND,
        )

        def answer(turn: Turn) -> None:
            verdicts.stop(turn, self._calendar_of(turn.clock), moment)

        stopped = await self._each(running, answer, actor)
        if restart is None:
            return stopped
        last = running[-1]
        next_from = max(moment.judged_at, last.started_at)
        return stopped + await self.start(
            subject, stamp or last.stamp, [restart], started_at=from_us(next_from), sequence=last.sequence + 1
        )

    async def pause(
        self, subject: Subject, *, reason: str, until: datetime | None = None, actor: str | None = None
    ) -> list[ClockView]:
        """Pause every open clock of the cycle that the pack lets wait for `reason`; the others run on (sla.md 6).

        Raises: PauseNotAllowedError if there is none, PauseTooLongError if `until` is past or beyond the longest wait.
        """
        clocks = [clock for clock in self._of_cycle(await self._locked(subject), subject) if clock.is_open]
        longest = [clock.terms.pauses[reason] for clock in clocks if reason in clock.terms.pauses]
        if not longest:
            message = "制度未允许以该原因暂停"
            raise PauseNotAllowedError(message, errors=at_field("/reason", "not_listed", message))
        if until is not None and to_us(until) > self._now + max(longest) * MINUTE_US:
            message = "暂停时间超过制度允许的最长时间"
            raise PauseTooLongError(
                message, errors=at_field("/until", "too_long", message), params={"max_minutes": max(longest)}
            )

        def wait(turn: Turn) -> None:
            rules.pause(turn, self._calendar_of(turn.clock), reason=reason, until=maybe_to_us(until))

        return await self._each([clock for clock in clocks if reason in clock.terms.pauses], wait, actor)

    async def resume(self, subject: Subject, *, actor: str | None = None) -> list[ClockView]:
        """Let every waiting clock of the cycle count again.  Raises: ClockNotOpenError if none waits."""
        waiting = [clock for clock in self._of_cycle(await self._locked(subject), subject) if clock.is_paused]
        if not waiting:
            raise ClockNotOpenError("没有暂停中的时钟")

        def go_on(turn: Turn) -> None:
            rules.resume(turn, self._calendar_of(turn.clock))

        return await self._each(waiting, go_on, actor)

    async def cancel(
        self, subject: Subject, metrics: Sequence[str] | None = None, *, reason: str, actor: str | None = None
    ) -> list[ClockView]:
        """End open clocks of the cycle, all or of some metrics; `reason` is a code."""

        def end(turn: Turn) -> None:
            rules.cancel(turn, cause=reason)

        clocks = self._of_cycle(await self._locked(subject), subject)
        return await self._each(
            [clock for clock in clocks if clock.is_open and (metrics is None or clock.metric in metrics)], end, actor
        )

    async def retarget(
        self,
        subject: Subject,
        stamp: PolicyStamp,
        promises: Sequence[Promise],
        *,
        cause: str,
        actor: str | None = None,
        start_missing_at: datetime | None = None,
        keep: Sequence[str] = (),
    ) -> list[ClockView]:
        """Carry the cycle's open clocks to the promises of another tier, grade or policy (sla.md 7).

        An open clock without a promise is cancelled; with `start_missing_at` a promise that has had no clock in this
        cycle starts one from then.  `keep` names metrics that no tier or grade promised: they run on as they are.
        `cause`: tier_changed, regraded, learned_late …
        """
        clocks = self._of_cycle(await self._locked(subject), subject)
        chosen = {promise.metric: promise for promise in promises}
        running = [clock for clock in clocks if clock.is_open and clock.metric not in keep]
        events = await self._repository.events([clock.id for clock in running])

        def carry(turn: Turn) -> None:
            promise = chosen.get(turn.clock.metric)
            was = self._calendar_of(turn.clock)
            changes.retarget(
                turn,
                stamp,
                promise,
                cause=cause,
                runs=finished_runs(turn.clock, [event for event in events if event.clock_id == turn.clock.id]),
                calendar=was if promise is None else self._calendars.get(promise.calendar),
                was=was,
            )

        carried = await self._each(running, carry, actor)
        if start_missing_at is None:
            return carried
        known = {clock.metric for clock in clocks}
        missing = [promise for promise in promises if promise.metric not in known]
        return carried + await self.start(subject, stamp, missing, started_at=start_missing_at)

    async def transfer(
        self, subject: Subject, routing: Routing, *, actor: str | None = None, keep: Sequence[str] = ()
    ) -> list[ClockView]:
        """Another holder works the subject: the clocks run on, the time each holder had is kept apart (sla.md 17).

        `keep` names metrics that lie with somebody of their own, whoever holds the subject.
        """

        def hand_over(turn: Turn) -> None:
            segments.hand_over(turn, self._calendar_of(turn.clock), routing)

        moved = [clock for clock in await self._locked(subject) if clock.is_open and clock.metric not in keep]
        return await self._each(moved, hand_over, actor)

    async def relabel(self, subject: Subject) -> None:
        """Copy the subject's customer, title and matter to its clocks, when they became known later."""

        def label(turn: Turn) -> None:
            turn.change(customer_id=subject.customer_id, title=subject.title, matter_id=subject.matter_id)

        await self._each(await self._locked(subject), label, None)

    async def correct(
        self, clock_id: UUID, *, verdict: str, approver: str, reason: str, actor: str | None = None
    ) -> ClockView:
        """Change a verdict (`met` or `breached`) by name, with approver and reason (sla.md 4).

        Raises: ClockNotFoundError, ClockNotOpenError, VerdictUnchangedError.
        """
        clock = await self._repository.get(clock_id, lock=True)
        if clock is None:
            raise ClockNotFoundError("没有这个时钟")

        def change(turn: Turn) -> None:
            verdicts.correct(turn, verdict=State(verdict), approver=approver, reason=reason)

        (view,) = await self._each([clock], change, actor)
        return view

    async def clocks(self, subject_type: str, subject_id: UUID) -> list[ClockView]:
        """All clocks of a subject, every cycle, oldest first."""
        return [ClockView.of(clock) for clock in await self._repository.of_subject(subject_type, subject_id)]

    async def explain(self, clock_id: UUID, *, subject_id: UUID | None = None) -> Explanation:
        """Why this deadline (sla.md 16).  Raises: ClockNotFoundError, also for another subject's clock."""
        clock = await self._repository.get(clock_id)
        if clock is None or (subject_id is not None and clock.subject_id != subject_id):
            raise ClockNotFoundError("没有这个时钟")
        events = await self._repository.events([clock.id])
        return explanation_of(clock, events, self._calendar_of(clock), now=self._now)

    async def _locked(self, subject: Subject) -> list[ClockState]:
        return await self._repository.of_subject(subject.type, subject.id, lock=True)

    @staticmethod
    def _of_cycle(clocks: Sequence[ClockState], subject: Subject) -> list[ClockState]:
        return [clock for clock in clocks if clock.cycle == subject.cycle]

    def _calendar_of(self, clock: ClockState) -> WorkingCalendar:
        return self._calendars.get(clock.calendar, clock.calendar_revision)

    async def _each(
        self, clocks: Sequence[ClockState], step: Callable[[Turn], None], actor: str | None
    ) -> list[ClockView]:
        turns = [Turn(clock, self._now, actor or context.current().actor) for clock in clocks]
        for turn in turns:
            step(turn)
        await self._repository.save(turns)
        return [ClockView.of(turn.clock) for turn in turns]
