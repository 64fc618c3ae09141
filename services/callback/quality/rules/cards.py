"""A score card's total in exact arithmetic, and the gap between two of them; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from services.callback.policy_quality import WHOLE, Card
from services.callback.quality.errors import ScoreMissingError, ScoreOutsideCardError


@dataclass(frozen=True, slots=True)
class Score:
    """One line as it was given: points, or whether a fatal one failed; neither = it does not apply."""

    points: int | None = None
    is_failed: bool | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """The score: `points` of `out_of`; nothing where a fatal criterion failed."""

    points: int
    out_of: int
    is_fatal: bool

    @property
    def share(self) -> Fraction:
        """In points of a hundred, exactly."""
        return Fraction(self.points * WHOLE, self.out_of)


def total_of(card: Card, scores: Mapping[str, Score], *, pointer: str = "/scores") -> Total:
    """Weigh the points; a line that does not apply takes its weight with it.

    Raises: ScoreMissingError, ScoreOutsideCardError.
    """
    for code in scores:
        if code not in card.criteria:
            raise ScoreOutsideCardError.at_pointer(f"{pointer}/{code}")
    points = weights = 0
    is_fatal = False
    for code, criterion in card.criteria.items():
        given = scores.get(code, Score())
        if criterion.is_fatal:
            if given.points is not None:
                raise ScoreOutsideCardError.at_pointer(f"{pointer}/{code}")
            is_fatal = is_fatal or bool(given.is_failed)
            continue
        if given.is_failed is not None:
            raise ScoreOutsideCardError.at_pointer(f"{pointer}/{code}")
        if given.points is None:
            if not criterion.may_be_left_out:
                raise ScoreMissingError.at_pointer(f"{pointer}/{code}")
            continue
        if not 0 <= given.points <= card.most:
            raise ScoreOutsideCardError.at_pointer(f"{pointer}/{code}")
        points += criterion.weight * given.points
        weights += criterion.weight
    return Total(0 if is_fatal else points, weights * card.most, is_fatal)


def gap(one: Total, other: Total) -> Fraction:
    """How far two scores lie apart, in points of a hundred."""
    return abs(one.share - other.share)


def mean(one: Total, other: Total) -> Total:
    """The score between two, exactly; fatal if either is."""
    is_fatal = one.is_fatal or other.is_fatal
    share = (one.share + other.share) / (2 * WHOLE)
    return Total(0 if is_fatal else share.numerator, share.denominator, is_fatal)


def average(shares: Iterable[Fraction]) -> Fraction | None:
    """The mean in points of a hundred; None of nothing."""
    known = list(shares)
    return sum(known, Fraction(0)) / len(known) if known else None
