"""Contracts: signed, their works done by the due date or not, ended; the due date runs as a clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.accounts import events, repository
from services.customer.accounts.errors import (
    ContractEndedError,
    ContractNotFoundError,
    ContractStaleError,
    WorksNotDueError,
)
from services.customer.accounts.models import ContractRow
from services.customer.accounts.rules import ContractState
from services.customer.accounts.service.clocks import (
    METRIC,
    SUBJECT,
    Hand,
    midnight,
    stamp_of,
    subject_of,
    works_promise,
)
from services.customer.registry.models import CustomerRow
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.days import LOCAL, ensure_come, ensure_from
from services.customer.registry.service import belongings, changing, history
from services.customer.registry.service.terms import ensure_code
from shared.access.principal import Principal
from shared.errors import FieldError
from shared.events import outbox
from shared.observability import context

READ = "customer.read"

__all__ = [
    "READ",
    "SUBJECT",
    "ContractEntry",
    "amend",
    "end",
    "ensure_readable",
    "fulfil",
    "page",
    "read",
    "sign",
    "works_due",
]


@dataclass(frozen=True, slots=True)
class ContractEntry:
    """A contract to record; capacity in m³ a day."""

    number: str
    kind: str
    signed_on: date
    capacity: Decimal | None = None
    due_on: date | None = None
    valid_until: date | None = None
    premises_id: UUID | None = None


async def sign(
    session: AsyncSession, customer_id: UUID, entry: ContractEntry, *, contract_id: UUID, hand: Hand
) -> ContractRow:
    """Record a contract; its capacity becomes the customer's, its due date a clock.

    Raises: ConcernNotWritableError, CustomerNotFoundError, UnknownRecordCodeError, WorksNotDueError,
    PremisesNotFoundError, DayPassedError, ContractNumberTakenError.
    """
    hand.writer.ensure_enters("contracts")
    row = await changing.locked(session, customer_id, hand.companies)
    ensure_code(entry.kind, hand.records.contract_kinds, "/kind")
    _ensure_days(entry.signed_on, entry.due_on, entry.valid_until, hand.now)
    _ensure_works(hand.records.contract_kinds[entry.kind].has_works, entry.due_on)
    await belongings.ensure_own_premises(session, customer_id, entry.premises_id)
    contract = ContractRow(
        id=contract_id,
        company=row.company,
        customer_id=row.id,
        premises_id=entry.premises_id,
        number=entry.number,
        kind=entry.kind,
        capacity_m3_day=entry.capacity,
        signed_on=entry.signed_on,
        due_on=entry.due_on,
        valid_until=entry.valid_until,
        state=ContractState.SIGNED.value,
        tier=row.tier,
        created_by=context.current().actor,
        created_at=hand.now,
        updated_at=hand.now,
        version=1,
    )
    await repository.add_contract(session, contract)
    entered = Change("contract", Act.ENTERED, contract.id, "number", None, contract.number)
    await _agree_capacity(session, row, contract, entry.capacity, entered, hand=hand)
    await outbox.add(session, events.contract_signed(row, contract, hand.now))
    if contract.due_on is not None:
        await hand.book(session).start(
            subject_of(row, contract, hand.records),
            stamp_of(contract, hand.policy),
            [works_promise(contract, contract.due_on, hand.policy)],
            started_at=midnight(contract.signed_on),
        )
    return contract


async def amend(
    session: AsyncSession, contract_id: UUID, changes: dict[str, Any], *, expected: int, hand: Hand
) -> ContractRow:
    """Agree on another due date, term or capacity; the clock goes on with the new date.

    Raises: ConcernNotWritableError, ContractNotFoundError, ContractStaleError, ContractEndedError, WorksNotDueError,
    DayPassedError.
    """
    hand.writer.ensure_changes("contracts")
    row, contract = await _open(session, contract_id, expected, hand)
    due_on = changes.get("due_on", contract.due_on)
    _ensure_days(contract.signed_on, due_on, changes.get("valid_until", contract.valid_until), hand.now)
    _ensure_works(hand.records.contract_kinds[contract.kind].has_works, due_on)
    is_moved = due_on != contract.due_on
    for name, value in changes.items():
        setattr(contract, name, value)
    details = history.pending(contract, "contract")
    contract.updated_at, contract.version = hand.now, contract.version + 1
    await _agree_capacity(session, row, contract, changes.get("capacity_m3_day"), *details, hand=hand)
    if is_moved and due_on is not None:
        await hand.book(session).retarget(
            subject_of(row, contract, hand.records),
            stamp_of(contract, hand.policy),
            [works_promise(contract, due_on, hand.policy)],
            cause="contract_amended",
            start_missing_at=midnight(contract.signed_on),
        )
    return contract


async def fulfil(
    session: AsyncSession, contract_id: UUID, fulfilled_on: date, *, expected: int, hand: Hand
) -> ContractRow:
    """The works are done: kept if by the due date.

    Raises: ConcernNotWritableError, ContractNotFoundError, ContractStaleError, ContractEndedError, DayPassedError.
    """
    hand.writer.ensure_changes("contracts")
    row, contract = await _open(session, contract_id, expected, hand)
    ensure_come(fulfilled_on, hand.now, "/fulfilled_on")
    ensure_from(fulfilled_on, contract.signed_on, "/fulfilled_on", "完工日期不得早于签订日期")
    contract.state, contract.fulfilled_on = ContractState.FULFILLED.value, fulfilled_on
    details = history.pending(contract, "contract")
    contract.updated_at, contract.version = hand.now, contract.version + 1
    await changing.changed(session, row, hand.now, ["contracts"], details)
    await outbox.add(session, events.contract_fulfilled(row, contract, hand.now))
    await hand.book(session).stop(
        subject_of(row, contract, hand.records),
        METRIC,
        occurred_at=min(hand.now, midnight(fulfilled_on + timedelta(days=1))),
        window=timedelta(days=hand.records.contract_promise.recorded_within_days),
    )
    return contract


async def end(
    session: AsyncSession, contract_id: UUID, *, is_cancelled: bool, reason: str, expected: int, hand: Hand
) -> ContractRow:
    """The contract ends; works that were due are due no more.

    Raises: ConcernNotWritableError, ContractNotFoundError, ContractStaleError, ContractEndedError.
    """
    hand.writer.ensure_changes("contracts")
    row, contract = await _open(session, contract_id, expected, hand, is_ending=True)
    await _finish(session, row, contract, is_cancelled=is_cancelled, reason=reason, hand=hand)
    return contract


async def read(session: AsyncSession, contract_id: UUID, companies: Sequence[str]) -> ContractRow:
    """One contract.  Raises: ContractNotFoundError."""
    contract = await repository.contract(session, contract_id, companies)
    if contract is None:
        raise ContractNotFoundError("没有这份合同")
    return contract


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID | None,
    state: str | None,
    due_before: date | None,
    after: UUID | None,
    limit: int,
) -> list[ContractRow]:
    """Contracts in the order in which they were recorded."""
    return await repository.contracts(
        session,
        companies,
        customer_id=customer_id,
        state=state,
        due_before=due_before,
        after=after,
        limit=limit,
    )


async def works_due(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    customer_id: UUID,
    kinds: Sequence[str],
    contract_id: UUID | None = None,
) -> datetime | None:
    """The instant by which a contract's works are due, for orders whose `deadline_from` is `contract`.

    The contract that is named, else the earliest of the customer's signed ones of the kinds; None without a date.
    Raises: ContractNotFoundError.
    """
    if contract_id is not None:
        contract = await read(session, contract_id, companies)
        if contract.customer_id != customer_id:
            raise ContractNotFoundError("没有这份合同")
        day = contract.due_on
    else:
        day = await repository.next_due(session, customer_id, kinds)
    return None if day is None else midnight(day + timedelta(days=1))


async def ensure_readable(session: AsyncSession, principal: Principal, contract_id: UUID) -> None:
    """For the clocks of a contract.  Raises: ContractNotFoundError."""
    await read(session, contract_id, principal.companies)


async def _finish(
    session: AsyncSession, row: CustomerRow, contract: ContractRow, *, is_cancelled: bool, reason: str, hand: Hand
) -> None:
    contract.state = (ContractState.CANCELLED if is_cancelled else ContractState.ENDED).value
    contract.ended_on, contract.end_reason = hand.now.astimezone(LOCAL).date(), reason
    details = history.pending(contract, "contract")
    contract.updated_at, contract.version = hand.now, contract.version + 1
    await changing.changed(session, row, hand.now, ["contracts"], details)
    await outbox.add(session, events.contract_ended(row, contract, hand.now))
    await hand.book(session).cancel(subject_of(row, contract, hand.records), reason=f"contract_{contract.state}")


async def _open(
    session: AsyncSession, contract_id: UUID, expected: int, hand: Hand, *, is_ending: bool = False
) -> tuple[CustomerRow, ContractRow]:
    """The contract and its customer, both locked, the customer first."""
    found = await read(session, contract_id, hand.companies)
    row = await changing.locked(session, found.customer_id, hand.companies)
    contract = await repository.contract(session, contract_id, hand.companies, lock=True)
    if contract is None:
        raise ContractNotFoundError("没有这份合同")
    if contract.version != expected:
        raise ContractStaleError(
            f"当前版本为{contract.version}，请重新读取后再修改", params={"current_version": contract.version}
        )
    open_states = {ContractState.SIGNED, ContractState.FULFILLED} if is_ending else {ContractState.SIGNED}
    if contract.state not in open_states:
        raise ContractEndedError("合同已终结")
    return row, contract


async def _agree_capacity(
    session: AsyncSession,
    row: CustomerRow,
    contract: ContractRow,
    capacity: Decimal | None,
    *details: Change,
    hand: Hand,
) -> None:
    before = row.capacity_m3_day
    if capacity is not None:
        row.capacity_m3_day = capacity
        row.row_hash = None
    await changing.changed(session, row, hand.now, ["contracts"], details)
    await changing.tell_capacity(session, row, before, hand.now, contract_id=contract.id)


def _ensure_days(signed_on: date, due_on: date | None, valid_until: date | None, now: datetime) -> None:
    ensure_come(signed_on, now, "/signed_on")
    ensure_from(due_on, signed_on, "/due_on", "完工期限不得早于签订日期")
    ensure_from(valid_until, signed_on, "/valid_until", "有效期不得早于签订日期")


def _ensure_works(has_works: bool, due_on: date | None) -> None:
    if has_works == (due_on is not None):
        return
    text = "该类合同须约定完工期限" if has_works else "该类合同没有工程，不得填写完工期限"
    raise WorksNotDueError(text, errors=(FieldError("/due_on", WorksNotDueError.code, text),))
