"""An authority is used: nothing without its approvals, once in the ledger, and the work that follows is asked for."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.complaint.delegation.errors import (
    AmountBeyondApprovalError,
    AmountError,
    NotRequesterError,
    OccurredAtError,
    StepsOutstandingError,
)
from services.complaint.delegation.models import AuthorisationRow, AuthorityLedgerEntryRow
from services.complaint.delegation.repository import ledgers
from services.complaint.delegation.rules.draws import is_drawn, offset_of
from services.complaint.delegation.rules.ledger import entry_month, month_of
from services.complaint.delegation.rules.states import AuthorisationAct, AuthorisationState
from services.complaint.delegation.rules.steps import AFTER, BEFORE, Stage
from services.complaint.delegation.service.call import AuthorityCall, promise_for
from services.complaint.delegation.service.stages import move_on
from services.complaint.delegation.service.work import CHECK, AuthorityWork, take
from shared.contracts import authority as contracts
from shared.contracts.base import Routing
from shared.ids import new_id
from shared.sla.promise import Promise, Unit


@dataclass(frozen=True, slots=True)
class Use:
    """What was done."""

    result: str
    occurred_at: datetime | None = None
    executed_fen: int | None = None


async def execute(call: AuthorityCall, authorisation_id: UUID, use: Use) -> AuthorisationRow:
    """Use what was approved.  Raises: as `take`, NotRequesterError, and as `put_to_use`."""
    work = await take(call, authorisation_id, AuthorisationAct.EXECUTE)
    principal, row = call.principal, work.row
    if not principal.is_self(row.requested_by) and not principal.is_self(row.decided_by):
        raise NotRequesterError("只有申请人或决定该事项的人可以执行。")
    await put_to_use(work, use)
    await work.write_down(AuthorisationAct.EXECUTE, reason=use.result)
    return row


async def put_to_use(work: AuthorityWork, use: Use) -> None:
    """Enter the use.  Raises: StepsOutstandingError, OccurredAtError, AmountError, AmountBeyondApprovalError."""
    row, now = work.row, work.call.now
    if row.state != AuthorisationState.APPROVED:
        raise StepsOutstandingError.of([step.text for step in work.pending(BEFORE)])
    row.executed_fen = _executed(row, use)
    row.executed_at, row.executed_recorded_at = _occurred_at(work, use.occurred_at), now
    row.result = use.result
    row.state = AuthorisationState.EXECUTED.value
    await move_on(work)
    await _enter(work)
    await work.call.session.flush()
    await _publish(work)
    for stage in AFTER:
        await work.start_stage(stage)


def _executed(row: AuthorisationRow, use: Use) -> int | None:
    if row.amount_fen is None:
        if use.executed_fen is not None:
            raise AmountError.at_pointer("/executed_fen")
        return None
    if use.executed_fen is None:
        return row.amount_fen
    if use.executed_fen > row.amount_fen:
        raise AmountBeyondApprovalError.at_pointer("/executed_fen")
    return use.executed_fen


def _occurred_at(work: AuthorityWork, at: datetime | None) -> datetime:
    """Not in the future; not before the approval, unless the item is filed afterwards."""
    row, now = work.row, work.call.now
    if at is None:
        return now
    earliest = row.approved_at or now
    if _is_filed_afterwards(work) and row.approved_at == row.requested_at:
        earliest = row.requested_at - timedelta(days=work.terms.filing_window_days)
    if not earliest <= at <= now:
        raise OccurredAtError.at_pointer("/occurred_at")
    return at


def _is_filed_afterwards(work: AuthorityWork) -> bool:
    money = work.authority.money
    return any(step.is_afterwards for step in work.authority.procedure) or bool(money and money.is_form_afterwards)


async def _enter(work: AuthorityWork) -> None:
    """Into the ledger of its month, or marked into the next open one; then drawn for a check or not."""
    row, call = work.row, work.call
    occurred = row.executed_at or call.now
    month = month_of(occurred, work.governing.zone)
    await ledgers.hold_open(call.session, row.company)
    closed = await ledgers.closed_months(call.session, row.company, month)
    row.ledger_month, row.is_late = entry_month(month, closed)
    ledger = await ledgers.ensure(call.session, row.company, row.ledger_month, seed=secrets.token_hex(16), now=call.now)
    call.session.add(
        AuthorityLedgerEntryRow(
            id=new_id(),
            company=row.company,
            month=row.ledger_month,
            authorisation_id=row.id,
            number=row.number,
            occurred_at=occurred,
            recorded_at=call.now,
            occurred_month=month,
            is_late=row.is_late,
            customer_id=row.customer_id,
            complaint_id=row.complaint_id,
            order_id=row.order_id,
            authority=row.authority,
            item=work.authority.name,
            conditions=[condition.text for condition in work.authority.conditions.values()],
            handler_id=row.requested_by,
            department=row.department,
            decided_post=row.decided_post,
            approved_fen=row.amount_fen,
            executed_fen=row.executed_fen,
            result=row.result,
        )
    )
    await _draw(work, row.ledger_month, ledger.seed)


async def _draw(work: AuthorityWork, month: str, seed: str) -> None:
    row, checks = work.row, work.terms.random_checks
    row.check_stratum, row.check_percent = row.category, checks.percent_of(row.category)
    row.check_number = await ledgers.count_use(work.call.session, row.company, month, row.check_stratum)
    row.is_drawn = is_drawn(row.check_number, row.check_percent, offset_of(seed, row.check_stratum))
    if row.is_drawn:
        promise = promise_for(work.governing, "check", checks.limit, clause=work.authority.clause)
        await work.start(CHECK, promise, Routing(posts=[work.terms.checked_by]))


async def _publish(work: AuthorityWork) -> None:
    row, order = work.row, work.authority.order
    await work.publish(
        contracts.AuthorityUsed,
        executed_fen=row.executed_fen,
        ledger_month=row.ledger_month,
        is_late=row.is_late,
        is_drawn=row.is_drawn,
    )
    if order is None:
        return
    if order.is_liaison:
        posts = [post for step in work.pending((Stage.COMPLY,)) for post in step.posts]
        await work.publish(contracts.LiaisonIssued, routing=work.liaison_routing(posts), **liaison_said(row))
        return
    limit = order.limit
    deadline = None
    if limit is not None:
        promise = Promise("order", limit.budget, Unit(limit.unit.value), limit.calendar)
        deadline = work.governing.deadline(promise, row.executed_at or work.call.now)
    await work.publish(
        contracts.AuthorityOrderNeeded,
        routing=Routing(owner_id=row.requested_by, department=row.order_department),
        work=order.work,
        order_department=row.order_department,
        started_at=row.executed_at,
        deadline_at=deadline,
        budget=limit.budget if limit else None,
        unit=limit.unit.value if limit else "natural",
        is_filed_afterwards=any(step.files_order for step in work.authority.procedure),
    )


def liaison_said(row: AuthorisationRow) -> dict[str, Any]:
    """What the facts say of a liaison note."""
    return {
        "to_department": row.order_department,
        "liaison_owner_id": row.liaison_owner_id,
        "deadline_at": row.liaison_deadline_at,
    }


async def forget_check(call: AuthorityCall, work: AuthorityWork) -> None:
    """The check was made: its clock is answered."""
    await work.book.stop(work.subject(CHECK, Routing()), "check", actor=call.principal.actor)
