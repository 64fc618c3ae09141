"""The digest of a month's lines, stretch by stretch, with what they add up to."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.ledger.repository import months
from services.incentive.ledger.rules.digest import MonthDigest


@dataclass(frozen=True, slots=True)
class Digested:
    """What was found."""

    text: str
    lines: int
    sums: dict[str, int]
    """By `<unit>_<side>`."""


async def digest(session: AsyncSession, company: str, month: str, previous: str | None) -> Digested:
    """Over all lines of the month in the order of their sequence; the database does the hashing and the adding."""
    running, lines, after, sums = MonthDigest(company, month, previous), 0, 0, dict[str, int]()
    while True:
        found = await months.stretch(session, company, month, after)
        running.add(found.digests)
        lines, after = lines + found.lines, found.last
        sums = {name: sums.get(name, 0) + value for name, value in found.sums.items()}
        if found.lines < months.STRETCH:
            return Digested(running.text, lines, sums)
