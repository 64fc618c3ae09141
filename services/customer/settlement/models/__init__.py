"""Tables of the settlement: prices, charges, payments, papers, where an order stands, exceptions."""

from services.customer.settlement.models.exceptions import ThreeWayExceptionRow
from services.customer.settlement.models.lines import ChargeRow, DocumentRow, PaymentRow
from services.customer.settlement.models.prices import MaterialPriceRow
from services.customer.settlement.models.settlements import OrderSettlementRow

__all__ = [
    "ChargeRow",
    "DocumentRow",
    "MaterialPriceRow",
    "OrderSettlementRow",
    "PaymentRow",
    "ThreeWayExceptionRow",
]
