"""Exchange of a meter → contract fact."""

from datetime import datetime

from services.customer.premises.models import MeterExchangeRow
from services.customer.registry import events
from services.customer.registry.models import CustomerRow
from shared.contracts.registry import CustomerMeterExchanged
from shared.events.fact import Fact


def meter_exchanged(row: CustomerRow, exchange: MeterExchangeRow, now: datetime) -> Fact:
    """`customer.meter_exchanged`."""
    payload = CustomerMeterExchanged(
        customer_id=row.id,
        exchange_id=exchange.id,
        removed_meter_id=exchange.removed_meter_id,
        installed_meter_id=exchange.installed_meter_id,
        premises_id=exchange.premises_id,
        reason=exchange.reason,
        exchanged_on=exchange.exchanged_on,
        order_id=exchange.order_id,
        routing=events.routing_of(row),
    )
    return events.of_customer(row, payload, now)
