"""Facts of the settlement of orders: ids, codes, amounts and times only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import EventPayload


class Waived(BaseModel):
    """What was waived by which authorisation; the complaint service checks it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    authorisation_id: UUID
    amount_fen: int


class CustomerOrderSettled(EventPayload):
    """Nothing is owed for an order any more, and document, money and system report agree; told once."""

    TYPE: ClassVar[str] = "customer.order_settled"

    order_id: UUID
    number: str
    customer_id: UUID | None = None
    work: str
    tier: str
    charged_fen: int
    waived_fen: int
    paid_fen: int
    waivers: list[Waived] = Field(default_factory=list)
    settled_at: datetime


class CustomerThreeWayMismatchFound(EventPayload):
    """Document, money and system report of an order or a reading do not agree (三方不一致)."""

    TYPE: ClassVar[str] = "customer.three_way_mismatch_found"

    exception_id: UUID
    pair: str
    """A code of the pack."""
    order_id: UUID | None = None
    reading_id: UUID | None = None
    customer_id: UUID | None = None
    differs: list[str] = Field(default_factory=list)
    """Sides that the others do not confirm: document, money, system."""
    difference_fen: int
    operator_id: UUID | None = None
    found_at: datetime


EVENTS: tuple[type[EventPayload], ...] = (CustomerOrderSettled, CustomerThreeWayMismatchFound)
"""Everything in this file that crosses the bus."""
