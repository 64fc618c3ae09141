"""Figures of the proposals, for the indicators: by clause and source, time to decision, overturned share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.proposals.repository import figures as repository


@dataclass(frozen=True, slots=True)
class ProposalFigure:
    """What was drafted in a period from one source under one clause, and what became of it."""

    source: str
    provision: str
    kind: str
    proposed: int
    drafted: int
    """Still open."""
    confirmed: int
    dismissed: int
    withdrawn: int
    same_matter: int
    """Of the withdrawn: another one stands for the matter."""
    outside: int
    decided: int
    """By a person: confirmed or dismissed."""
    overturned: int
    """Of the decided: the cause was taken back afterwards."""
    seconds: int
    """Natural seconds from the drafts to the decisions, summed over the decided."""


async def figures(
    session: AsyncSession, companies: Sequence[str], from_at: datetime, until_at: datetime
) -> list[ProposalFigure]:
    """By source and clause, of what was drafted from `from_at` until before `until_at`."""
    rows = await repository.counts(session, companies, from_at, until_at)
    return [ProposalFigure(**{**row._mapping, "seconds": int(row.seconds)}) for row in rows]
