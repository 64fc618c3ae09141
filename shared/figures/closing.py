"""A period that is over answers what was frozen at its end, for ever; live figures are counted each time."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Column, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.indicators import Indicator
from shared.figures.asking import Dimension, FigureAsk, ask_for
from shared.jobs.model import JobBody, JobView, Step
from shared.policy.book import PolicyBook, PolicyNotFoundError
from shared.policy.model import ChapterHeader
from shared.sla.periods import ended_before

C = TypeVar("C", bound=ChapterHeader)
Live = Callable[[AsyncSession, FigureAsk, C, Dimension], Awaitable[list[Indicator]]]
"""Counts the figures of one dimension as they stand, by the chapter in force."""


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


@dataclass(frozen=True, slots=True)
class OwnFigures(Generic[C]):
    """What a service counts besides its clocks: live while a period runs, frozen once it is over (sla.md 18)."""

    freezes: Table
    chapter: str
    kind: type[C]
    dimensions: tuple[Dimension, ...]
    """What they can be broken down by."""
    live: Live[C]

    async def report(self, session: AsyncSession, ask: FigureAsk, of_clocks: Sequence[Indicator]) -> list[Indicator]:
        """The figures of the clocks and these; of other dimensions and where no regulation was in force, none."""
        if ask.dimension not in self.dimensions:
            return list(of_clocks)
        try:
            chapter = ask.policy.chapter_as(self.chapter, self.kind)
        except PolicyNotFoundError:
            return list(of_clocks)
        if not ask.is_over:
            return [*of_clocks, *await self.live(session, ask, chapter, ask.dimension)]
        kept = await self.closed(session, ask)
        return [*of_clocks, *(Indicator.model_validate(one) for one in kept.get(ask.dimension.value, []))]

    async def closed(self, session: AsyncSession, ask: FigureAsk) -> dict[str, Any]:
        """The figures of a period that is over, by dimension; it is closed now if nobody has done so yet.

        Raises: PolicyNotFoundError if no regulation was in force then.
        """
        found = await self._frozen(session, ask)
        if found is None:
            await self._freeze(session, ask)
            found = await self._frozen(session, ask)
        if found is None:
            raise RuntimeError("the period was closed and is not")
        return found

    async def _freeze(self, session: AsyncSession, ask: FigureAsk) -> None:
        chapter = ask.policy.chapter_as(self.chapter, self.kind)
        figures = {
            one.value: [each.model_dump(mode="json") for each in await self.live(session, ask, chapter, one)]
            for one in self.dimensions
        }
        values = {
            "company": ask.company,
            "period": ask.period.name,
            "policy_version": chapter.version,
            "figures": figures,
            "frozen_at": ask.now,
        }
        # of two who close it at once the second adds nothing
        await session.execute(insert(self.freezes).values(**values).on_conflict_do_nothing())

    async def _frozen(self, session: AsyncSession, ask: FigureAsk) -> dict[str, Any] | None:
        columns = self.freezes.c
        own = (columns.company == ask.company, columns.period == ask.period.name)
        found: dict[str, Any] | None = await session.scalar(select(columns.figures).where(*own))
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
