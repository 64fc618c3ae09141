"""Reading visits, hazards, plans, their figures, and what is flagged at a customer's premises."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.registry.service import changing
from services.customer.safety.models import HazardRow, InspectionRow, SafetyPlanRow
from services.customer.safety.repository import figures, hazards, plans, visits
from shared.access.principal import Principal
from shared.policy.book import Policy
from shared.sla.periods import parse_period

VisitFilter = visits.Filter
HazardFilter = hazards.Filter
PlanFilter = plans.Filter


async def visit(session: AsyncSession, row_id: UUID, companies: Sequence[str]) -> InspectionRow:
    """One visit.  Raises: InspectionNotFoundError."""
    return await visits.get(session, row_id, companies)


async def visits_page(
    session: AsyncSession, companies: Sequence[str], wanted: VisitFilter, *, before: UUID | None, limit: int
) -> Sequence[InspectionRow]:
    """Visits, newest first."""
    return await visits.page(session, companies, wanted, before=before, limit=limit)


async def hazard(session: AsyncSession, row_id: UUID, companies: Sequence[str]) -> HazardRow:
    """One hazard.  Raises: HazardNotFoundError."""
    return await hazards.get(session, row_id, companies)


async def ensure_hazard_readable(session: AsyncSession, principal: Principal, row_id: UUID) -> None:
    """The caller may read it and its clocks.  Raises: HazardNotFoundError."""
    await hazards.get(session, row_id, principal.companies)


async def hazards_page(
    session: AsyncSession, companies: Sequence[str], wanted: HazardFilter, *, before: UUID | None, limit: int
) -> Sequence[HazardRow]:
    """Hazards, newest first."""
    return await hazards.page(session, companies, wanted, before=before, limit=limit)


async def hazard_flags(
    session: AsyncSession, policy: Policy, customer_id: UUID, *, companies: Sequence[str], now: datetime
) -> list[Mapping[str, Any]]:
    """Hazards at a customer's premises: found and open, marked on equipment, or past the service life.

    Raises: CustomerNotFoundError.
    """
    await changing.ensure_known(session, customer_id, companies)
    today = now.astimezone(ZoneInfo(policy.common.zone)).date()
    expired = policy.chapter_as(CHAPTER, CustomerChapter).records.expired_hazard
    return await hazards.flags(session, companies, customer_id, expired=expired, today=today)


async def names_file(session: AsyncSession, file_id: UUID, companies: Sequence[str]) -> bool:
    """Whether a visit or a hazard names the file: whoever may read them may read it."""
    return await visits.names_file(session, file_id, companies)


async def plan(session: AsyncSession, row_id: UUID, companies: Sequence[str]) -> SafetyPlanRow:
    """One plan.  Raises: SafetyPlanNotFoundError."""
    return await plans.get(session, row_id, companies)


async def plans_page(
    session: AsyncSession, companies: Sequence[str], wanted: PlanFilter, *, after: UUID | None, limit: int
) -> Sequence[SafetyPlanRow]:
    """Plans in the order of their ids."""
    return await plans.page(session, companies, wanted, after=after, limit=limit)


def bounds(policy: Policy, period: str) -> tuple[datetime, datetime]:
    """The instants of a named period.  Raises: PeriodInvalidError."""
    found = parse_period(period, ZoneInfo(policy.common.zone))
    return found.from_at, found.until_at


async def entry(
    session: AsyncSession, policy: Policy, *, from_at: datetime, until_at: datetime, now: datetime
) -> Sequence[Mapping[str, Any]]:
    """Safety-inspection entry (安检入户率): tier, numerator, denominator, open; plans due in [from_at, until_at)."""
    return await figures.entry(session, policy.company, from_at=from_at, until_at=until_at, as_of=now)


async def fulfilment(
    session: AsyncSession, policy: Policy, *, from_at: datetime, until_at: datetime, now: datetime
) -> Sequence[Mapping[str, Any]]:
    """How the plans of a period stand, by tier and commitment."""
    return await figures.fulfilment(session, policy.company, from_at=from_at, until_at=until_at, as_of=now)
