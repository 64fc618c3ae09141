"""Enumerations that only the bodies of the registry use."""

from enum import StrEnum


class ChangeableStanding(StrEnum):
    """The states that a person may set; merged comes from merging."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class PremisesState(StrEnum):
    """Whether gas is used at the address."""

    IN_USE = "in_use"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


class MeterState(StrEnum):
    """Whether the meter hangs."""

    IN_USE = "in_use"
    REMOVED = "removed"


class PhoneState(StrEnum):
    """Whether the telephone is still the customer's."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class MemberState(StrEnum):
    """Whether the person still belongs to the group."""

    ACTIVE = "active"
    LEFT = "left"


class MatchedBy(StrEnum):
    """What the customer was found by."""

    PHONE = "phone"
    NUMBER = "number"
    METER = "meter"
    NAME = "name"
    ADDRESS = "address"
    ID = "id"
    TIER = "tier"
    LIST = "list"


class RevealField(StrEnum):
    """Which personal field is shown."""

    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    IDENTITY = "identity"


class AccountState(StrEnum):
    """Whether an account is open."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"


class EquipmentState(StrEnum):
    """Whether the appliance is used."""

    IN_USE = "in_use"
    REMOVED = "removed"


class ChangeAct(StrEnum):
    """What was done to the record."""

    ENTERED = "entered"
    CHANGED = "changed"
    ENDED = "ended"
