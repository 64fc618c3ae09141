"""Accounts: opened (开户), passed to another holder (过户), closed (销户); every step keeps its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.accounts import events, repository
from services.customer.accounts.errors import AccountChangeNotFoundError, AccountNotOpenError, AccountOpenError
from services.customer.accounts.models import AccountChangeRow
from services.customer.accounts.rules import (
    AccountChangeKind,
    ContractState,
    HangingMeter,
    LastReading,
    ensure_complete,
    ensure_readings,
    ensure_settled,
)
from services.customer.accounts.service.clocks import Hand
from services.customer.policy_records import ClosingNeed, OpeningNeed
from services.customer.registry import events as registry_events
from services.customer.registry.models import CustomerRow, MeterRow
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.days import civil, ensure_come
from services.customer.registry.rules.identity import identity_kind
from services.customer.registry.rules.text import bigrams, fold, tidy
from services.customer.registry.rules.vocabulary import IdentityKind, Standing
from services.customer.registry.service import changing, marking, placing, tagging
from services.customer.registry.service.lookup import e164_of
from services.customer.registry.service.secrets import Vault
from shared.events import outbox
from shared.observability import context


@dataclass(frozen=True, slots=True)
class StepEntry:
    """What every step of an account says."""

    effective_on: date
    reason: str | None = None
    readings: Sequence[LastReading] = ()
    order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom the account passes to."""

    name: str
    identity: str | None = None
    phones: Sequence[str] = ()


async def open_account(
    session: AsyncSession, customer_id: UUID, step: StepEntry, *, change_id: UUID, expected: int, hand: Hand
) -> AccountChangeRow:
    """Open the account, also one that was closed before.

    Raises: ConcernNotWritableError, CustomerNotFoundError, CustomerStaleError, AccountOpenError,
    OpeningIncompleteError, DayPassedError.
    """
    row = await _begun(session, customer_id, step, expected, hand)
    if row.account_state == "open":
        raise AccountOpenError("账户已开立")
    ensure_complete(hand.records.account.opening_needs, await _has(session, row))
    await repository.premises_turn(session, row.id, is_stopped=False)
    row.account_state, row.standing = "open", Standing.ACTIVE.value
    row.account_opened_on, row.account_closed_on = step.effective_on, None
    return await _done(session, row, AccountChangeKind.OPENED, step, change_id, hand)


async def transfer(
    session: AsyncSession,
    customer_id: UUID,
    step: StepEntry,
    holder: Holder,
    *,
    change_id: UUID,
    vault: Vault,
    expected: int,
    hand: Hand,
) -> AccountChangeRow:
    """Pass the account to another holder; the former one stays in the history.

    Raises: ConcernNotWritableError, CustomerNotFoundError, CustomerStaleError, AccountNotOpenError,
    AccountUnsettledError, ReadingForeignError, PhoneFormError, DayPassedError.
    """
    row = await _begun(session, customer_id, step, expected, hand)
    phones = list(dict.fromkeys(e164_of(phone) for phone in holder.phones))
    await _settled(session, row, step, hand.records.account.transfer_needs)
    change = _change(row, AccountChangeKind.TRANSFERRED, step, change_id, hand.now)
    change.former_name, change.former_identity_kind = row.name, row.identity_kind
    change.former_identity_index = row.identity_index
    if row.identity_cipher:
        change.former_identity_cipher = vault.former_identity(
            change_id, vault.read_identity(row.id, row.identity_cipher)
        )
    left = await _leave(session, row, hand) if hand.records.account.transfer_ends_tags else []
    await repository.withdraw_persons(session, row.id)
    for place, phone in enumerate(phones):
        await _reach(session, row, phone, vault, hand.now, is_primary=place == 0)
    _hold(row, holder, vault)
    return await _done(session, row, AccountChangeKind.TRANSFERRED, step, change_id, hand, change, left)


async def close(
    session: AsyncSession, customer_id: UUID, step: StepEntry, *, change_id: UUID, expected: int, hand: Hand
) -> AccountChangeRow:
    """Close the account: meters have their last reading, gas stops at the addresses.

    Raises: ConcernNotWritableError, CustomerNotFoundError, CustomerStaleError, AccountNotOpenError,
    AccountUnsettledError, ReadingForeignError, DayPassedError.
    """
    row = await _begun(session, customer_id, step, expected, hand)
    meters = await _settled(session, row, step, hand.records.account.closing_needs)
    for meter in meters:
        meter.state, meter.removed_on, meter.removed_reason = "removed", step.effective_on, "account_closed"
    await repository.premises_turn(session, row.id, is_stopped=True)
    row.account_state, row.standing = "closed", Standing.CLOSED.value
    row.account_closed_on = step.effective_on
    ended = [Change("meter", Act.ENDED, meter.id, "last_reading", None, meter.last_reading) for meter in meters]
    return await _done(session, row, AccountChangeKind.CLOSED, step, change_id, hand, details=ended)


async def page(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> list[AccountChangeRow]:
    """Openings, transfers and closings, newest first.  Raises: CustomerNotFoundError."""
    await changing.ensure_known(session, customer_id, companies)
    return await repository.changes(session, customer_id, companies)


async def read(session: AsyncSession, change_id: UUID, companies: Sequence[str]) -> AccountChangeRow:
    """One step.  Raises: AccountChangeNotFoundError."""
    change = await repository.change(session, change_id, companies)
    if change is None:
        raise AccountChangeNotFoundError("没有这次办理")
    return change


async def _begun(session: AsyncSession, customer_id: UUID, step: StepEntry, expected: int, hand: Hand) -> CustomerRow:
    hand.writer.ensure_enters("account")
    row = await changing.locked(session, customer_id, hand.companies, expected=expected)
    ensure_come(step.effective_on, hand.now, "/effective_on")
    return row


async def _has(session: AsyncSession, row: CustomerRow) -> set[OpeningNeed]:
    has = {OpeningNeed.IDENTITY} if row.identity_cipher else set()
    if await repository.has_premises(session, row.id):
        has.add(OpeningNeed.PREMISES)
    if await repository.meters_in_use(session, row.id):
        has.add(OpeningNeed.METER)
    if await repository.has_phone(session, row.id):
        has.add(OpeningNeed.PHONE)
    return has


async def _settled(
    session: AsyncSession, row: CustomerRow, step: StepEntry, needs: Sequence[ClosingNeed]
) -> list[MeterRow]:
    """Take the last readings; answers the meters in use, each with its own."""
    if row.account_state != "open":
        raise AccountNotOpenError("账户未开立或已销户")
    meters = await repository.meters_in_use(session, row.id)
    hanging = [
        HangingMeter(one.id, one.last_reading if one.last_reading is not None else one.initial_reading)
        for one in meters
    ]
    ensure_readings(hanging, step.readings)
    contracts = await repository.contracts(session, [row.company], customer_id=row.id, state=ContractState.SIGNED.value)
    waiting = [one.number for one in contracts if one.due_on is not None]
    said = {one.meter_id: one.reading for one in step.readings}
    unread = [one.id for one in meters if one.id not in said and one.last_read_on != step.effective_on]
    ensure_settled(needs, unread=unread, open_contracts=waiting)
    for meter in meters:
        if meter.id in said:
            meter.last_reading, meter.last_read_on = said[meter.id], step.effective_on
            meter.version += 1
    return meters


async def _leave(session: AsyncSession, row: CustomerRow, hand: Hand) -> list[Change]:
    """The former holder takes tags and household along."""
    changes = []
    for tag in await marking.standing_tags(session, row.id):
        tagging.end(tag, "removed", "account_transferred", hand.now)
        changes.append(Change("tag", Act.ENDED, tag.id, "tag", tag.tag, None))
    for person in await repository.vulnerable_persons(session, row.id):
        tagging.end(person, "ended", "account_transferred", hand.now)
        changes.append(Change("vulnerable_person", Act.ENDED, person.id, "kind", person.kind, None))
    await tagging.refresh(session, row, hand.records)
    return changes


async def _reach(
    session: AsyncSession, row: CustomerRow, e164: str, vault: Vault, now: datetime, *, is_primary: bool
) -> None:
    """A telephone of the new holder; one that the address had before comes back."""
    known = await repository.phone_by_index(session, row.id, vault.index.phone(row.company, e164))
    if known is None:
        await placing.store_phone(session, row, e164, vault, now, label="登记", member_id=None, is_primary=is_primary)
    elif known.member_id is None:
        await session.refresh(known)
        known.state, known.is_primary = "active", is_primary
        known.version += 1
        await session.flush()


def _hold(row: CustomerRow, holder: Holder, vault: Vault) -> None:
    row.name = tidy(holder.name)
    row.name_key = fold(row.name)
    row.name_bigrams = bigrams(row.name_key)
    row.identity_kind = row.identity_cipher = row.identity_index = None
    if holder.identity:
        number = tidy(holder.identity).upper()
        row.identity_kind = identity_kind(number) or IdentityKind.OTHER
        row.identity_cipher, row.identity_index = vault.identity(row.id, row.company, number)


def _change(
    row: CustomerRow, kind: AccountChangeKind, step: StepEntry, change_id: UUID, now: datetime
) -> AccountChangeRow:
    return AccountChangeRow(
        id=change_id,
        company=row.company,
        customer_id=row.id,
        kind=kind.value,
        effective_on=step.effective_on,
        reason=step.reason,
        readings=[{"meter_id": str(one.meter_id), "reading": float(one.reading)} for one in step.readings],
        order_id=step.order_id,
        recorded_by=context.current().actor,
        recorded_at=now,
        version=row.version + 1,
    )


async def _done(
    session: AsyncSession,
    row: CustomerRow,
    kind: AccountChangeKind,
    step: StepEntry,
    change_id: UUID,
    hand: Hand,
    change: AccountChangeRow | None = None,
    details: Sequence[Change] = (),
) -> AccountChangeRow:
    stored = change or _change(row, kind, step, change_id, hand.now)
    row.row_hash = None
    act = Act.ENDED if kind is AccountChangeKind.CLOSED else Act.ENTERED
    noted = [*details, Change("account", act, stored.id, "kind", None, kind.value)]
    await changing.changed(session, row, hand.now, ["account"], noted)
    await repository.add_change(session, stored)
    await outbox.add(session, events.account_changed(row, stored, hand.now))
    for one in details:
        if one.subject == "vulnerable_person" and one.subject_id is not None:
            ended_on = civil(hand.now)
            await outbox.add(
                session, registry_events.vulnerable_person_left(row, one.subject_id, one.old, ended_on, hand.now)
            )
    return stored
