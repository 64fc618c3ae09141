"""Counting proposals by clause and source."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.proposals.models import ProposalRow


async def counts(
    session: AsyncSession, companies: Sequence[str], from_at: datetime, until_at: datetime
) -> Sequence[Any]:
    """Counts of what was drafted in the span, and the natural seconds until a person decided."""
    took = extract("epoch", ProposalRow.decided_at - ProposalRow.drafted_at)
    states = ("drafted", "confirmed", "dismissed", "withdrawn", "outside")
    decided = ProposalRow.decided_at.is_not(None)
    statement = (
        select(
            ProposalRow.source,
            ProposalRow.provision,
            ProposalRow.kind,
            func.count().label("proposed"),
            *(func.count().filter(ProposalRow.state == state).label(state) for state in states),
            func.count().filter(decided).label("decided"),
            func.count().filter(decided, ProposalRow.overturned_at.is_not(None)).label("overturned"),
            func.count().filter(ProposalRow.withdrawn_for == "same_matter").label("same_matter"),
            func.coalesce(func.sum(took).filter(decided), 0).label("seconds"),
        )
        .where(
            ProposalRow.company.in_(list(companies)),
            ProposalRow.drafted_at >= from_at,
            ProposalRow.drafted_at < until_at,
        )
        .group_by(ProposalRow.source, ProposalRow.provision, ProposalRow.kind)
        .order_by(ProposalRow.source, ProposalRow.provision)
    )
    return (await session.execute(statement)).all()
