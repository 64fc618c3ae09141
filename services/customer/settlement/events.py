"""Settlement → contract fact; one small function per event."""

from collections.abc import Sequence
from datetime import datetime

from services.customer.orders.models import ServiceOrderRow
from services.customer.settlement.models import ChargeRow, OrderSettlementRow, ThreeWayExceptionRow
from services.customer.settlement.rules.amounts import Sort
from shared.contracts.settlement import CustomerOrderSettled, CustomerThreeWayMismatchFound, Waived
from shared.events.fact import Fact


def settled(order: ServiceOrderRow, row: OrderSettlementRow, charges: Sequence[ChargeRow], now: datetime) -> Fact:
    """`customer.order_settled`."""
    reversed_ids = {one.reverses_id for one in charges}
    waivers = [
        Waived(authorisation_id=one.authorisation_id, amount_fen=-one.amount_fen)
        for one in charges
        if one.sort == Sort.WAIVER
        and one.authorisation_id is not None
        and one.reverses_id is None
        and one.id not in reversed_ids
    ]
    payload = CustomerOrderSettled(
        order_id=order.id,
        number=order.number,
        customer_id=order.customer_id,
        work=order.work,
        tier=order.tier,
        charged_fen=row.charged_fen,
        waived_fen=row.waived_fen,
        paid_fen=row.paid_fen,
        waivers=waivers,
        settled_at=now,
        routing=order.routing,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="order_settlement",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=order.matter_id,
    )


def mismatch_found(row: ThreeWayExceptionRow, now: datetime) -> Fact:
    """`customer.three_way_mismatch_found`."""
    payload = CustomerThreeWayMismatchFound(
        exception_id=row.id,
        pair=row.pair,
        order_id=row.order_id,
        reading_id=row.reading_id,
        customer_id=row.customer_id,
        differs=list(row.differs),
        difference_fen=row.difference_fen,
        operator_id=row.operator_id,
        found_at=now,
        routing=row.routing,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="three_way_exception",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
