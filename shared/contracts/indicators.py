"""`GET /v1/indicators?period=&company=`: figures as numerator and denominator, rounded only when shown (sla.md 18)."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Bound(BaseModel):
    """What a figure must reach, in its own unit (percent, per thousand); one of the two."""

    at_least: float | None = None
    at_most: float | None = None


class Indicator(BaseModel):
    """One figure of one tier; promises are counted in the period in which they fell due."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """`<subject>.<metric>.on_time`, such as `complaint.response.on_time`."""
    tier: str | None
    numerator: int
    denominator: int
    """Judged promises: met and breached."""
    untargeted: int
    """Promises without a limit: counted apart, never as kept (sla.md 15)."""
    unanswered: int
    """Fell due and stopped neither way yet; of other figures: what nobody could say anything of."""
    dimension: str | None = None
    """What the figure is broken down by, if not by tier: `grade`, `category`, `department`, `channel`."""
    value: str | None = None
    """The code within the dimension; null = none is known."""
    indicator: str | None = None
    """The pack's code of the indicator that this figure is behind."""
    name: str | None = None
    formula: str | None = None
    """The pack's, shown with the figure: a setting of the company."""
    per: int = 100
    """Shown as numerator x per / denominator: 100 = percent, 1000 = per thousand."""
    rule: str | None = None
    """What puts something into the period: `due_in_period`, `opened_in_period`, `called_in_period`; null = report's."""
    clause: str | None = None
    target: Bound | None = None
    """The tier's, by the pack; null = none is set, which is neither 0 nor kept."""
    is_target_met: bool | None = None
    """Null without a target, or where nothing was counted."""
    cases: str | None = None
    """Where exactly what was counted is listed; `&part=` says which."""


class IndicatorReport(BaseModel):
    """A service's own figures for one company and period."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    service: str
    company: str
    period: str
    """`2026-11` (month), `2026-Q4` (quarter), `2026-W47` (ISO week) or `2026` (year)."""
    from_at: datetime
    until_at: datetime
    rule: str = "due_in_period"
    is_frozen: bool
    """A closed period answers what was frozen at its end, for ever."""
    items: list[Indicator]
