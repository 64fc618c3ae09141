"""Figures of the cases as pack data: which cases an indicator counts, and what is out of the ordinary in a week."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.complaint.policy_intake import KindCode
from shared.policy.commitments import ClauseCode, Entry, IndicatorRule


class CaseIndicator(IndicatorRule):
    """One indicator of the cases."""

    kinds: tuple[KindCode, ...] = ()
    """Kinds of intake that are counted; empty = all. Figures of clocks count whatever has such a clock."""
    per: Annotated[int, Field(ge=1)] = 100
    """Shown as numerator x per / denominator; targets are in this unit."""


class Anomalies(Entry):
    """When a week is out of the ordinary against the weeks before it."""

    trailing_weeks: Annotated[int, Field(ge=2, le=53)] = 8
    """How many natural weeks (Monday to Sunday) before the week it is compared with."""
    min_weeks: Annotated[int, Field(ge=2)] = 4
    """With fewer weeks in which something was counted a share is not judged."""
    factor: Annotated[Decimal, Field(gt=0)] = Decimal(2)
    """How many standard deviations off the mean are out of the ordinary."""
    min_count: Annotated[int, Field(ge=1)] = 5
    """With fewer than so many counted in the week it is never called out of the ordinary."""
    clause: ClauseCode | None = None
    is_open_setting: bool = True

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.min_weeks > self.trailing_weeks:
            raise ValueError("最少周数（min_weeks）不得多于比较的周数（trailing_weeks）")
        return self
