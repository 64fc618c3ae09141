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
