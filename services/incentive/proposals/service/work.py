"""What every step on a proposal shares: the call, the locked row, its clock, its record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.desk import IncentiveDesk
from services.incentive.errors import OwnCaseError
from services.incentive.policy import IncentiveGoverning
from services.incentive.proposals import events
from services.incentive.proposals.errors import ProposalPostError, RaiserDecidesError
from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.repository import proposals
from services.incentive.proposals.repository.proposals import Sight
from services.incentive.proposals.rules.states import CONFIRMATION, Act, ProposalState, Withdrawal, check_act
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.contracts.incentive_proposals import IncentiveProposalFact, IncentiveWithdrawn
from shared.errors import StaleError
from shared.events import outbox
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "incentive_proposal"
CONTESTED = "cause_contested"
"""The reason of the pack for which the clock waits."""
READ = "incentive_proposal.read"
RAISE = "incentive.propose"
CONFIRM = "incentive_proposal.confirm"


def sight(principal: Principal, permission: str) -> Sight:
    """What the person sees.  Raises: PermissionDeniedError."""
    return Sight(principal.scope(permission), (principal.staff_id, *principal.acting_for))


@dataclass(frozen=True, slots=True)
class ProposalCall:
    """Who works on which proposal, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    sight: Sight
    desk: IncentiveDesk
    proposal_id: UUID
    expected_version: int
    now: datetime

    async def take(self, act: Act) -> "ProposalWork":
        """The proposal, locked with its matter, guarded by sight, version and state.

        Raises: ProposalNotFoundError, StaleError, OutsideRegulationError, ProposalStepNotAllowedError.
        """
        seen = await proposals.get(self.session, self.proposal_id, self.sight)
        await proposals.serialise(self.session, seen.company, str(seen.matter_id))
        row = await proposals.get(self.session, self.proposal_id, self.sight, lock=True)
        if row.version != self.expected_version:
            raise StaleError("该奖惩建议已被他人修改，请重新读取后再操作。")
        check_act(act, row.state)
        return work_on(self.session, self.desk, row, self.now)

    def check_decides(self, row: ProposalRow) -> None:
        """The pack's posts decide; never whom it names, their own department, or whoever raised it.

        Raises: ProposalPostError, OwnCaseError, RaiserDecidesError.
        """
        principal = self.principal
        own = {principal.department, *(one.department for one in principal.acting)}
        if any(principal.is_self(one) for one in row.named_ids) or (
            row.subject_type == "department" and row.subject in own
        ):
            raise OwnCaseError("不得办理涉及本人或本部门的奖惩。")
        if principal.is_self(row.raised_by):
            raise RaiserDecidesError("提出人不得确认或驳回本人提出的奖惩。")
        posts = self.desk.governances.of_revision(row.company, row.policy_version, row.drafted_at)
        if not any(principal.holds(post) for post in posts.chapter.proposals.confirmed_by):
            raise ProposalPostError("现行规章规定由其他岗位确认奖惩建议。")


@dataclass(frozen=True, slots=True)
class ProposalWork:
    """One step under way on a locked or new proposal."""

    session: AsyncSession
    desk: IncentiveDesk
    row: ProposalRow
    governing: IncentiveGoverning
    now: datetime

    @property
    def _book(self) -> ClockBook:
        return ClockBook(self.session, calendars=self.governing.calendars, now=self.now)

    async def start_clock(self) -> None:
        """A person owes the confirmation or dismissal; being a consequence, its breach proposes nothing more."""
        promised = self.governing.chapter.proposals.confirmed
        promise = self.governing.promise(CONFIRMATION, promised, is_consequence=True)
        await self._book.start(subject_of(self.row), self.governing.stamp(), [promise])

    async def hold_clock(self) -> None:
        """Its cause is under appeal: the pack lets the clock wait."""
        if CONTESTED in self.governing.chapter.proposals.confirmed.pauses:
            await self._book.pause(subject_of(self.row), reason=CONTESTED)

    async def resume_clock(self) -> None:
        """The cause stands: the clock counts again, unless its longest wait ended before."""
        clocks = await self._book.clocks(SUBJECT, self.row.id)
        if any(one.cycle == self.row.cycle and one.paused_at is not None for one in clocks):
            await self._book.resume(subject_of(self.row))

    async def stop_clock(self) -> None:
        """A person decided."""
        await self._book.stop(subject_of(self.row), CONFIRMATION)

    async def withdraw(self, reason: Withdrawal, *, same_as: UUID | None = None) -> None:
        """Let the open draft fall; its clock ends unanswered."""
        row = self.row
        row.state, row.withdrawn_for, row.withdrawn_at = ProposalState.WITHDRAWN.value, reason.value, self.now
        row.same_as_id = same_as
        row.version += 1
        await self._book.cancel(subject_of(row), reason=reason.value)
        await self.finish("withdraw", IncentiveWithdrawn, reason=reason.value, same_as_id=same_as)

    async def finish(self, act: str, kind: type[IncentiveProposalFact] | None = None, **more: Any) -> ProposalRow:
        """Write the audit row and publish the fact; answers the proposal."""
        row = self.row
        await self.session.flush()
        await record(
            self.session,
            company=row.company,
            action=f"{act}_incentive_proposal",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=row.id,
            detail={"version": row.version, "state": row.state},
        )
        if kind is not None:
            await outbox.add(self.session, events.said(row, kind, self.now, **more))
        return row


def work_on(session: AsyncSession, desk: IncentiveDesk, row: ProposalRow, now: datetime) -> ProposalWork:
    """A step on a proposal, under the revision that governed its draft."""
    governing = desk.governances.of_revision(row.company, row.policy_version, row.drafted_at)
    return ProposalWork(session, desk, row, governing, now)


def subject_of(row: ProposalRow) -> Subject:
    """The proposal as its clock knows it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        cycle=row.cycle,
        matter_id=row.matter_id,
        routing=row.routing,
        title=row.provision,
    )
