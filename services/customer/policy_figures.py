"""Figures of the customer service as pack data: which orders' promises, or which works, an indicator counts."""

from typing import Self

from pydantic import model_validator

from services.customer.policy_orders import OrderMetric, WorkCode
from shared.policy.commitments import IndicatorRule


class CustomerIndicator(IndicatorRule):
    """One indicator of the work done for customers; targets are in percent."""

    works: tuple[WorkCode, ...] = ()
    """Kinds of service orders that are counted; empty = every work that the figure is about."""
    metrics: tuple[OrderMetric, ...] = ()
    """Counts the promises of orders of `works` about these, in the period in which they fell due."""

    @model_validator(mode="after")
    def _counts_something(self) -> Self:
        if self.metrics and not (self.works and self.figure):
            raise ValueError("按承诺统计的指标（metrics）须给出工单种类（works）与数据名（figure）")
        return self
