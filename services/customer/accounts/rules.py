"""What must be there or settled, and whether a contract was kept: pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from services.customer.accounts.errors import AccountUnsettledError, OpeningIncompleteError, ReadingForeignError
from services.customer.policy_records import ClosingNeed, OpeningNeed
from shared.errors import FieldError


class ContractState(StrEnum):
    """Where a contract stands."""

    SIGNED = "signed"
    FULFILLED = "fulfilled"
    ENDED = "ended"
    CANCELLED = "cancelled"


class AccountChangeKind(StrEnum):
    """What was done to an account."""

    OPENED = "opened"
    TRANSFERRED = "transferred"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LastReading:
    """What a meter shows at the end; m³."""

    meter_id: UUID
    reading: Decimal


@dataclass(frozen=True, slots=True)
class HangingMeter:
    """A meter in use and the highest reading known of it."""

    id: UUID
    known: Decimal | None


_NEEDED = {
    OpeningNeed.PREMISES: "未登记用气地址",
    OpeningNeed.METER: "未登记在用的燃气表",
    OpeningNeed.PHONE: "未登记联系电话",
    OpeningNeed.IDENTITY: "未登记证件号码",
}


def ensure_complete(needs: Iterable[OpeningNeed], has: Collection[OpeningNeed]) -> None:
    """Everything that an opening needs is on record.  Raises: OpeningIncompleteError, naming each."""
    missing = [need for need in needs if need not in has]
    if missing:
        errors = tuple(FieldError(f"/{need.value}", OpeningIncompleteError.code, _NEEDED[need]) for need in missing)
        raise OpeningIncompleteError("；".join(one.message for one in errors), errors=errors)


def ensure_readings(meters: Collection[HangingMeter], readings: Collection[LastReading]) -> None:
    """Each reading is of a meter in use and not below what it has shown.  Raises: ReadingForeignError."""
    known = {meter.id: meter.known for meter in meters}
    for place, one in enumerate(readings):
        if one.meter_id not in known:
            _refuse_reading(f"/readings/{place}/meter_id", "不是该客户在用的表")
        lowest = known[one.meter_id]
        if lowest is not None and one.reading < lowest:
            _refuse_reading(f"/readings/{place}/reading", "末次读数低于此前读数")


def ensure_settled(needs: Iterable[ClosingNeed], *, unread: Collection[UUID], open_contracts: Collection[str]) -> None:
    """Nothing is open that the needs forbid.  Raises: AccountUnsettledError, naming each."""
    errors = []
    for need in needs:
        match need:
            case ClosingNeed.LAST_READINGS:
                errors += [
                    FieldError("/readings", "last_reading_missing", f"在用的表缺少末次读数（{meter_id}）")
                    for meter_id in sorted(unread)
                ]
            case ClosingNeed.NO_OPEN_CONTRACT:
                errors += [
                    FieldError("/contracts", "contract_open", f"合同{number}的工程尚未完成")
                    for number in sorted(open_contracts)
                ]
    if errors:
        raise AccountUnsettledError("；".join(one.message for one in errors), errors=tuple(errors))


def is_kept(due_on: date | None, fulfilled_on: date) -> bool | None:
    """Whether the works were done by their day; None where no day was agreed."""
    return None if due_on is None else fulfilled_on <= due_on


def _refuse_reading(pointer: str, text: str) -> None:
    raise ReadingForeignError(text, errors=(FieldError(pointer, ReadingForeignError.code, text),))
