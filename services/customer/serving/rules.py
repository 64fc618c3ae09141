"""States of an assignment and the gaps in who serves whom: pure."""

from enum import StrEnum


class AssignmentState(StrEnum):
    """Where an assignment stands."""

    PROPOSED = "proposed"
    """Waits for the second pair of eyes."""
    ACTIVE = "active"
    ENDED = "ended"
    REFUSED = "refused"


STANDING = (AssignmentState.PROPOSED, AssignmentState.ACTIVE)
"""States that hold a place in the team."""


class GapKind(StrEnum):
    """What is wrong with a place in a team; the first that applies is told."""

    LEFT = "left"
    """Somebody assigned has left or no longer holds the post."""
    MISSING = "missing"
    """Fewer people than the tier asks for."""
    OVERLOADED = "overloaded"
    """Somebody assigned serves more customers than the pack allows."""
