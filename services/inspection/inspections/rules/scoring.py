"""The score of a form: whole numbers only; what does not apply weighs nothing, its weight lies on the rest."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.inspection.inspections.rules.states import Answer

FULL = 10_000
"""Basis points of a form on which everything is in order."""


@dataclass(frozen=True, slots=True)
class Score:
    """Weights of the points in order, `got`, of those that apply, `of`."""

    got: int
    of: int

    @property
    def basis_points(self) -> int | None:
        """Rounded half up; None where nothing applies."""
        return None if self.of == 0 else (2 * FULL * self.got + self.of) // (2 * self.of)


def score_of(answers: Iterable[tuple[int, Answer]]) -> Score:
    """From weights and answers."""
    got = of = 0
    for weight, answer in answers:
        if answer is not Answer.NOT_APPLICABLE:
            of += weight
        if answer is Answer.OK:
            got += weight
    return Score(got, of)
