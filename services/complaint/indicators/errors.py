"""What the figures refuse."""

from typing import Self

from shared.errors import FieldError, NotFoundError, RuleViolatedError


class FigureUnknownError(NotFoundError):
    """The complaint service reports no such figure."""

    code = "indicator_not_found"
    title = "指标不存在"


class CountsCustomersError(RuleViolatedError):
    """The denominator counts customers, not cases: there is nothing to list here."""

    code = "indicator_counts_customers"
    title = "该指标的分母是客户数"

    @classmethod
    def of_part(cls) -> Self:
        """Name the field."""
        text = "该指标的分母是期末在册客户数，没有可列出的案件。"
        return cls(text, errors=(FieldError("/part", cls.code, text),))


class WeekRequiredError(RuleViolatedError):
    """Only natural weeks are compared."""

    code = "week_required"
    title = "须指定自然周"

    @classmethod
    def at_week(cls) -> Self:
        """Name the field."""
        text = "异常按自然周统计，请写作 2026-W47。"
        return cls(text, errors=(FieldError("/week", cls.code, text),))
