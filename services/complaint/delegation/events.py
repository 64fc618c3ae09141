"""Authorisation or ledger → contract fact."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.complaint.delegation.models import AuthorisationRow, AuthorityLedgerRow
from shared.contracts import authority as contracts
from shared.contracts.base import EventPayload, Routing
from shared.events.fact import Fact


def authorised(
    row: AuthorisationRow,
    fact: type[contracts.AuthorityFact],
    now: datetime,
    /,
    *,
    clause: str,
    routing: Routing | None = None,
    **said: Any,
) -> Fact:
    """`complaint.authority_*` and `complaint.liaison_*`; routed to whoever must act, else as said."""
    payload = fact(
        authorisation_id=row.id,
        number=row.number,
        authority=row.authority,
        category=row.category,
        clause=clause,
        state=row.state,
        requested_by=row.requested_by,
        department=row.department,
        customer_id=row.customer_id,
        complaint_id=row.complaint_id,
        order_id=row.order_id,
        amount_fen=row.amount_fen,
        occurred_at=now,
        routing=routing or row.routing,
        **said,
    )
    return _fact(payload, row.company, "authorisation", row.id, row.version, now, row.matter_id)


def locked(row: AuthorityLedgerRow, now: datetime, *, uses: int, amount_fen: int, late_uses: int) -> Fact:
    """`complaint.ledger_locked`."""
    payload = contracts.LedgerLocked(
        ledger_id=row.id,
        month=row.month,
        uses=uses,
        amount_fen=amount_fen,
        late_uses=late_uses,
        digest=row.digest or "",
        seed=row.seed,
        occurred_at=now,
        routing=row.routing,
    )
    return _fact(payload, row.company, "authority_ledger", row.id, row.version, now, row.id)


def _fact(
    payload: EventPayload, company: str, kind: str, aggregate_id: UUID, version: int, now: datetime, matter_id: UUID
) -> Fact:
    return Fact(
        payload=payload,
        company=company,
        aggregate_type=kind,
        aggregate_id=aggregate_id,
        aggregate_version=version,
        time=now,
        matter_id=matter_id,
    )
