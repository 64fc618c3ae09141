"""What a customer is entitled to, what was had this year and what is next: for the front desk."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import service as customers
from services.callback.entitlements.errors import EntitledCustomerUnknownError
from services.callback.entitlements.rules import Had, had
from services.callback.policy_entitlements import Entitled, Entitlements
from services.callback.policy_in_force import Governing
from services.callback.visits.rules.windows import midnight
from services.callback.visits.service import reading


@dataclass(frozen=True, slots=True)
class Standing:
    """One service of a customer."""

    entitled: Entitled
    had: Had


@dataclass(frozen=True, slots=True)
class CustomerStanding:
    """All services of a customer, by the tier in force."""

    customer_id: UUID
    tier: str
    party: str | None
    year: int
    services: list[Standing]


async def of_customer(
    session: AsyncSession, governing: Governing, customer_id: UUID, *, now: datetime
) -> CustomerStanding:
    """What the customer is entitled to.  Raises: EntitledCustomerUnknownError."""
    company = governing.policy.company
    known = await customers.known(session, customer_id, company)
    if known is None:
        raise EntitledCustomerUnknownError
    tier = known.tier or governing.policy.common.default_tier
    year = now.astimezone(governing.zone).year
    visits = await reading.of_customer(session, company, known.id, midnight(date(year, 1, 1), governing.zone))
    counts = had(visits)
    entitled = governing.chapter.entitlements.of(tier, known.party)
    services = [Standing(one, counts.get(one.code, Had())) for one in entitled]
    return CustomerStanding(known.id, tier, known.party, year, services)


def catalogue(governing: Governing) -> Entitlements:
    """Every service of the pack's tables."""
    return governing.chapter.entitlements
