"""What every step of the settlement needs: who, by which pack, when; and what it is about."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders.models import ServiceOrderRow
from services.customer.orders.service import reading as orders
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_settlement import Settlement, ThreeWayPair
from services.customer.readings.models import MeterReadingRow
from services.customer.registry.rules.rights import Right
from services.customer.registry.service.terms import writer_of
from services.customer.settlement.errors import OrderCancelledError, ReadingOfOrderError, ReadingUnknownError
from services.customer.settlement.repository import lines
from services.customer.write_rights import service as write_rights
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.policy.book import Policy


@dataclass(frozen=True, slots=True)
class Work:
    """Whoever acts for a company, in one transaction, under the pack in force; a job has no person."""

    session: AsyncSession
    company: str
    policy: Policy
    now: datetime
    actor: str
    staff_id: UUID | None

    @property
    def chapter(self) -> CustomerChapter:
        """The customer chapter in force."""
        return self.policy.chapter_as(CHAPTER, CustomerChapter)

    @property
    def terms(self) -> Settlement:
        """What it says of settling."""
        return self.chapter.settlement

    async def audit(self, action: str, kind: str, row_id: UUID, *, reason: str | None = None, version: int = 1) -> None:
        """The audit row of a change; ids and versions only."""
        await record(
            self.session,
            company=self.company,
            action=action,
            at=self.now,
            resource_type=kind,
            resource_id=row_id,
            reason=reason,
            detail={"version": version},
        )


@dataclass(frozen=True, slots=True)
class Desk(Work):
    """A person at the desk, with the rows within reach."""

    person: Principal
    reach: RowScope

    async def ensure_concern(self, concern: str, pointer: str) -> None:
        """The person's posts write this kind of data, and the right was not withdrawn (domain.md 2.7).

        Raises: ConcernNotWritableError, RightWithdrawnError.
        """
        said = self.chapter.concerns[concern]
        writer = writer_of(self.policy, self.person)
        replace(writer, rights={concern: Right(said.name, concern, concern)}).ensure_enters(concern, pointer=pointer)
        await write_rights.ensure(self.session, self.company, self.person.staff_id, concern, pointer=pointer)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is settled: an order, or a reading that has none."""

    row: ServiceOrderRow | MeterReadingRow

    @property
    def order(self) -> ServiceOrderRow | None:
        """The order, where it is one."""
        return self.row if isinstance(self.row, ServiceOrderRow) else None

    @property
    def reading(self) -> MeterReadingRow | None:
        """The reading, where it is one."""
        return self.row if isinstance(self.row, MeterReadingRow) else None

    @property
    def id(self) -> UUID:
        """Of the order or the reading."""
        return self.row.id

    @property
    def order_id(self) -> UUID | None:
        """The order's, where it is one."""
        return self.order.id if self.order else None

    @property
    def reading_id(self) -> UUID | None:
        """The reading's, where it is one."""
        return self.reading.id if self.reading else None

    @property
    def customer_id(self) -> UUID | None:
        """Whose it is."""
        return self.row.customer_id

    @property
    def is_due(self) -> bool:
        """Whether its figures can be compared: the work is done."""
        return self.reading is not None or (self.order is not None and self.order.completed_at is not None)

    @property
    def routing(self) -> Routing:
        """With whom it lies."""
        if self.order is not None:
            return self.order.routing
        return Routing(owner_id=self.reading.reader_id) if self.reading else Routing()

    def pair(self, chapter: CustomerChapter) -> tuple[str, ThreeWayPair] | None:
        """Its pair of figures; none where the form of work is not settled."""
        terms = chapter.settlement
        code: str | None = terms.reading_pair
        if self.order is not None:
            work = chapter.works.get(self.order.work)
            code = terms.pairs.get(work.form) if work else None
        return None if code is None else (code, chapter.entry_quality.three_way[code])


async def order_of(desk: Desk, order_id: UUID, *, is_change: bool = False) -> Subject:
    """An order within reach; one after another changes what belongs to it.

    Raises: OrderNotFoundError, OrderCancelledError.
    """
    order = await orders.get(desk.session, order_id, desk.reach)
    if is_change:
        await lines.lock(desk.session, str(order_id))
        await desk.session.refresh(order)
        if order.cancelled_at is not None:
            raise OrderCancelledError("工单已取消，不能录入结算。")
    return Subject(order)


async def reading_of(desk: Desk, reading_id: UUID, *, is_change: bool = False) -> Subject:
    """A reading of the company that no order settles.  Raises: ReadingUnknownError, ReadingOfOrderError."""
    found = await lines.reading(desk.session, reading_id, desk.person.companies)
    if found is None:
        raise ReadingUnknownError
    if found.order_id is not None:
        raise ReadingOfOrderError("该抄表记录属于工单，请在工单上结算。")
    if is_change:
        await lines.lock(desk.session, str(reading_id))
    return Subject(found)
