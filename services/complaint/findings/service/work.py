"""What every step on a finding needs: the call, the locked row with its case, the pack that governs, and its record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.service.clocks import governing_case
from services.complaint.cases.service.governing import Governances, Governing
from services.complaint.findings import events, repository
from services.complaint.findings.errors import FindingPostError
from services.complaint.findings.models import FindingActRow, FindingRow
from services.complaint.findings.rules import Act, check_act
from services.complaint.policy_findings import Findings
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff_book import StaffBook
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.contracts.finding import FindingFact
from shared.errors import StaleError
from shared.events import outbox
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class FindingCall:
    """Who works on the finding of which case, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    staff: StaffBook
    complaint_id: UUID
    expected_version: int
    now: datetime


@dataclass(slots=True)
class FindingWork:
    """One step under way on a locked finding."""

    session: AsyncSession
    finding: FindingRow
    case: ComplaintRow
    governing: Governing
    staff: StaffBook
    actor_id: UUID
    now: datetime
    from_state: str | None = None

    @property
    def terms(self) -> Findings:
        """The pack's part on findings, in the revision that governs the case."""
        return self.governing.chapter.findings

    @property
    def actor(self) -> str:
        """How the person appears in facts."""
        return str(self.actor_id)

    async def finish(
        self,
        act: Act,
        kind: type[FindingFact] | None,
        *,
        reason: str | None = None,
        appeal_id: UUID | None = None,
        routing: Routing | None = None,
        **said: Any,
    ) -> FindingRow:
        """Write history and audit, and publish the fact; answers the finding."""
        row = self.finding
        is_new_content = act in {Act.DRAFT, Act.REDRAFT, Act.REVISE}
        self.session.add(
            FindingActRow(
                id=new_id(),
                company=row.company,
                finding_id=row.id,
                complaint_id=row.complaint_id,
                revision=row.revision,
                act=act.value,
                at=self.now,
                actor_id=self.actor_id,
                from_state=self.from_state,
                to_state=row.state,
                reason=reason,
                content=row.content.record() if is_new_content else None,
                appeal_id=appeal_id,
            )
        )
        await self.session.flush()
        await record(
            self.session,
            company=row.company,
            action=f"{act.value}_finding",
            at=self.now,
            resource_type="finding",
            resource_id=row.id,
            detail={"version": row.version, "revision": row.revision},
        )
        if appeal_id is not None:
            said["appeal_id"] = appeal_id
        if kind is not None:
            fact = events.found(row, self.case, self.terms, kind, self.now, routing=routing, **said)
            await outbox.add(self.session, fact)
        return row


async def take(call: FindingCall, act: Act, *, cycle: int | None = None) -> FindingWork:
    """Lock the case's finding and guard scope, version and state.

    Raises: FindingNotFoundError, StaleError, FindingStepNotAllowedError.
    """
    found = await repository.one(call.session, call.complaint_id, call.scope, cycle=cycle)
    row = await repository.lock(call.session, found.id)
    if row.version != call.expected_version:
        raise StaleError("认定已被他人修改，请重新读取后再操作。")
    check_act(act, row.state)
    work = await work_on(call.session, row, call.governances, call.staff, call.principal.staff_id, call.now)
    row.version += 1
    return work


async def work_on(
    session: AsyncSession,
    row: FindingRow,
    governances: Governances,
    staff: StaffBook,
    actor_id: UUID,
    now: datetime,
) -> FindingWork:
    """A step on a finding that is locked already."""
    case = await repository.case(session, row.complaint_id)
    return FindingWork(session, row, case, governing_case(governances, case), staff, actor_id, now, row.state)


def check_posts(principal: Principal, posts: Iterable[str]) -> None:
    """Raises: FindingPostError where the pack names posts and the person acts in none."""
    allowed = tuple(posts)
    if allowed and not any(principal.holds(post) for post in allowed):
        raise FindingPostError("现行规章规定该操作由其他岗位执行。")
