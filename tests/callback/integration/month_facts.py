"""What other services say on each day of the simulated month: orders done, cases closed, accounts opened."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.contracts.base import EventPayload, Routing
from shared.contracts.complaint import ComplaintClosed
from shared.contracts.customer import CustomerOrderCompleted, CustomerRegistered
from shared.contracts.registry import CustomerAccountOpened
from shared.events.fact import Fact
from shared.ids import new_id
from tests.callback.integration.month_plan import CASES, STRATA, WORKS
from tests.support.world import Company

FIRST = date(2026, 11, 1)
"""A Sunday; November has no holidays and no shifted workdays."""
DAYS = 28
"""On which something happens; the last windows end in December."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
_CREWS = (("crew",), ("crew", "agent"), ("leader",), ("crew", "agent2"))
"""Who did the work, in turn: sometimes somebody who also calls customers."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of the month, by day from 0 and local time."""
    return datetime.combine(FIRST + timedelta(days=day), time(hour, minute), tzinfo=SHANGHAI)


def customers_of(company: Company) -> Iterator[Fact]:
    """The ledger: customers of the tiers that are called by the month, known before it begins."""
    for tier, strata in STRATA[company.pack.code].items():
        for n in range(strata["ledger"].events if "ledger" in strata else 0):
            customer_id = new_id()
            said = CustomerRegistered(
                customer_id=customer_id,
                number=f"C{n}",
                tier=tier,
                kind="residential",
                customer_class="a",
                party="individual",
                standing="active",
            )
            yield Fact(said, company.code, "customer", customer_id, 1, at(-1, 12))


def facts_of(company: Company, day: int, regular: UUID) -> Iterator[Fact]:
    """All that happens on a day, spread evenly over the days and over the hours; the repairs are at one customer's."""
    for tier, strata in STRATA[company.pack.code].items():
        for business, share in strata.items():
            for n in range(share.events):
                if n * DAYS // share.events == day and business != "ledger":
                    minute = (n * 37 + len(business) * 11) % 480
                    customer_id = regular if business == "repair" else new_id()
                    yield _fact(company, business, tier, n, at(day, 9 + minute // 60, minute % 60), customer_id)


def _fact(company: Company, business: str, tier: str, n: int, when: datetime, customer_id: UUID) -> Fact:
    if business in WORKS:
        return _order(company, WORKS[business][n % len(WORKS[business])], tier, n, when, customer_id)
    if business in CASES:
        return _case(company, CASES[business][n % len(CASES[business])], tier, n, when, customer_id)
    opened = CustomerAccountOpened(customer_id=customer_id, opened_on=when.date(), tier=tier)
    return Fact(opened, company.code, "customer", customer_id, 2, when)


def _order(company: Company, work: str, tier: str, n: int, when: datetime, customer_id: UUID) -> Fact:
    said = CustomerOrderCompleted(
        order_id=new_id(),
        number=f"GD{when:%y%m%d}-{n:06}",
        customer_id=customer_id,
        work=work,
        completed_at=when,
        tier=tier,
        staff_ids=[company.person(login) for login in _CREWS[n % len(_CREWS)]],
        routing=Routing(department="customer_service"),
    )
    return _of(company, said, "order", said.order_id, when)


def _case(company: Company, kind: str, tier: str, n: int, when: datetime, customer_id: UUID) -> Fact:
    said = ComplaintClosed(
        complaint_id=new_id(),
        number=f"TS{when:%y%m%d}-{n:06}",
        kind=kind,
        channel="hotline",
        category="repair",
        grade=None,
        tier=tier,
        state="closed",
        cycle=1,
        customer_id=customer_id,
        occurred_at=when,
        resolved_at=when - timedelta(hours=1),
        routing=Routing(owner_id=company.person("agent2" if n % 2 else "crew")),
    )
    return _of(company, said, "complaint", said.complaint_id, when)


def _of(company: Company, said: EventPayload, aggregate: str, subject_id: UUID, when: datetime) -> Fact:
    return Fact(said, company.code, aggregate, subject_id, 4, when, matter_id=subject_id)
