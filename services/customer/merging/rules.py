"""States of a merge and of a pair that may be one customer, and by what they are recognised: pure."""

from enum import StrEnum


class MergeState(StrEnum):
    """Where a merge stands."""

    MERGED = "merged"
    UNDONE = "undone"


class CandidateState(StrEnum):
    """What became of a pair."""

    OPEN = "open"
    MERGED = "merged"
    DISMISSED = "dismissed"


class Likeness(StrEnum):
    """By what two rows look like one customer."""

    IDENTITY = "identity"
    """The same identity number."""
    PHONE_AND_NAME = "phone_and_name"
    ADDRESS_AND_NAME = "address_and_name"
