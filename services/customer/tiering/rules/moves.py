"""What a move from one tier to another changes in the promises to a customer: pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.customer.policy import CustomerChapter, promises_for
from services.customer.policy_orders import OrderCommitment, OrderStart, OrderTerms


@dataclass(frozen=True, slots=True)
class PromisedLimit:
    """One promise as the pack gives it; `budget` in minutes (natural, business) or days, null = no limit."""

    commitment: str
    start: str
    budget: int | None
    unit: str
    calendar: str
    deadline_from: str | None
    every_months: int | None
    clause: str

    @property
    def said(self) -> tuple[object, ...]:
        """What is promised, whatever the commitment is called."""
        return self.start, self.budget, self.unit, self.calendar, self.deadline_from, self.every_months


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """The limits of a kind of work and a metric before and after; none: no promise."""

    work: str
    metric: str
    place: str | None
    before: tuple[PromisedLimit, ...]
    after: tuple[PromisedLimit, ...]


@dataclass(frozen=True, slots=True)
class TierPromise:
    """What a tier is promised for a kind of work and a metric; with several the earliest deadline governs."""

    work: str
    metric: str
    place: str | None
    limits: tuple[PromisedLimit, ...]


def promises(chapter: CustomerChapter, *, party: str, tier: str) -> list[TierPromise]:
    """Every promise of the pack's `commitments` to a tier; a place only where it matters."""
    found = []
    for work in chapter.works:
        anywhere = _limits(chapter, OrderTerms(work, tier, party, None))
        found += [TierPromise(work, metric, None, limits) for metric, limits in sorted(anywhere.items())]
        for place in _places(chapter):
            here = _limits(chapter, OrderTerms(work, tier, party, place))
            others = [one for one in sorted(here.items()) if one[1] != anywhere.get(one[0])]
            found += [TierPromise(work, metric, place, limits) for metric, limits in others]
    return found


def promise_changes(chapter: CustomerChapter, *, party: str, before: str, after: str) -> list[PromiseChange]:
    """Every promise of the pack's `commitments` that is another in the other tier; a place only where it matters."""
    found: dict[tuple[str, str], list[PromiseChange]] = {}
    for change in _changes(chapter, party=party, before=before, after=after):
        anywhere = found.setdefault((change.work, change.metric), [])
        if not any((one.before, one.after) == (change.before, change.after) for one in anywhere):
            anywhere.append(change)
    return [change for changes in found.values() for change in changes]


def _changes(chapter: CustomerChapter, *, party: str, before: str, after: str) -> Iterator[PromiseChange]:
    for work in chapter.works:
        for place in (None, *_places(chapter)):
            old = _limits(chapter, OrderTerms(work, before, party, place))
            new = _limits(chapter, OrderTerms(work, after, party, place))
            for metric in sorted({*old, *new}):
                was, becomes = old.get(metric, ()), new.get(metric, ())
                if {limit.said for limit in was} != {limit.said for limit in becomes}:
                    yield PromiseChange(work, metric, place, was, becomes)


def _places(chapter: CustomerChapter) -> list[str]:
    return sorted({place for commitment in chapter.commitments.values() for place in commitment.places})


def _limits(chapter: CustomerChapter, terms: OrderTerms) -> dict[str, tuple[PromisedLimit, ...]]:
    found: dict[str, tuple[PromisedLimit, ...]] = {}
    for start in OrderStart:
        for metric, candidates in promises_for(chapter, terms, start=start).items():
            limits = tuple(_limit(code, commitment) for code, commitment in candidates)
            found[metric.value] = (*found.get(metric.value, ()), *limits)
    return found


def _limit(code: str, commitment: OrderCommitment) -> PromisedLimit:
    limit, source = commitment.limit, commitment.deadline_from
    return PromisedLimit(
        commitment=code,
        start=commitment.start.value,
        budget=limit.budget,
        unit=limit.unit.value,
        calendar=limit.calendar,
        deadline_from=source.value if source else None,
        every_months=commitment.every_months,
        clause=commitment.clause,
    )
