"""What the use cases of the visits need of the running service, and what each step on a visit shares."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.policy_entitlements import Pace, Service
from services.callback.policy_in_force import Governances, Governing
from services.callback.visits.models import VisitRow
from services.callback.visits.repository import visits
from services.callback.visits.rules.states import TRIAL_END, VISIT
from services.callback.visits.rules.windows import minutes_between
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff import StaffDirectory
from shared.audit.trail import record
from shared.database.numbers import Numbers
from shared.errors import StaleError
from shared.policy.commitments import Limit, LimitUnit, Promised
from shared.sla.book import ClockBook
from shared.sla.promise import Promise, Subject

SUBJECT = "visit"
READ = "visit.read"
SEQUENCE = "visit_numbers"
PREFIX = "ZF"


@dataclass(frozen=True, slots=True)
class VisitDesk:
    """Policy, numbers and people of this process; made once at start."""

    governances: Governances
    numbers: Numbers
    staff: StaffDirectory


@dataclass(frozen=True, slots=True)
class VisitCall:
    """Who works on which visit, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    desk: VisitDesk
    visit_id: UUID
    expected_version: int
    now: datetime

    async def locked(self) -> VisitRow:
        """The visit of the scope, locked, in the version that the caller saw.

        Raises: VisitNotFoundError, StaleError.
        """
        row = await visits.get(self.session, self.visit_id, self.scope, lock=True)
        if row.version != self.expected_version:
            raise StaleError("该走访或服务已被他人修改，请重新读取后再操作。")
        return row

    def governing(self, row: VisitRow) -> Governing:
        """The revision by which it was planned or started."""
        return self.desk.governances.of_revision(row.company, row.policy_version, row.planned_at)

    def book(self, governing: Governing) -> ClockBook:
        """The clocks of this transaction."""
        return ClockBook(self.session, calendars=governing.calendars, now=self.now)

    async def audit(self, row: VisitRow, action: str, **detail: object) -> None:
        """Write the deed's audit row: ids, codes and versions only."""
        await self.session.flush()
        await audit(self.session, row, action, self.now, **detail)


async def audit(session: AsyncSession, row: VisitRow, action: str, now: datetime, **detail: object) -> None:
    """Write one audit row of a visit."""
    await record(
        session,
        company=row.company,
        action=f"{action}_visit",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version, **detail},
    )


def subject_of(row: VisitRow) -> Subject:
    """The visit as its clock knows it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.service,
    )


def metric_of(row: VisitRow) -> str:
    """What its clock measures."""
    return TRIAL_END if row.pace == Pace.TRIAL else VISIT


def promise_for(governing: Governing, row: VisitRow) -> Promise:
    """From the beginning of the window to what it is due at; started ones other than trials have no limit."""
    rules = governing.chapter.entitlements
    service: Service = rules.services[row.service]
    budget = None if row.due_at is None else minutes_between(row.window_from, row.due_at)
    promised = Promised(
        limit=Limit(budget=budget, unit=LimitUnit.NATURAL),
        warn_at=rules.warn_at if budget is not None else (),
        ladder=rules.ladder,
        clause=service.clause,
    )
    return governing.promise(metric_of(row), promised)
