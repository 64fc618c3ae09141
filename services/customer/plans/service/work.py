"""What every step on a plan needs: the chapter, the civil day, the clocks of approval and review, the record."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.plans.errors import PlanPostError
from services.customer.plans.models import ServicePlanRow
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_tier_work import ServicePlans
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.policy.book import Policy
from shared.policy.commitments import Promised
from shared.policy.promises import promise_of
from shared.sla.book import ClockBook
from shared.sla.calendars import Calendars
from shared.sla.promise import PolicyStamp, Subject

SUBJECT = "service_plan"
APPROVAL = "approval"
REVIEW = "review"


@dataclass(frozen=True, slots=True)
class PlanWork:
    """Plans of one company in one transaction, under the policy in force."""

    session: AsyncSession
    policy: Policy
    calendars: Calendars
    now: datetime

    @property
    def chapter(self) -> CustomerChapter:
        """The customer chapter in force."""
        return self.policy.chapter_as(CHAPTER, CustomerChapter)

    @property
    def terms(self) -> ServicePlans:
        """What the pack says of plans."""
        return self.chapter.plans

    @property
    def zone(self) -> ZoneInfo:
        """The company's civil time."""
        return ZoneInfo(self.policy.common.zone)

    @property
    def today(self) -> date:
        """The civil date."""
        return self.now.astimezone(self.zone).date()

    @property
    def book(self) -> ClockBook:
        """The clocks of this transaction."""
        return ClockBook(self.session, calendars=self.calendars, now=self.now)

    def begins(self, day: date) -> datetime:
        """The first instant of a day."""
        return datetime.combine(day, time(), self.zone)

    def ends(self, day: date) -> datetime:
        """The first instant after a day."""
        return self.begins(day + timedelta(days=1))

    def ensure_post(self, principal: Principal, posts: tuple[str, ...]) -> None:
        """Raises: PlanPostError."""
        if not any(principal.holds(post) for post in posts):
            raise PlanPostError("该操作属于规章指定的岗位")

    async def start(self, row: ServicePlanRow, metric: str, promised: Promised) -> None:
        """Start the clock of an approval or a review; it stands in the work of the approving posts."""
        chapter = self.chapter
        promise = promise_of(metric, promised, ladders=chapter.ladders, pauses=chapter.pauses)
        stamp = PolicyStamp(self.policy.pack, CHAPTER, self.policy.revision(CHAPTER).version, row.tier)
        cycles = {clock.cycle for clock in await self.book.clocks(SUBJECT, row.id)}
        await self.book.start(self.subject(row, cycle=max(cycles, default=0) + 1), stamp, [promise])

    async def stop(self, row: ServicePlanRow, metric: str) -> None:
        """The approval or the review was done."""
        for cycle in sorted({clock.cycle for clock in await self.book.clocks(SUBJECT, row.id)}):
            await self.book.stop(self.subject(row, cycle=cycle), metric)

    async def cancel(self, row: ServicePlanRow, reason: str) -> None:
        """Nothing is to be done about the plan any more."""
        for cycle in sorted({clock.cycle for clock in await self.book.clocks(SUBJECT, row.id)}):
            await self.book.cancel(self.subject(row, cycle=cycle), reason=reason)

    def subject(self, row: ServicePlanRow, *, cycle: int) -> Subject:
        """The plan as its clocks know it."""
        return Subject(
            type=SUBJECT,
            id=row.id,
            company=row.company,
            cycle=cycle,
            routing=row.routing,
            customer_id=row.customer_id,
            title=SUBJECT,
        )

    async def tell(self, row: ServicePlanRow, action: str, *, reason: str | None = None) -> None:
        """One audit row, in the deed's own transaction."""
        await self.session.flush()
        await record(
            self.session,
            company=row.company,
            action=f"{SUBJECT}.{action}",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=row.id,
            reason=reason,
            detail={"number": row.number, "state": row.state, "version": row.version, "tier": row.tier},
        )
