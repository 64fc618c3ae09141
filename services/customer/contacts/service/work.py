"""What every step on contacts needs: who, by which pack, with which clocks, when."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.errors import ContactCustomerNotFoundError
from services.customer.contacts.repository import looking
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_contacts import Contacts
from services.customer.registry.rules.rights import Right
from services.customer.registry.service.terms import writer_of
from services.customer.write_rights import service as write_rights
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff_book import StaffBook
from shared.audit.trail import record
from shared.contracts.base import EventPayload
from shared.events import outbox
from shared.events.fact import Fact
from shared.policy.book import Policy
from shared.policy.commitments import Promised
from shared.policy.promises import promise_of
from shared.sla.book import ClockBook
from shared.sla.calendars import Calendars
from shared.sla.promise import PolicyStamp, Promise


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever acts, in one transaction, under the pack in force."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    policy: Policy
    calendars: Calendars
    staff: StaffBook
    now: datetime

    @property
    def chapter(self) -> CustomerChapter:
        """The customer chapter in force."""
        return self.policy.chapter_as(CHAPTER, CustomerChapter)

    @property
    def terms(self) -> Contacts:
        """What it says of contacts."""
        return self.chapter.contacts

    @property
    def version(self) -> str:
        """Which revision governs."""
        return self.policy.revision(CHAPTER).version

    @property
    def book(self) -> ClockBook:
        """The clocks of this transaction."""
        return ClockBook(self.session, calendars=self.calendars, now=self.now)

    def stamp(self, tier: str) -> PolicyStamp:
        """What set the deadline."""
        return PolicyStamp(self.policy.pack, CHAPTER, self.version, tier)

    def promise(self, metric: str, promised: Promised, *, minutes: int | None = None) -> Promise:
        """The clock's promise; `minutes` where the end is given with the case."""
        made = promise_of(metric, promised, ladders=self.chapter.ladders, pauses=self.chapter.pauses)
        return made if minutes is None else replace(made, budget=max(minutes, 1))

    async def ensure_concern(self, concern: str, pointer: str) -> None:
        """The person's posts write this kind of data, and the right was not withdrawn (domain.md 2.7).

        Raises: ConcernNotWritableError, RightWithdrawnError.
        """
        said = self.chapter.concerns[concern]
        writer = writer_of(self.policy, self.principal)
        replace(writer, rights={concern: Right(said.name, concern, concern)}).ensure_enters(concern, pointer=pointer)
        await write_rights.ensure(
            self.session, self.principal.company, self.principal.staff_id, concern, pointer=pointer
        )

    async def customer(self, customer_id: UUID) -> tuple[str, str]:
        """Company and tier of a customer.  Raises: ContactCustomerNotFoundError."""
        found = await looking.customer(self.session, customer_id, [self.principal.company])
        if found is None:
            raise ContactCustomerNotFoundError("没有这个客户")
        return found

    async def tell(
        self,
        payload: EventPayload,
        aggregate: tuple[str, UUID, int],
        action: str,
        *,
        matter_id: UUID | None = None,
        reason: str | None = None,
    ) -> None:
        """The fact and the audit row of a change of (type, id, version); ids and versions only."""
        kind, row_id, version = aggregate
        await self.session.flush()
        await record(
            self.session,
            company=self.principal.company,
            action=action,
            at=self.now,
            resource_type=kind,
            resource_id=row_id,
            reason=reason,
            detail={"version": version},
        )
        fact = Fact(
            payload=payload,
            company=self.principal.company,
            aggregate_type=kind,
            aggregate_id=row_id,
            aggregate_version=version,
            time=self.now,
            matter_id=matter_id,
        )
        await outbox.add(self.session, fact)
