"""Tables of the service orders: the order, what was done to it, and the authorities that need work."""

from services.customer.orders.models.acts import OrderActRow
from services.customer.orders.models.authorities import AuthorityWorkRow
from services.customer.orders.models.orders import ORDER_NUMBERS, ServiceOrderRow

__all__ = ["ORDER_NUMBERS", "AuthorityWorkRow", "OrderActRow", "ServiceOrderRow"]
