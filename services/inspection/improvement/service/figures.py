"""How far improvements, trainings, meetings and proposals came in a period: for reports and indicators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.improvement.models.plans import ImprovementPlanRow
from services.inspection.improvement.repository import figures


@dataclass(frozen=True, slots=True)
class PlanFulfilment:
    """The improvements of a department that were due in the period.

    planned = done_in_time + done_late + not_done; cancelled ones are counted apart.
    """

    department: str
    planned: int
    done_in_time: int
    done_late: int
    not_done: int
    accepted: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class GatheringFigures:
    """The trainings or meetings that a department owed of periods that ended; owed = the sum of the others."""

    kind: str
    department: str
    owed: int
    held_in_time: int
    held_late: int
    missed: int
    open: int


@dataclass(frozen=True, slots=True)
class HeldFigures:
    """The trainings or meetings that a department held in the period, owed or not."""

    kind: str
    department: str
    held: int
    minutes: int
    attendances: int


@dataclass(frozen=True, slots=True)
class ProposalFigures:
    """The proposals that employees of a department filed in the period; withdrawn ones are in `filed` only."""

    department: str | None
    filed: int
    accepted: int
    answered_in_time: int
    answered_late: int
    open: int


async def plan_fulfilment(
    session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime
) -> list[PlanFulfilment]:
    """Of improvements due after `since` and not after `until`."""
    return [PlanFulfilment(**one) for one in await figures.counts(session, "fulfilment", companies, since, until)]


async def gatherings(
    session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime
) -> list[GatheringFigures]:
    """Of periods that ended after `since` and not after `until`."""
    return [GatheringFigures(**one) for one in await figures.gatherings(session, companies, since, until)]


async def held(session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime) -> list[HeldFigures]:
    """Held from `since` to before `until`."""
    return [HeldFigures(**one) for one in await figures.counts(session, "held", companies, since, until)]


async def proposals(
    session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime
) -> list[ProposalFigures]:
    """Filed from `since` to before `until`."""
    return [ProposalFigures(**one) for one in await figures.counts(session, "proposals", companies, since, until)]


async def of_plan(session: AsyncSession, row: ImprovementPlanRow) -> dict[str, int]:
    """What became of a plan's improvements, and of what its department owed in the year."""
    counted = await figures.of_plan(session, row.id)
    owed = await figures.gatherings(session, (row.company,), row.period_from, row.period_until, row.department)
    for kind in ("training", "meeting"):
        of_kind = [one for one in owed if one["kind"] == kind]
        counted[f"{kind}s_owed"] = sum(one["owed"] for one in of_kind)
        counted[f"{kind}s_held"] = sum(one["held_in_time"] + one["held_late"] for one in of_kind)
    return counted
