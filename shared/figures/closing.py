"""A period that is over answers what was frozen at its end, for ever; live figures are counted each time."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.indicators import Indicator
from shared.figures.asking import Dimension, FigureAsk, ask_for
from shared.jobs.model import JobBody, JobView, Step
from shared.policy.book import PolicyBook, PolicyNotFoundError
from shared.sla.periods import ended_before

Live = Callable[[Dimension], Awaitable[list[Indicator]]]
"""Counts the figures of one dimension as they stand."""


def freezes_table(metadata: MetaData) -> Table:
    """Closed periods with every figure as it stood at the end, by dimension, as the API answers them."""
    return Table(
        "indicator_freezes",
        metadata,
        Column("company", Text, primary_key=True),
        Column("period", Text, primary_key=True),
        Column("policy_version", Text, nullable=False),
        Column("figures", JSONB, nullable=False),
        Column("frozen_at", TIMESTAMP(timezone=True), nullable=False),
    )


async def of_period(
    session: AsyncSession,
    freezes: Table,
    ask: FigureAsk,
    live: Live,
    *,
    dimensions: Sequence[Dimension],
    policy_version: str,
) -> list[Indicator]:
    """The figures of the asked period and dimension: counted while it runs, frozen once it is over."""
    if not ask.is_over:
        return await live(ask.dimension)
    kept = await closed(session, freezes, ask, live, dimensions=dimensions, policy_version=policy_version)
    return [Indicator.model_validate(one) for one in kept.get(ask.dimension.value, [])]


async def closed(
    session: AsyncSession,
    freezes: Table,
    ask: FigureAsk,
    live: Live,
    *,
    dimensions: Sequence[Dimension],
    policy_version: str,
) -> dict[str, Any]:
    """The figures of a period that is over, by dimension; it is closed now if nobody has done so yet."""
    found = await _frozen(session, freezes, ask)
    if found is None:
        figures = {one.value: [each.model_dump(mode="json") for each in await live(one)] for one in dimensions}
        values = {
            "company": ask.company,
            "period": ask.period.name,
            "policy_version": policy_version,
            "figures": figures,
            "frozen_at": ask.now,
        }
        # of two who close it at once the second adds nothing
        await session.execute(insert(freezes).values(**values).on_conflict_do_nothing())
        found = await _frozen(session, freezes, ask)
    if found is None:
        raise RuntimeError("the period was closed and is not")
    return found


async def _frozen(session: AsyncSession, freezes: Table, ask: FigureAsk) -> dict[str, Any] | None:
    own = (freezes.c.company == ask.company, freezes.c.period == ask.period.name)
    found: dict[str, Any] | None = await session.scalar(select(freezes.c.figures).where(*own))
    return found


def closing_body(
    book: PolicyBook, now: Callable[[], datetime], close: Callable[[AsyncSession, FigureAsk], Awaitable[object]]
) -> JobBody:
    """The body of the daily job that closes the periods which have ended, one a step."""

    async def body(session: AsyncSession, job: JobView) -> Step:
        at = now()
        periods = ended_before(at, ZoneInfo(book.policy(job.company, at).common.zone))
        done = int(job.cursor.get("done", 0))
        with suppress(PolicyNotFoundError):  # no regulation was in force then
            await close(session, ask_for(book, job.company, periods[done], Dimension.TIER, at))
        done += 1
        return Step(done=1, cursor={"done": done}, is_finished=done == len(periods), total=len(periods))

    return body
