"""What a department's month comes to, counted from the facts."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.facts import repository
from services.inspection.facts.rules import FactKind


@dataclass(frozen=True, slots=True)
class Tally:
    """Facts of one kind: how many, and what became of them."""

    seen: int = 0
    ended: int = 0
    late: int = 0
    satisfied: int = 0
    unsatisfied: int = 0
    amount: int = 0
    by_category: dict[str, int] = field(default_factory=dict)

    @property
    def unanswered(self) -> int:
        """Of whom nothing is known: counted apart, neither satisfied nor not."""
        return self.seen - self.satisfied - self.unsatisfied


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """A department's month."""

    company: str
    department: str
    since: datetime
    until: datetime
    tallies: dict[FactKind, Tally]

    def of(self, kind: FactKind) -> Tally:
        """The tally of a kind, empty where nothing happened."""
        return self.tallies.get(kind, Tally())


def month_bounds(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first instant of a month such as `2026-11` to that of the next, in the company's civil time."""
    first = date.fromisoformat(f"{month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    since, until = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (first, following))
    return since, until


async def month_of(session: AsyncSession, company: str, department: str, month: str, *, zone: ZoneInfo) -> MonthFacts:
    """Count the facts of a department's month."""
    since, until = month_bounds(month, zone)
    return await period_of(session, company, department, since, until)


async def period_of(
    session: AsyncSession, company: str, department: str, since: datetime, until: datetime
) -> MonthFacts:
    """Count the facts of a department from `since` to before `until`."""
    tallies: dict[FactKind, Tally] = {}
    for row in await repository.counts(session, company, department, since, until):
        kind = FactKind(row["kind"])
        before = tallies.get(kind, Tally())
        tallies[kind] = Tally(
            seen=before.seen + row["seen"],
            ended=before.ended + row["ended"],
            late=before.late + row["late"],
            satisfied=before.satisfied + row["satisfied"],
            unsatisfied=before.unsatisfied + row["unsatisfied"],
            amount=before.amount + int(row["amount"]),
            by_category={**before.by_category, row["category"]: row["seen"]},
        )
    return MonthFacts(company, department, since, until, tallies)
