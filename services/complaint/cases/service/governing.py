"""What the chapter in force says of one case: its grade, its level, its owner, its promises."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.complaint.cases.errors import (
    ExternalReferenceRequiredError,
    GradeLoweredAtIntakeError,
    PraiseError,
    UnknownCodeError,
)
from services.complaint.cases.rules import EXTERNAL_ANSWER, Intake, Standing
from services.complaint.policy import (
    CHAPTER,
    Candidate,
    CaseTerms,
    ComplaintChapter,
    Metric,
    Start,
    promises_for,
)
from shared.policy.book import Policy, PolicyBook
from shared.policy.commitments import Limit, Promised
from shared.policy.promises import promise_of
from shared.sla.budget import budget_us, timeline_of
from shared.sla.calendars import Calendars
from shared.sla.instants import from_us, to_us
from shared.sla.promise import PolicyStamp, Promise

EMERGENCY_PREFIX = "emergency."
"""Of the metrics of an emergency plan's lines."""

_MOST_KNOWN = 20_000
"""What is kept beside the chapter's own is bounded, whatever codes and minutes come in."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Governing:
    """One revision of the chapter, with the calendars in which its limits are counted."""

    policy: Policy
    calendars: Calendars
    known: dict[tuple[str, str, str], Promise] = field(default_factory=dict)
    """Promises made so far by pack, version and code: a stored revision never changes."""
    given: dict[tuple[str, str, CaseTerms, Start], tuple[tuple[Promise, ...], ...]] = field(default_factory=dict)
    """The promises of each metric, by what decides on them."""

    @property
    def chapter(self) -> ComplaintChapter:
        """The complaint chapter in force."""
        return self.policy.chapter_as(CHAPTER, ComplaintChapter)

    @property
    def version(self) -> str:
        """The revision that governs the case and is recorded on it."""
        return self.chapter.version

    def check(self, intake: Intake) -> None:
        """Every code must be the chapter's own.  Raises: UnknownCodeError, ExternalReferenceRequiredError."""
        chapter = self.chapter
        known: Sequence[tuple[str, Iterable[str], Iterable[str]]] = (
            ("/kind", (intake.kind,), [code for code, kind in chapter.kinds.items() if kind.is_case]),
            ("/channel", (intake.channel,), chapter.channels),
            ("/category", (intake.category,), chapter.categories),
            ("/circumstances", intake.circumstances, chapter.circumstances),
            ("/grade", (intake.grade,) if intake.grade else (), chapter.grades),
        )
        for pointer, given, allowed in known:
            if not set(given) <= set(allowed):
                raise UnknownCodeError.at_pointer(pointer, field=pointer.strip("/"))
        if intake.praised_staff_ids and not chapter.kinds[intake.kind].names_staff:
            raise PraiseError.at_pointer("/praised_staff_ids")
        if chapter.channels[intake.channel].needs_reference and not intake.external_reference:
            raise ExternalReferenceRequiredError.at_pointer("/external_reference")

    def grade_of(self, intake: Intake) -> tuple[str | None, str | None]:
        """Grade and the rule that gave it; the clerk may set a graver one.  Raises: GradeLoweredAtIntakeError."""
        chapter = self.chapter
        if not chapter.kinds[intake.kind].is_graded:
            return None, None
        found, rule = chapter.grade_of(intake.category, intake.circumstances, intake.affected_customers)
        if intake.grade is None or intake.grade == found:
            return found, rule
        if chapter.grades[intake.grade].gravity > chapter.grades[found].gravity:
            raise GradeLoweredAtIntakeError.at_pointer("/grade", grade=found)
        return intake.grade, "set_at_intake"

    def tier_of(self, standing: Standing) -> str:
        """The tier that is known, else the pack's default (sla.md 15)."""
        return standing.tier or self.policy.common.default_tier

    def stamp(self, terms: CaseTerms) -> PolicyStamp:
        """What the clocks say of the revision that set them."""
        return PolicyStamp(self.policy.pack, CHAPTER, self.version, terms.tier, terms.grade)

    def promises(self, terms: CaseTerms, start: Start, started_at: datetime) -> list[Promise]:
        """The promises that run from `start`; where several limit one metric the earliest deadline governs."""
        return [self._earliest(candidates, started_at) for candidates in self._candidates(terms, start)]

    def _candidates(self, terms: CaseTerms, start: Start) -> tuple[tuple[Promise, ...], ...]:
        """The promises that limit each metric; the same for every case of the same terms."""
        key = (self.policy.pack, self.version, terms, start)
        found = self.given.get(key)
        if found is None:
            given = promises_for(self.chapter, terms, start=start)
            found = tuple(tuple(self._promise(metric, one) for one in many) for metric, many in given.items())
            if len(self.given) < _MOST_KNOWN:
                self.given[key] = found
        return found

    def promise(self, terms: CaseTerms, metric: Metric, started_at: datetime) -> Promise | None:
        """The promise of one metric, whatever it starts from; None where the pack has none."""
        for start in Start:
            for candidates in self._candidates(terms, start):
                if candidates[0].metric == metric:
                    return self._earliest(candidates, started_at)
        return None

    def recurs(self, terms: CaseTerms, metric: Metric) -> bool:
        """Whether each answer starts the next clock (sla.md 13)."""
        return any(
            candidate.commitment.is_recurring
            for start in Start
            for candidate in promises_for(self.chapter, terms, start=start).get(metric, ())
        )

    def answering_post(self, terms: CaseTerms, metric: Metric) -> str | None:
        """The post that must have given the answer (xxx-gas 2.2: deputy GM)."""
        given = promises_for(self.chapter, terms, start=Start.RECEIPT) | promises_for(
            self.chapter, terms, start=Start.PLAN_READY
        )
        posts = (candidate.commitment.answered_by for candidate in given.get(metric, ()))
        return next((post for post in posts if post), None)

    def emergency_promises(self, grade: str | None) -> dict[str, Promise]:
        """The lines of the grade's emergency plan as promises, by line: natural minutes, never paused."""
        found = self.chapter.emergency_plan_of(grade)
        if found is None:
            return {}
        _, plan = found
        return {
            code: self.limited(EMERGENCY_PREFIX + code, max(1, line.minutes), clause=plan.clause, ladder=plan.ladder)
            for code, line in plan.steps.items()
        }

    def limited(self, metric: str, minutes: int, *, clause: str, ladder: str | None, **more: Any) -> Promise:
        """A promise of so many natural minutes that is no commitment of the chapter; kept, it does not change."""
        key = (self.policy.pack, self.version, f"{metric} {minutes} {clause} {ladder} {more}")
        promise = self.known.get(key)
        if promise is None:
            promised = Promised(limit=Limit(budget=minutes), clause=clause, ladder=ladder, **more)
            promise = self.promised(metric, promised)
            if len(self.known) < _MOST_KNOWN:
                self.known[key] = promise
        return promise

    def promised(self, metric: str, promised: Promised) -> Promise:
        """What the chapter promises of a metric, with its ladder and its reasons to wait."""
        return promise_of(metric, promised, ladders=self.chapter.ladders, pauses=self.chapter.pauses)

    @property
    def posted_metrics(self) -> list[str]:
        """Metrics that lie with a post of their own, whoever holds the case: lines of plans, answers to centres."""
        lines = [EMERGENCY_PREFIX + code for plan in self.chapter.emergency_plans.values() for code in plan.steps]
        return [EXTERNAL_ANSWER, *lines]

    def deadline(self, promise: Promise, started_at: datetime) -> datetime | None:
        """When a promise that starts at `started_at` falls due; None without a limit."""
        if promise.budget is None:
            return None
        calendar = self.calendars.get(promise.calendar)
        since = to_us(started_at)
        budget = budget_us(promise.budget, promise.unit, since, calendar)
        return from_us(timeline_of(promise.unit, calendar).advance(since, budget))

    @property
    def zone(self) -> ZoneInfo:
        """The civil time of the company."""
        return ZoneInfo(self.policy.common.zone)

    def _earliest(self, promises: Sequence[Promise], started_at: datetime) -> Promise:
        if len(promises) == 1:
            return promises[0]
        return min(promises, key=lambda promise: self.deadline(promise, started_at) or _NEVER)

    def _promise(self, metric: Metric, candidate: Candidate) -> Promise:
        key = (self.policy.pack, self.version, candidate.code)
        promise = self.known.get(key)
        if promise is None:
            promise = self.known[key] = self.promised(metric.value, candidate.commitment)
        return promise


def terms_of(governing: Governing, intake: Intake, standing: Standing) -> tuple[CaseTerms, str | None]:
    """What decides on the case's promises, and the rule that gave the grade."""
    grade, rule = governing.grade_of(intake)
    tier = governing.tier_of(standing)
    terms = CaseTerms(
        kind=intake.kind.value,
        tier=tier,
        party=standing.party or intake.customer_kind,
        grade=grade,
        level=governing.chapter.level_of(tier, intake.channel),
    )
    return terms, rule


@dataclass(frozen=True, slots=True)
class Governances:
    """Finds the revision that governs: the one in force for a new case, the recorded one for an old."""

    book: PolicyBook
    calendars: Calendars
    known: dict[tuple[str, str, str], Promise] = field(default_factory=dict)
    given: dict[tuple[str, str, CaseTerms, Start], tuple[tuple[Promise, ...], ...]] = field(default_factory=dict)

    def in_force(self, company: str, at: datetime) -> Governing:
        """The revision for a case that starts at `at`."""
        return Governing(self.book.policy(company, at), self.calendars, self.known, self.given)

    def of_revision(self, company: str, version: str, at: datetime | None = None) -> Governing:
        """The revision that is recorded on a case which started at `at`; without it the common chapter is the newest.

        Raises: PolicyNotFoundError.
        """
        return Governing(self.book.at_revision(company, CHAPTER, version, at), self.calendars, self.known, self.given)
