"""Contracts and changes of accounts → contract facts."""

from datetime import datetime

from services.customer.accounts.models import AccountChangeRow, ContractRow
from services.customer.accounts.rules import AccountChangeKind, is_kept
from services.customer.registry import events
from services.customer.registry.models import CustomerRow
from shared.contracts import registry
from shared.contracts.base import EventPayload
from shared.events.fact import Fact


def account_changed(row: CustomerRow, change: AccountChangeRow, now: datetime) -> Fact:
    """`customer.account_opened`, `…_transferred` or `…_closed`."""
    routing = events.routing_of(row)
    payload: EventPayload
    match AccountChangeKind(change.kind):
        case AccountChangeKind.OPENED:
            payload = registry.CustomerAccountOpened(
                customer_id=row.id,
                opened_on=change.effective_on,
                tier=row.tier,
                order_id=change.order_id,
                routing=routing,
            )
        case AccountChangeKind.TRANSFERRED:
            payload = registry.CustomerAccountTransferred(
                customer_id=row.id,
                transferred_on=change.effective_on,
                tier=row.tier,
                order_id=change.order_id,
                routing=routing,
            )
        case AccountChangeKind.CLOSED:
            payload = registry.CustomerAccountClosed(
                customer_id=row.id,
                closed_on=change.effective_on,
                tier=row.tier,
                order_id=change.order_id,
                routing=routing,
            )
    return events.of_customer(row, payload, now)


def contract_signed(row: CustomerRow, contract: ContractRow, now: datetime) -> Fact:
    """`customer.contract_signed`."""
    payload = registry.CustomerContractSigned(
        customer_id=row.id,
        contract_id=contract.id,
        kind=contract.kind,
        signed_on=contract.signed_on,
        due_on=contract.due_on,
        tier=contract.tier,
        routing=events.routing_of(row),
    )
    return events.of_customer(row, payload, now)


def contract_fulfilled(row: CustomerRow, contract: ContractRow, now: datetime) -> Fact:
    """`customer.contract_fulfilled`."""
    fulfilled_on = contract.fulfilled_on or now.date()
    payload = registry.CustomerContractFulfilled(
        customer_id=row.id,
        contract_id=contract.id,
        kind=contract.kind,
        due_on=contract.due_on,
        fulfilled_on=fulfilled_on,
        is_kept=is_kept(contract.due_on, fulfilled_on),
        tier=contract.tier,
        routing=events.routing_of(row),
    )
    return events.of_customer(row, payload, now)


def contract_ended(row: CustomerRow, contract: ContractRow, now: datetime) -> Fact:
    """`customer.contract_ended`."""
    payload = registry.CustomerContractEnded(
        customer_id=row.id,
        contract_id=contract.id,
        kind=contract.kind,
        state=contract.state,
        ended_on=contract.ended_on or now.date(),
        routing=events.routing_of(row),
    )
    return events.of_customer(row, payload, now)
