"""Bodies of the groups, masked on the way out; a birthday is never shown, only whether it is known."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from services.customer.groups.models import MemberChangeRow, UnitDayRow
from services.customer.groups.rules import KindSource, MemberAct, MemberState
from services.customer.groups.service.entering import MemberEntry
from services.customer.policy_groups import Duty
from services.customer.registry.models import CustomerRow, MemberRow, PhoneRow
from services.customer.registry.service.secrets import Vault
from shared.access.masking import MaskedName, MaskedPhone
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_/-]{0,39}$")]
PhoneText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40)]
UnitPlace = Annotated[int, Field(ge=1, le=99)]
BirthDate = Annotated[date, Field(ge=date(1900, 1, 31))]
"""From the first day that the lunar calendar is known of."""


class MemberCreate(ApiModel):
    """A person of a group: either what they are to the unit, from which the kind follows, or a kind as stated."""

    number: Number
    name: Name
    kind: Code | None = None
    """A code of the pack; left out where `duty` is given."""
    duty: Duty | None = None
    unit_place: UnitPlace | None = None
    """1 = number one of the unit, 2 = number two."""
    department: Code | None = None
    """A code of the pack, such as finance: led, or represented as its contact."""
    own_rank: Code | None = None
    """The VIP level that the person has in their own right."""
    title: ShortText | None = None
    born_on: BirthDate | None = None
    is_lunar_birthday: bool = False
    """Keeps the lunar birthday (农历): greeted on the lunar day of `born_on`, itself a date of the solar calendar."""
    joined_on: date | None = None
    phone: PhoneText | None = None

    def entry(self) -> MemberEntry:
        """What the use case takes."""
        said = self.model_dump(exclude={"duty"})
        return MemberEntry(**said, duty=self.duty.value if self.duty else None)


class MemberUpdate(ApiModel):
    """What is to change; fields that are left out stay, null empties all but the name."""

    name: Name | None = None
    duty: Duty | None = None
    unit_place: UnitPlace | None = None
    department: Code | None = None
    own_rank: Code | None = None
    title: ShortText | None = None
    born_on: BirthDate | None = None
    is_lunar_birthday: bool = False

    def changes(self) -> dict[str, Any]:
        """The columns that the body sets."""
        said = self.model_dump(exclude_unset=True)
        if said.get("name", "") is None:
            del said["name"]
        if said.get("duty") is not None:
            said["duty"] = said["duty"].value
        return said


class MemberLeave(ApiModel):
    """The member is no longer of the group."""

    left_on: date
    reason: LongText


class MemberRejoin(ApiModel):
    """The member is back."""

    joined_on: date


class MemberCorrect(ApiModel):
    """What the member is, against the rule."""

    kind: Code
    reason: LongText


class MemberReason(ApiModel):
    """Why."""

    reason: LongText


class OwnCustomer(ApiModel):
    """The member's own record: an existing customer, or a new one where none is named."""

    customer_id: UUID | None = None


class GroupMember(ApiModel):
    """A person of a group, masked."""

    id: UUID
    group_id: UUID
    number: str
    name: MaskedName
    kind: str
    """In force."""
    kind_source: KindSource
    derived_kind: str | None
    """What the rule says; stands beside a correction."""
    derived_by: str | None
    """The rule of the pack; empty where it is the default kind."""
    kind_reason: str | None
    kind_set_by: UUID | None
    kind_set_at: datetime | None
    circle: str | None
    rank: str | None
    """VIP level in force: the own one, raised for important core members."""
    own_rank: str | None
    is_served: bool
    """Served in their own right."""
    duty: Duty | None
    unit_place: int | None
    department: str | None
    title: str | None
    customer_id: UUID | None
    """The member's own customer record."""
    has_birthday: bool
    phone: MaskedPhone | None
    state: MemberState
    joined_on: date | None
    left_on: date | None
    version: int

    @classmethod
    def of(cls, row: MemberRow, phone: PhoneRow | None, vault: Vault) -> Self:
        """From the stored member."""
        own = {"name", "phone", "has_birthday"}
        said = {field: getattr(row, field) for field in cls.model_fields if field not in own}
        number = vault.read_phone(phone.id, phone.cipher) if phone is not None and phone.cipher else None
        return cls(**said, name=row.name or "", phone=number, has_birthday=row.born_on is not None)


class GroupMemberPage(Page[GroupMember]):
    """One page of members, by number."""


class MemberChange(ApiModel):
    """One thing that happened to a member."""

    id: UUID
    act: MemberAct
    at: datetime
    on_date: date | None
    actor_id: UUID | None
    from_kind: str | None
    to_kind: str | None
    from_rank: str | None
    to_rank: str | None
    reason: str | None

    @classmethod
    def of(cls, row: MemberChangeRow) -> Self:
        """From the stored change."""
        return cls.model_validate(row)


class MemberChangePage(Page[MemberChange]):
    """One page of a member's history, newest first."""


class DerivedMembers(ApiModel):
    """Members of whom a derivation changed something."""

    group_id: UUID
    changed: list[UUID]


class Membership(ApiModel):
    """A group of which the customer is a member, masked."""

    group_id: UUID
    group_name: MaskedName
    group_tier: str
    member_id: UUID
    number: str
    kind: str
    circle: str | None
    rank: str | None
    is_served: bool
    state: MemberState

    @classmethod
    def of(cls, row: MemberRow, group: CustomerRow) -> Self:
        """From the member and its group."""
        return cls(
            group_id=group.id,
            group_name=group.name or "",
            group_tier=group.tier,
            member_id=row.id,
            number=row.number,
            kind=row.kind,
            circle=row.circle,
            rank=row.rank,
            is_served=row.is_served,
            state=MemberState(row.state),
        )


class Memberships(ApiModel):
    """The groups of a customer."""

    items: list[Membership]


class GreatDayCreate(ApiModel):
    """A day that the unit celebrates every year."""

    name: ShortText
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]


class GreatDay(ApiModel):
    """A great day of a unit or group."""

    id: UUID
    customer_id: UUID
    name: str
    month: int
    day: int
    state: str
    """active or withdrawn."""
    created_by: UUID
    created_at: datetime
    version: int

    @classmethod
    def of(cls, row: UnitDayRow) -> Self:
        """From the stored day."""
        return cls.model_validate(row)


class GreatDays(ApiModel):
    """The great days of a unit."""

    items: list[GreatDay]
