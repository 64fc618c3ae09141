"""`GET /v1/indicators?period=&company=`: figures as numerator and denominator, rounded only when shown (sla.md 18)."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


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
    """Fell due and stopped neither way yet."""


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
