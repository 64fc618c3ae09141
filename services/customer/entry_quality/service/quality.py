"""What governs entry quality in one company at one time, and one call upon it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.errors import EntryPostError, OwnEntryError
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_entry import EntryQuality
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff_book import StaffBook, StaffMember
from shared.audit.trail import record
from shared.errors import StaleError
from shared.policy.book import Policy, PolicyBook
from shared.policy.commitments import Promised
from shared.policy.promises import promise_of
from shared.sla.book import ClockBook
from shared.sla.calendars import Calendars
from shared.sla.promise import PolicyStamp, Subject

CHECK, FINDING, WITHDRAWAL = "entry_check", "entry_finding", "rights_withdrawal"
TASK, MISUSE, REPORT, TRAINING = "entry_task", "data_misuse", "entry_report", "entry_training"


@dataclass(frozen=True, slots=True)
class Quality:
    """One revision of the chapter, with the calendars in which its limits are counted."""

    policy: Policy
    calendars: Calendars

    @property
    def chapter(self) -> CustomerChapter:
        """The customer chapter."""
        return self.policy.chapter_as(CHAPTER, CustomerChapter)

    @property
    def terms(self) -> EntryQuality:
        """Its part on entry quality."""
        return self.chapter.entry_quality

    @property
    def version(self) -> str:
        """The revision, recorded on what it governs."""
        return self.policy.revision(CHAPTER).version

    @property
    def sha256(self) -> str:
        """Its digest."""
        return self.policy.revision(CHAPTER).sha256

    @property
    def zone(self) -> ZoneInfo:
        """The civil time of the company."""
        return ZoneInfo(self.policy.common.zone)

    async def start(
        self,
        session: AsyncSession,
        subject: Subject,
        metric: str,
        promised: Promised | None,
        *,
        now: datetime,
        since: datetime | None = None,
        tier: str | None = None,
    ) -> None:
        """Start the clock of what is promised; nothing where the pack promises nothing."""
        if promised is None:
            return
        chapter = self.chapter
        promise = promise_of(metric, promised, ladders=chapter.ladders, pauses=chapter.pauses)
        stamp = PolicyStamp(self.policy.pack, CHAPTER, self.version, tier)
        await self.book(session, now).start(subject, stamp, [promise], started_at=since)

    def book(self, session: AsyncSession, now: datetime) -> ClockBook:
        """The clocks of this transaction."""
        return ClockBook(session, calendars=self.calendars, now=now)


@dataclass(frozen=True, slots=True)
class Qualities:
    """Finds the revision that governs."""

    policies: PolicyBook
    calendars: Calendars

    def in_force(self, company: str, at: datetime) -> Quality:
        """For what begins at `at`.  Raises: PolicyNotFoundError."""
        return Quality(self.policies.policy(company, at), self.calendars)

    def of_revision(self, company: str, version: str, at: datetime) -> Quality:
        """The one recorded on what began at `at`.  Raises: PolicyNotFoundError."""
        return Quality(self.policies.at_revision(company, CHAPTER, version, at), self.calendars)


@dataclass(frozen=True, slots=True)
class QualityCall:
    """Who does what, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    qualities: Qualities
    staff: StaffBook
    expected_version: int
    now: datetime

    @property
    def company(self) -> str:
        """The caller's."""
        return self.principal.company

    @property
    def quality(self) -> Quality:
        """The revision in force now."""
        return self.qualities.in_force(self.principal.company, self.now)

    def check_version(self, version: int) -> None:
        """Raises: StaleError with the version of now."""
        if version != self.expected_version:
            raise StaleError("已被他人修改，请重新读取后再操作。", params={"current_version": version})

    def keep_apart(self, *staff_ids: UUID | None) -> None:
        """Nobody decides on the own.  Raises: OwnEntryError."""
        if any(self.principal.is_self(one) for one in staff_ids):
            raise OwnEntryError("不得处理本人的录入、权限或查询。")

    def check_posts(self, posts: Iterable[str]) -> None:
        """Raises: EntryPostError where the pack names posts and the person acts in none."""
        allowed = tuple(posts)
        if allowed and not any(self.principal.holds(post) for post in allowed):
            raise EntryPostError("现行规章规定该操作由其他岗位执行。")

    def member(self, staff_id: UUID | None) -> StaffMember | None:
        """A member of the company's staff."""
        found = self.staff.get(staff_id) if staff_id else None
        return found if found is not None and found.company == self.company else None

    async def note(
        self, action: str, subject: str, resource_id: UUID, /, *, reason: str | None = None, **detail: Any
    ) -> None:
        """One audit row."""
        await note(self.session, self.company, action, subject, resource_id, now=self.now, reason=reason, **detail)


async def note(
    session: AsyncSession,
    company: str,
    action: str,
    subject: str,
    resource_id: UUID,
    /,
    *,
    now: datetime,
    reason: str | None = None,
    **detail: Any,
) -> None:
    """One audit row: ids, codes and counts."""
    await record(
        session,
        company=company,
        action=f"customer.{action}",
        at=now,
        resource_type=subject,
        resource_id=resource_id,
        reason=reason,
        detail=detail,
    )
