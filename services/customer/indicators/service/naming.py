"""What the pack says of the figures: names, formulas, targets, what is counted; and what is kept with a freeze."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.customer.indicators.repository.members import Span
from services.customer.indicators.rules import Counting, Figure, PromiseFigure
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_figures import CustomerIndicator
from shared.figures.asking import FigureAsk
from shared.policy.book import Policy

Namings = Mapping[str, tuple[str, CustomerIndicator]]
"""By figure: the pack's code of the indicator, and the indicator."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the chapter in force says of figures."""

    chapter: CustomerChapter
    namings: Namings
    counting: Counting

    @classmethod
    def of(cls, policy: Policy) -> "Said":
        """Read it.  Raises: PolicyNotFoundError."""
        chapter = policy.chapter_as(CHAPTER, CustomerChapter)
        return cls(chapter, namings_of(chapter), counting_of(chapter))

    def span(self, ask: FigureAsk) -> Span:
        """The asked period, as of now or as of its end."""
        as_of = min(ask.now, ask.period.until_at)
        return Span(ask.company, ask.period.from_at, ask.period.until_at, as_of, self.counting)


def namings_of(chapter: CustomerChapter) -> Namings:
    """The indicators that this service counts; the others of the chapter belong to other services."""
    known = {figure.value for figure in Figure}
    return {
        rule.figure: (code, rule)
        for code, rule in chapter.indicators.items()
        if rule.figure is not None and (rule.metrics or rule.figure in known)
    }


def counting_of(chapter: CustomerChapter) -> Counting:
    """What is counted."""
    answering = chapter.contacts.answering
    entries = [one for one in chapter.indicators.values() if one.figure == Figure.REPEAT_ENTRY]
    entered = [work for one in entries for work in one.works]
    return Counting(
        promises=[
            PromiseFigure(one.figure, list(one.works), [metric.value for metric in one.metrics])
            for one in chapter.indicators.values()
            if one.figure is not None and one.metrics
        ],
        entered_works=entered or [code for code, work in chapter.works.items() if work.needs_entry],
        channels=answering.channels,
        fewer_than_rings=answering.fewer_than_rings,
        fewer_than_seconds=answering.fewer_than_seconds,
        is_planned_counted=chapter.supply.is_planned_counted,
        default_tier=chapter.default_tier,
    )


def record_of(namings: Namings) -> dict[str, object]:
    """As it is kept with a closed period."""
    return {figure: {"code": code, **rule.model_dump(mode="json")} for figure, (code, rule) in namings.items()}


def from_record(kept: Mapping[str, Any]) -> Namings:
    """What was kept."""
    return {
        figure: (one["code"], CustomerIndicator.model_validate({key: one[key] for key in one if key != "code"}))
        for figure, one in kept.items()
    }
