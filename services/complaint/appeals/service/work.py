"""What every step on an appeal needs: the call, the locked rows, the pack that governs, clocks and the record."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.appeals import events, repository
from services.complaint.appeals.models import AppealActRow, AppealRow
from services.complaint.appeals.rules import AppealAct, check_act
from services.complaint.cases.service.clocks import book_of, terms_of_case
from services.complaint.cases.service.governing import Governances
from services.complaint.findings.service import reading
from services.complaint.findings.service.work import FindingWork, work_on
from services.complaint.policy_findings import Appeals
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff_book import StaffBook
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.contracts.finding import AppealFact
from shared.errors import StaleError
from shared.events import outbox
from shared.ids import new_id
from shared.policy.commitments import Limit
from shared.policy.promises import promise_of
from shared.sla.promise import Promise, Subject, Unit

SUBJECT = "appeal"


@dataclass(frozen=True, slots=True)
class AppealCall:
    """Who works on an appeal, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    staff: StaffBook
    expected_version: int
    now: datetime


@dataclass(slots=True)
class AppealWork:
    """One step under way on a locked appeal; its finding is locked too, always before it."""

    call: AppealCall
    appeal: AppealRow
    finding: FindingWork
    from_state: str | None = None
    judged_by: UUID | None = None
    """Who gave an opinion or a decision in this very step: keeps away from the next."""

    @property
    def terms(self) -> Appeals:
        """The pack's part on appeals, in the revision that governs the case."""
        return self.finding.governing.chapter.appeals

    @property
    def today(self) -> date:
        """The civil date: deputies go by date."""
        return self.call.now.astimezone(self.finding.governing.zone).date()

    def deadline(self, limit: Limit, since: datetime) -> datetime | None:
        """When a window that begins at `since` ends."""
        promise = Promise(metric="window", budget=limit.budget, unit=Unit(limit.unit.value), calendar=limit.calendar)
        return self.finding.governing.deadline(promise, since)

    async def start_clock(self) -> None:
        """Start the clock of the step at which the appeal stands now."""
        governing, appeal = self.finding.governing, self.appeal
        chapter = governing.chapter
        promise = promise_of(appeal.step, self.terms.steps[appeal.step], ladders=chapter.ladders, pauses=chapter.pauses)
        stamp = governing.stamp(terms_of_case(self.finding.case))
        await book_of(self.call.session, governing, self.call.now).start(self._subject(), stamp, [promise])

    async def stop_clock(self, step: str) -> None:
        """The step was taken now."""
        book = book_of(self.call.session, self.finding.governing, self.call.now)
        await book.stop(self._subject(), step, actor=self.call.principal.actor)

    async def cancel_clocks(self, *, reason: str) -> None:
        """Nothing more is awaited."""
        book = book_of(self.call.session, self.finding.governing, self.call.now)
        await book.cancel(self._subject(), reason=reason, actor=self.call.principal.actor)

    def _subject(self) -> Subject:
        appeal = self.appeal
        return Subject(
            type=SUBJECT,
            id=appeal.id,
            company=appeal.company,
            cycle=1,
            matter_id=appeal.matter_id,
            routing=appeal.routing,
            customer_id=self.finding.case.told_customer_id,
            title=self.finding.case.category,
        )

    async def finish(
        self,
        act: AppealAct,
        kind: type[AppealFact],
        *,
        step: str,
        outcome: str | None = None,
        reason: str | None = None,
        routing: Routing | None = None,
        **said: Any,
    ) -> AppealRow:
        """Write history and audit, and publish the fact; answers the appeal."""
        call, row = self.call, self.appeal
        call.session.add(
            AppealActRow(
                id=new_id(),
                company=row.company,
                appeal_id=row.id,
                complaint_id=row.complaint_id,
                act=act.value,
                step=step,
                at=call.now,
                actor_id=call.principal.staff_id,
                from_state=self.from_state,
                to_state=row.state,
                outcome=outcome,
                reason=reason,
            )
        )
        await call.session.flush()
        await record(
            call.session,
            company=row.company,
            action=f"{act.value}_appeal",
            at=call.now,
            resource_type="appeal",
            resource_id=row.id,
            detail={"version": row.version, "step": step},
        )
        customer_id = self.finding.case.told_customer_id
        fact = events.appealed(row, kind, call.now, customer_id=customer_id, routing=routing, **said)
        await outbox.add(call.session, fact)
        return row


async def take(call: AppealCall, appeal_id: UUID, act: AppealAct) -> AppealWork:
    """Lock the finding, then the appeal, and guard scope, version and state.

    Raises: AppealNotFoundError, StaleError, AppealStepNotAllowedError.
    """
    seen = await repository.get(call.session, appeal_id, call.scope)
    finding = await reading.locked(call.session, seen.finding_id)
    row = await repository.lock(call.session, appeal_id)
    if row.version != call.expected_version:
        raise StaleError("申诉已被他人修改，请重新读取后再操作。")
    check_act(act, row.state)
    under = await work_on(call.session, finding, call.governances, call.staff, call.principal.staff_id, call.now)
    row.version += 1
    return AppealWork(call, row, under, row.state)
