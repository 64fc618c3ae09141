"""What the pack says of the figures: its names, formulas, kinds and targets, and what of it is kept with a freeze."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.complaint.indicators.repository.members import Span
from services.complaint.indicators.rules import Figure, Goal, Naming
from services.complaint.policy import CHAPTER, ComplaintChapter
from services.complaint.policy_figures import CaseIndicator
from shared.figures.asking import FigureAsk
from shared.policy.book import Policy


@dataclass(frozen=True, slots=True)
class Said:
    """What the chapter in force says of figures."""

    chapter: ComplaintChapter
    default_tier: str
    zone: str
    namings: Mapping[str, Naming]

    @classmethod
    def of(cls, policy: Policy) -> "Said":
        """Read it.  Raises: PolicyNotFoundError."""
        chapter = policy.chapter_as(CHAPTER, ComplaintChapter)
        return cls(chapter, policy.common.default_tier, policy.common.zone, namings_of(chapter))

    def span(self, ask: FigureAsk) -> Span:
        """The asked period, as of now or as of its end."""
        return Span(
            company=ask.company,
            from_at=ask.period.from_at,
            until_at=ask.period.until_at,
            as_of=min(ask.now, ask.period.until_at),
            repeat_days=self.chapter.recording.repeat_window_days,
            namings=self.namings,
        )


def namings_of(chapter: ComplaintChapter) -> dict[str, Naming]:
    """By figure; a figure that no indicator of the pack is behind has none."""
    known = {figure.value for figure in Figure}
    return {rule.figure: _naming(code, rule) for code, rule in chapter.indicators.items() if rule.figure in known}


def _naming(code: str, rule: CaseIndicator) -> Naming:
    goals = {tier: Goal(target.at_least, target.at_most) for tier, target in rule.targets.items()}
    return Naming(code, rule.name, rule.formula, rule.per, rule.clause, rule.kinds, goals)


def record_of(namings: Mapping[str, Naming]) -> dict[str, object]:
    """As it is kept with a closed period."""
    return {
        figure: {
            "indicator": one.indicator,
            "name": one.name,
            "formula": one.formula,
            "per": one.per,
            "clause": one.clause,
            "kinds": list(one.kinds),
            "goals": {tier: [_text(goal.at_least), _text(goal.at_most)] for tier, goal in one.goals.items()},
        }
        for figure, one in namings.items()
    }


def from_record(kept: Mapping[str, Any]) -> dict[str, Naming]:
    """What was kept."""
    return {
        figure: Naming(
            indicator=one["indicator"],
            name=one["name"],
            formula=one["formula"],
            per=one["per"],
            clause=one["clause"],
            kinds=tuple(one["kinds"]),
            goals={tier: Goal(_number(least), _number(most)) for tier, (least, most) in one["goals"].items()},
        )
        for figure, one in kept.items()
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
