"""How far the programme was fulfilled, per level and department."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.programme.repository import planned


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """The inspections of a level in a department whose windows ended in the period.

    planned = done_in_time + done_late + missed + open; cancelled ones are counted apart.
    """

    level: str
    department: str
    planned: int
    done_in_time: int
    done_late: int
    missed: int
    open: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class PlanFulfilment:
    """The plans of a level and department that were to be approved in the period; no department = the company's."""

    level: str
    department: str | None
    planned: int
    approved_in_time: int
    approved_late: int
    unapproved: int
    """And their time is over."""


async def fulfilment(
    session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime
) -> list[Fulfilment]:
    """Of the windows that end after `since` and not after `until`."""
    return [Fulfilment(**one._mapping) for one in await planned.fulfilment(session, companies, since, until)]


async def plan_fulfilment(
    session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime
) -> list[PlanFulfilment]:
    """Of the plans that are due after `since` and not after `until`."""
    found = await planned.plan_fulfilment(session, companies, since, until)
    return [PlanFulfilment(**one._mapping) for one in found]
