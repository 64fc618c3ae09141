"""What the figures refuse."""

from typing import Self

from shared.errors import FieldError, NotFoundError, RuleViolatedError


class FigureUnknownError(NotFoundError):
    """The customer service reports no such figure."""

    code = "indicator_not_found"
    title = "指标不存在"


class CountsTimeError(RuleViolatedError):
    """The figure counts time, not rows: what is listed is who lost it, for how long."""

    code = "indicator_counts_time"
    title = "该指标按时长统计"

    @classmethod
    def of_part(cls) -> Self:
        """Name the field."""
        text = "该指标按客户时长统计，不分分子分母；列表为各客户中断的秒数。"
        return cls(text, errors=(FieldError("/part", cls.code, text),))
