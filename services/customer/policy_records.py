"""What a customer's records consist of and who writes which field: pack data of the chapter (domain.md 2.7)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import ClauseCode, Code, DepartmentCode, Entry, Named, Promised, Refers, TagCode

ConcernCode = Annotated[Code, Refers("concern")]

FIELDS = (
    *("number", "name", "kind", "party", "standing", "identity", "capacity_m3_day", "daily_volume_m3", "member_count"),
    *("tags", "facts", "district", "phones", "contact_persons", "premises", "meter"),
    *("meter_exchange", "equipment", "members", "vulnerable_persons", "contracts", "account"),
)
"""The kinds of data that the registry writes; a pack names the concern of each."""


class FieldRight(Entry):
    """The kind of data that a field belongs to: when it is entered, and when what stands there is changed."""

    name: str
    """Chinese."""
    entered: ConcernCode
    changed: ConcernCode | None = None
    """Null: the same as entered."""


class MeterFamily(StrEnum):
    """The three families of meters."""

    MECHANICAL = "mechanical"
    IC_CARD = "ic_card"
    SMART = "smart"


class MeterKindTerms(Named):
    """How the pack calls a kind of meter, and its family."""

    family: MeterFamily | None = None
    """Null: not known of this kind."""


class EquipmentKind(Named):
    """A kind of gas equipment and how long it may be used."""

    service_years: Annotated[int, Field(ge=1, le=100)] | None = None
    """Years from installation; null: no limit."""
    is_open_setting: bool = False


class ContractKind(Named):
    """A kind of contract."""

    has_works: bool = True
    """Works are due by a date: the date gives orders their deadline."""


class VulnerableKind(Named):
    """Why a person is vulnerable; the tag marks the customer meanwhile."""

    tag: TagCode


class ContractPromise(Promised):
    """Works of a contract are done by its due date; the date is the contract's own, so the limit has no budget."""

    department: DepartmentCode
    """Whose work list shows it."""
    recorded_within_days: Annotated[int, Field(ge=0, le=60)] = 3
    """How far back the fulfilment may be said to lie; an older one is judged at this edge (sla.md 10)."""


class OpeningNeed(StrEnum):
    """What must be on record before an account opens."""

    PREMISES = "premises"
    METER = "meter"
    PHONE = "phone"
    IDENTITY = "identity"


class ClosingNeed(StrEnum):
    """What must be settled before an account closes or passes to another holder."""

    LAST_READINGS = "last_readings"
    """Every meter in use has a last reading of that day or later than its installation."""
    NO_OPEN_CONTRACT = "no_open_contract"
    """No contract waits for its works."""


class AccountTerms(Entry):
    """Opening, transfer and closing of accounts (开户、过户、销户)."""

    opening_needs: tuple[OpeningNeed, ...] = ()
    transfer_needs: tuple[ClosingNeed, ...] = ()
    closing_needs: tuple[ClosingNeed, ...] = ()
    transfer_ends_tags: bool = True
    """Tags and vulnerable persons belonged to the former holder."""
    clause: ClauseCode
    is_open_setting: bool = False


class Records(Entry):
    """Kinds, names and rights of a customer's records."""

    fields: dict[Code, FieldRight]
    meter_kinds: dict[Code, MeterKindTerms]
    exchange_reasons: dict[Code, Named]
    equipment_kinds: dict[Code, EquipmentKind]
    hazards: dict[Code, Named]
    expired_hazard: Code
    """The hazard that equipment past its service life has by itself."""
    contract_kinds: dict[Code, ContractKind]
    contract_promise: ContractPromise
    relations: dict[Code, Named]
    """What a contact person is to the customer."""
    vulnerable_kinds: dict[Code, VulnerableKind]
    implied_tags: dict[TagCode, tuple[TagCode, ...]] = Field(default_factory=dict)
    """Whoever carries the tag carries these too: tier rules may ask for the wider one."""
    account: AccountTerms
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if missing := sorted(set(FIELDS) - self.fields.keys()):
            raise ValueError(f"records/fields 未说明的字段：{'、'.join(missing)}")
        if unknown := sorted(self.fields.keys() - set(FIELDS)):
            raise ValueError(f"records/fields 不存在的字段：{'、'.join(unknown)}")
        if self.expired_hazard not in self.hazards:
            raise ValueError("records/expired_hazard 未在 hazards 中定义")
        return self

    def effective(self, tags: set[str]) -> list[str]:
        """The tags with those that they imply, sorted."""
        return sorted(tags.union(*(self.implied_tags.get(tag, ()) for tag in tags)))
