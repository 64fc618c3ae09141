"""The clock of a contract's works, and who writes by which policy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.accounts.models import ContractRow
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_records import Records
from services.customer.registry.models import CustomerRow
from services.customer.registry.rules.days import LOCAL
from services.customer.registry.rules.rights import Writer
from services.customer.registry.service.terms import records_of
from shared.contracts.base import Routing
from shared.policy.book import Policy
from shared.policy.promises import promise_of
from shared.sla.book import ClockBook
from shared.sla.calendars import Calendars
from shared.sla.promise import PolicyStamp, Promise, Subject, Unit

SUBJECT = "contract"
METRIC = "works"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes, by which policy and calendars, and when."""

    companies: Sequence[str]
    writer: Writer
    policy: Policy
    calendars: Calendars
    now: datetime

    @property
    def records(self) -> Records:
        """Kinds and terms of the pack."""
        return records_of(self.policy)

    def book(self, session: AsyncSession) -> ClockBook:
        """The clocks of the transaction."""
        return ClockBook(session, calendars=self.calendars, now=self.now)


def works_promise(contract: ContractRow, due_on: date, policy: Policy) -> Promise:
    """The clock of the works: from signing to the end of the due date."""
    chapter = policy.chapter_as(CHAPTER, CustomerChapter)
    promised = promise_of(METRIC, chapter.records.contract_promise, ladders=chapter.ladders, pauses=chapter.pauses)
    return replace(promised, budget=(due_on - contract.signed_on).days, unit=Unit.CALENDAR_DAY)


def stamp_of(contract: ContractRow, policy: Policy) -> PolicyStamp:
    """Which revision promised, and for which tier."""
    version = policy.chapter_as(CHAPTER, CustomerChapter).version
    return PolicyStamp(policy.pack, CHAPTER, version, tier=contract.tier)


def subject_of(row: CustomerRow, contract: ContractRow, records: Records) -> Subject:
    """The contract as its clock knows it."""
    routing = Routing(owner_id=row.account_manager_id, department=records.contract_promise.department)
    return Subject(SUBJECT, contract.id, contract.company, routing=routing, customer_id=row.id, title=contract.kind)


def midnight(day: date) -> datetime:
    """The first instant of a mainland day."""
    return datetime.combine(day, time(0), tzinfo=LOCAL)
