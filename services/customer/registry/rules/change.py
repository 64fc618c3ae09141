"""One change of a customer's records as the history keeps it: never the value of a personal field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

LONGEST = 500
"""Characters of a value that the history keeps."""

PERSONAL: Mapping[str, frozenset[str]] = {
    "customer": frozenset(("name", "identity_cipher", "identity_index", "identity")),
    "premises": frozenset(("address", "street", "community", "building", "unit", "room")),
    "phone": frozenset(("phone", "cipher")),
    "contact_person": frozenset(("name", "phone", "title")),
    "vulnerable_person": frozenset(("name", "note")),
    "member": frozenset(("name", "phone", "title", "born_on", "is_lunar_birthday")),
    "account": frozenset(("holder",)),
}
"""Fields by subject whose values the history never holds."""

UNTOLD = frozenset(
    (
        *("name_key", "name_bigrams", "address_key", "address_bigrams", "row_hash", "identity_index", "customer_class"),
        *("version", "updated_at", "updated_by", "equipment"),
    )
)
"""Columns that follow from others."""


class Act(StrEnum):
    """What was done to the record."""

    ENTERED = "entered"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Change:
    """One field, or one row entered or ended."""

    subject: str
    act: Act
    subject_id: UUID | None = None
    field: str | None = None
    old: Any = None
    new: Any = None

    @property
    def is_personal(self) -> bool:
        """Whether its values are personal data."""
        return self.field in PERSONAL.get(self.subject, frozenset())

    @property
    def values(self) -> tuple[str | None, str | None]:
        """Old and new value as text; nothing of a personal one."""
        return (None, None) if self.is_personal else (text_of(self.old), text_of(self.new))


def text_of(value: Any) -> str | None:
    """A value as the history shows it."""
    match value:
        case None:
            return None
        case str():
            return value[:LONGEST]
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.normalize():f}"
        case date() | datetime():
            return value.isoformat()
        case int() | UUID():
            return str(value)
        case _:
            return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS).decode()[:LONGEST]
