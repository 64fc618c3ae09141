"""What every step on a case shares: the call, the locked row, its clocks, who acts next, its record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases import events
from services.incentive.cases.errors import CaseNotWithYouError
from services.incentive.cases.models import IncentiveCaseRow
from services.incentive.cases.repository import cases, steps
from services.incentive.cases.repository.cases import Sight
from services.incentive.cases.rules.amounts import Amounts
from services.incentive.cases.rules.signing import Concerned, Signatories, Signers
from services.incentive.cases.rules.states import Act, CaseState, Metric, check_act, signing_metric
from services.incentive.desk import IncentiveDesk
from services.incentive.errors import OwnCaseError
from services.incentive.policy import IncentiveGoverning
from services.incentive.policy_approvals import Chain
from services.incentive.policy_catalogue import IncentiveClause
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.contracts.incentive_cases import IncentiveCaseFact
from shared.errors import StaleError
from shared.events import outbox
from shared.policy.commitments import Promised
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "incentive_case"
CONTESTED = "cause_contested"
"""The reason of the pack for which the clocks wait."""
READ, APPROVE, SPEAK, TELL, TALK = (
    "incentive.read",
    "incentive.approve",
    "incentive.speak",
    "incentive.tell",
    "incentive.talk",
)


def sight(principal: Principal, permission: str) -> Sight:
    """What the person sees.  Raises: PermissionDeniedError."""
    return Sight(principal.scope(permission), (principal.staff_id, *principal.acting_for))


@dataclass(frozen=True, slots=True)
class CaseWork:
    """One step under way on a locked or new case."""

    session: AsyncSession
    desk: IncentiveDesk
    row: IncentiveCaseRow
    governing: IncentiveGoverning
    signers: Signers
    now: datetime

    @property
    def chain(self) -> Chain:
        """The signatures in their order."""
        return self.governing.chapter.approvals.chains[self.row.chain]

    @property
    def clause(self) -> IncentiveClause:
        """What the case gives or takes."""
        return self.governing.chapter.catalogue.provisions[self.row.provision]

    @property
    def amounts(self) -> Amounts:
        """As they stand."""
        return Amounts.of(self.row.amounts)

    @property
    def subject(self) -> Subject:
        """The case as its clocks know it."""
        row = self.row
        return Subject(
            type=SUBJECT,
            id=row.id,
            company=row.company,
            cycle=row.round,
            matter_id=row.matter_id,
            routing=row.routing,
            title=row.provision,
        )

    @property
    def book(self) -> ClockBook:
        """The clocks of this step's transaction."""
        return ClockBook(self.session, calendars=self.governing.calendars, now=self.now)

    async def concerned(self) -> Concerned:
        """Who must keep away from it."""
        row = self.row
        signed = await steps.signatures(self.session, row.id, round_=row.round)
        return Concerned(
            company=row.company,
            department=row.department,
            named_ids=frozenset(row.named_ids),
            is_department=row.subject_type == "department",
            signed_ids=frozenset(one.signer_id for one in signed),
            proposed_ids=frozenset(one for one in (row.raised_by, row.opened_by) if one is not None),
        )

    async def signatories(self, step: int) -> Signatories:
        """Who signs a step, as the directory stands now."""
        last_resort = self.governing.chapter.approvals.last_resort
        return self.signers.of_step(self.chain, step, await self.concerned(), last_resort)

    async def lay_before(self, signatories: Signatories, metric: str, promised: Promised) -> None:
        """It lies with them from now on, under a clock; being a consequence, its breach proposes nothing more.

        Where everybody is concerned it lies with the pack's last resort, until the directory has somebody else.
        """
        last_resort = () if signatories.staff_ids else self.governing.chapter.approvals.last_resort
        self.row.signer_ids, self.row.posts = list(signatories.staff_ids), list(signatories.posts or last_resort)
        promise = self.governing.promise(metric, promised, is_consequence=True)
        await self.session.flush()
        await self.book.start(self.subject, self.governing.stamp(), [promise])

    async def lay_before_signers(self) -> None:
        """The present step of the chain waits for its signature."""
        step = self.row.step
        await self.lay_before(await self.signatories(step), signing_metric(step), self.chain.steps[step - 1].signed)

    async def lay_before_office(self, posts: Sequence[str], metric: Metric, promised: Promised) -> None:
        """It waits for the office, which goes on with what it began itself: only whom the case names keeps away."""
        case = replace(await self.concerned(), signed_ids=frozenset(), proposed_ids=frozenset())
        await self.lay_before(self.signers.of_posts(posts, case), metric, promised)

    async def answered(self, metric: str) -> None:
        """What was promised is done; it lies with nobody."""
        await self.book.stop(self.subject, metric)
        self.row.signer_ids, self.row.posts = [], []

    async def end(self, state: CaseState, reason: str) -> None:
        """It is over: whatever clock runs ends unanswered."""
        row = self.row
        row.state, row.ended_at, row.ended_for = state.value, self.now, reason
        row.signer_ids, row.posts = [], []
        await self.book.cancel(self.subject, reason=reason)

    async def finish(self, act: str, kind: type[IncentiveCaseFact] | None = None, **more: Any) -> IncentiveCaseRow:
        """Write the audit row and publish the fact; answers the case."""
        row = self.row
        await self.session.flush()
        await record(
            self.session,
            company=row.company,
            action=f"{act}_incentive_case",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=row.id,
            detail={"version": row.version, "state": row.state, "round": row.round, "step": row.step},
        )
        if kind is not None:
            await self.say(kind, **more)
        return row

    async def say(self, kind: type[IncentiveCaseFact], **more: Any) -> None:
        """Publish one more fact of this step."""
        await outbox.add(self.session, events.said(self.row, kind, self.now, **more))


@dataclass(frozen=True, slots=True)
class CaseCall:
    """Who works on which case, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    sight: Sight
    desk: IncentiveDesk
    case_id: UUID
    expected_version: int
    now: datetime

    async def take(self, act: Act) -> CaseWork:
        """The case, locked, guarded by sight, version and state.

        Raises: CaseNotFoundError, StaleError, CaseStepNotAllowedError, CauseContestedError.
        """
        row = await cases.get(self.session, self.case_id, self.sight, lock=True)
        if row.version != self.expected_version:
            raise StaleError("该奖惩案件已被他人修改，请重新读取后再操作。")
        check_act(act, row.state, is_held=row.held_at is not None)
        return await work_on(self.session, self.desk, row, self.now)

    def check_free(self, row: IncentiveCaseRow) -> None:
        """Nobody acts on a case that names them, whom they stand in for, or their own department.

        Raises: OwnCaseError.
        """
        principal = self.principal
        own = {principal.department, *(one.department for one in principal.acting)}
        is_own_department = row.subject_type == "department" and row.department in own
        if any(principal.is_self(one) for one in row.named_ids) or is_own_department:
            raise OwnCaseError("不得办理涉及本人或本部门的奖惩。")

    def check_with(self, row: IncentiveCaseRow, signatories: Signatories) -> None:
        """It lies with the person now.  Raises: OwnCaseError, CaseNotWithYouError."""
        self.check_free(row)
        if self.principal.staff_id not in signatories.staff_ids:
            raise CaseNotWithYouError.of(row.step, row.posts)

    def check_posts(self, work: CaseWork, posts: Sequence[str]) -> None:
        """The pack's posts do it.  Raises: OwnCaseError, CaseNotWithYouError."""
        self.check_free(work.row)
        if not any(self.principal.holds(post) for post in posts):
            raise CaseNotWithYouError.of(work.row.step, posts)


async def work_on(session: AsyncSession, desk: IncentiveDesk, row: IncentiveCaseRow, now: datetime) -> CaseWork:
    """A step on a case that makes its next version, under the revision that governed its opening."""
    row.version += 1
    governing = desk.governances.of_revision(row.company, row.policy_version, row.opened_at)
    return CaseWork(session, desk, row, governing, await signers_of(desk, governing, now), now)


async def signers_of(desk: IncentiveDesk, governing: IncentiveGoverning, now: datetime) -> Signers:
    """The directory on the day, with the posts that lead the departments."""
    departments = governing.policy.common.departments
    leads = {code: one.lead_post for code, one in departments.items() if one.lead_post is not None}
    return Signers(await desk.staff.current(), now.astimezone(governing.zone).date(), leads)
