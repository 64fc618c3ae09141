"""Materials, fees, payments and the three-way match: pack data (domain.md 2.7)."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.customer.policy_contacts import ConcernCode
from services.customer.policy_orders import WorkForm
from shared.policy.commitments import ClauseCode, Code, Entry, Named


class Measure(StrEnum):
    """What the system report of a pair is computed from."""

    USAGE = "usage"
    """Readings and card sales, by the price of gas."""
    MATERIALS = "materials"
    """Materials and fees, less waivers."""


class ThreeWayPair(Named):
    """A pair of figures that must agree in document, money and system report (三方一致)."""

    measure: Measure
    tolerance_fen: Annotated[int, Field(ge=0)] = 0
    tolerance_quantity: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    waits_for_sides: bool = False
    """Whether a document or payment that is not there yet counts as outstanding, not as a difference."""


class FeeKind(Named):
    """A kind of fee, and the kind of data that it is entered as."""

    concern: ConcernCode


class SettlementConcerns(Entry):
    """The kind of data that each line is entered as; who writes it stands in `concerns`."""

    material: ConcernCode
    material_price: ConcernCode
    waiver: ConcernCode
    payment: ConcernCode
    order_document: ConcernCode
    usage_document: ConcernCode


class Settlement(Entry):
    """How the money of an order is settled."""

    pairs: dict[WorkForm, Code]
    """Forms of work that are settled → their pair of `entry_quality.three_way`."""
    reading_pair: Code
    """The pair of a reading without an order."""
    fee_kinds: dict[Code, FeeKind]
    payment_methods: dict[Code, Named]
    gas_prices: dict[Code, Code]
    """Kind of customer → code of the price list for a m³ of gas."""
    concerns: SettlementConcerns
    clause: ClauseCode
    is_open_setting: bool = False
