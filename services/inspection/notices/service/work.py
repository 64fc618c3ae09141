"""What every step on a notice shares: the call, the locked row with its findings and round, its clocks, its record."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.notices import events
from services.inspection.notices.models import NoticeFindingRow, NoticeRow, NoticeStepRow, RoundRow
from services.inspection.notices.repository import notices
from services.inspection.notices.rules import Act, check_act
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_notices import Hands, Notices
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.contracts.inspection_notices import InspectionNoticeFact
from shared.errors import StaleError
from shared.events import outbox
from shared.ids import new_id
from shared.policy.commitments import Promised
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "notice"
READ = "notice.read"


@dataclass(frozen=True, slots=True)
class NoticeCall:
    """Who works on which notice, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    desk: InspectionDesk
    notice_id: UUID
    expected_version: int
    now: datetime

    async def take(self, act: Act) -> "NoticeWork":
        """The notice, locked, guarded by scope, version and state.

        Raises: NoticeNotFoundError, StaleError, NoticeStepNotAllowedError.
        """
        row = await notices.get(self.session, self.notice_id, self.scope, lock=True)
        if row.version != self.expected_version:
            raise StaleError("该整改通知书已被他人修改，请重新读取后再操作。")
        check_act(act, row.state)
        return await work_on(self.session, self.desk, row, self.principal.staff_id, self.now)


@dataclass(slots=True)
class NoticeWork:
    """One step under way on a locked notice."""

    session: AsyncSession
    desk: InspectionDesk
    row: NoticeRow
    governing: InspectionGoverning
    actor: UUID | None
    now: datetime
    on_it: list[NoticeFindingRow] = field(default_factory=list)
    """Its findings, those that left too."""
    turn: RoundRow | None = None
    """The present round."""

    @property
    def terms(self) -> Notices:
        """The pack's part on notices, in the revision under which it was drafted."""
        return self.governing.chapter.notices

    @property
    def round(self) -> RoundRow:
        """The present round of an issued notice."""
        if self.turn is None:
            raise RuntimeError("the notice was not issued")
        return self.turn

    @property
    def standing(self) -> list[NoticeFindingRow]:
        """The findings that remain."""
        return [one for one in self.on_it if one.left_at is None]

    @property
    def book(self) -> ClockBook:
        """The clocks of this transaction."""
        return ClockBook(self.session, calendars=self.governing.calendars, now=self.now)

    def posts(self, hands: Hands) -> list[str]:
        """Who takes a step on this department's notice."""
        known = self.governing.policy.common.posts
        return list(hands.of(self.row.department, {code: post.department for code, post in known.items()}))

    async def start(self, metric: str, promised: Promised, routing: Routing) -> datetime | None:
        """Start one clock from now; answers its deadline."""
        subject = replace(subject_of(self.row), routing=routing)
        promise = self.governing.promise(metric, promised)
        (view,) = await self.book.start(subject, self.governing.stamp(), [promise])
        return view.deadline_at

    async def stop(self, metric: str) -> None:
        """The metric was answered now."""
        await self.book.stop(subject_of(self.row), metric, actor=self._actor)

    async def cancel(self, reason: str) -> None:
        """End what still runs."""
        await self.book.cancel(subject_of(self.row), reason=reason, actor=self._actor)

    async def note(
        self,
        act: Act,
        words: str | None = None,
        *,
        from_deadline_at: datetime | None = None,
        finding_id: UUID | None = None,
    ) -> None:
        """Write a step of the history and its audit row, in the state after it."""
        self.session.add(
            NoticeStepRow(
                id=new_id(),
                company=self.row.company,
                notice_id=self.row.id,
                act=act.value,
                state=self.row.state,
                cycle=self.row.cycle,
                words=words,
                from_deadline_at=from_deadline_at,
                to_deadline_at=self.row.deadline_at,
                finding_id=finding_id,
                taken_by=self.actor,
                taken_at=self.now,
            )
        )
        await self.session.flush()
        await record(
            self.session,
            company=self.row.company,
            action=f"{act.value}_notice",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=self.row.id,
            detail={"version": self.row.version, "state": self.row.state, "cycle": self.row.cycle},
        )

    async def publish(
        self,
        kind: type[InspectionNoticeFact],
        *,
        on_it: Sequence[NoticeFindingRow] | None = None,
        **more: Any,
    ) -> None:
        """Tell the fact, of the findings that remain or of `on_it`."""
        await self.session.flush()
        told = self.standing if on_it is None else on_it
        await outbox.add(self.session, events.said(self.row, told, kind, self.now, **more))

    @property
    def _actor(self) -> str | None:
        return None if self.actor is None else str(self.actor)


async def work_on(
    session: AsyncSession, desk: InspectionDesk, row: NoticeRow, actor: UUID | None, now: datetime
) -> NoticeWork:
    """A step on a notice that is locked."""
    governing = desk.governances.of_revision(row.company, row.policy_version, row.drafted_at)
    on_it = await notices.findings_on(session, [row.id])
    turn = await notices.round_of(session, row.id, row.cycle)
    return NoticeWork(session, desk, row, governing, actor, now, list(on_it), turn)


def subject_of(row: NoticeRow) -> Subject:
    """The notice as its clocks know it; each round is a cycle."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        cycle=row.cycle,
        matter_id=row.matter_id,
        routing=row.routing,
        title=row.severity,
    )
