"""Answers of the timeline."""

from typing import Any, Self
from uuid import UUID

from pydantic import AwareDatetime

from services.customer.timeline.rules import PATHS
from shared.http.base_model import ApiModel
from shared.http.page import Page


class TimelineEntry(ApiModel):
    """One thing that happened with the customer."""

    id: UUID
    kind: str
    """contact, notice, hand_over, complaint, order, tier, account, contract, plan, meter_exchange, reading,
    card_sale, interruption."""
    at: AwareDatetime
    title: str
    """A code: `<kind>.<code of the pack or the platform>`."""
    state: str | None
    number: str | None
    reference: str | None
    """Where the thing itself is read."""
    matter_id: UUID | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """A row as it is shown."""
        path = PATHS[row["kind"]]
        said = {name: row[name] for name in cls.model_fields if name != "reference"}
        return cls(**said, reference=None if path is None else f"{path}{row['reference']}")


class CustomerTimelinePage(Page[TimelineEntry]):
    """One page of the timeline, newest first."""
