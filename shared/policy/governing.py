"""Which revision of a chapter governs, and what it makes of its limits; a service binds this to its own chapter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field

from shared.policy.book import Policy, PolicyBook
from shared.policy.commitments import Code, Ladder, Limit, PauseReason, Promised
from shared.policy.model import ChapterHeader
from shared.policy.promises import promise_of
from shared.sla.budget import budget_us, timeline_of
from shared.sla.calendars import Calendars
from shared.sla.instants import from_us, to_us
from shared.sla.promise import PolicyStamp, Promise, Unit


class PromisingChapter(ChapterHeader):
    """The head of a chapter whose promises are clocks: who is told when, and why a clock may wait."""

    ladders: dict[Code, Ladder]
    pauses: dict[Code, PauseReason] = Field(default_factory=dict)


C = TypeVar("C", bound=PromisingChapter)


@dataclass(frozen=True, slots=True)
class Governing(Generic[C]):
    """One revision of a chapter, with the calendars in which its limits are counted."""

    policy: Policy
    calendars: Calendars
    name: str
    """Of the chapter, such as `inspection`."""
    chapter: C

    @property
    def version(self) -> str:
        """The revision, as it is recorded on what it governs."""
        return self.chapter.version

    @property
    def zone(self) -> ZoneInfo:
        """The civil time of the company."""
        return ZoneInfo(self.policy.common.zone)

    def stamp(self, tier: str | None = None) -> PolicyStamp:
        """What the clocks say of the revision that set them."""
        return PolicyStamp(self.policy.pack, self.name, self.version, tier)

    def promise(self, metric: str, promised: Promised, *, is_consequence: bool = False) -> Promise:
        """The clock's promise for a metric, with its ladder and its reasons to wait."""
        return promise_of(
            metric,
            promised,
            ladders=self.chapter.ladders,
            pauses=self.chapter.pauses,
            is_consequence=is_consequence,
        )

    def moment_after(self, limit: Limit, since: datetime) -> datetime:
        """The instant at which a limit that runs from `since` ends; one without a budget ends at once."""
        start, unit, calendar = to_us(since), Unit(limit.unit.value), self.calendars.get(limit.calendar)
        budget = budget_us(limit.budget or 0, unit, start, calendar)
        return from_us(timeline_of(unit, calendar).advance(start, budget))


@dataclass(frozen=True, slots=True)
class Governances(Generic[C]):
    """Finds the revision: the one in force for what is new, the recorded one for what is older."""

    book: PolicyBook
    calendars: Calendars
    name: str
    kind: type[C]

    def in_force(self, company: str, at: datetime) -> Governing[C]:
        """The revision at an instant.  Raises: PolicyNotFoundError."""
        return self._bound(self.book.policy(company, at))

    def of_revision(self, company: str, version: str, at: datetime | None = None) -> Governing[C]:
        """The revision recorded on what began at `at`.  Raises: PolicyNotFoundError."""
        return self._bound(self.book.at_revision(company, self.name, version, at))

    def _bound(self, policy: Policy) -> Governing[C]:
        return Governing(policy, self.calendars, self.name, policy.chapter_as(self.name, self.kind))
