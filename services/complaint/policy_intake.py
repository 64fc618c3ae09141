"""What comes in and how grave it is: kinds, channels, categories, grades and levels as pack data (domain.md 2.3, 5)."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from services.complaint.policy_handling import ChannelCode, GradeCode
from shared.policy.commitments import ClauseCode, Code, DepartmentCode, Entry, Named, Refers, TierCode

KindCode = Annotated[Code, Refers("kind")]
CategoryCode = Annotated[Code, Refers("category")]
CircumstanceCode = Annotated[Code, Refers("circumstance")]
LevelCode = Annotated[Code, Refers("level")]


class Answer(Named):
    """How a suggestion, an opinion, a praise is answered."""

    is_adopting: bool = False
    """What was said is taken up: it may be marked constructive, and the customer rewarded."""


class IntakeKind(Named):
    """A kind of intake."""

    is_graded: bool = False
    is_case: bool = True
    """False: it becomes a contact or an order of the customer service."""
    names_staff: bool = False
    """It is for members of staff, who are named with it."""
    answers: dict[Code, Answer] = Field(default_factory=dict)
    """How it may be answered; empty = settled without an answer by code."""


class Channel(Named):
    """A way by which cases come in."""

    needs_reference: bool = False
    """The sender's own number must be given; the answer goes back to it."""
    is_internal: bool = False
    """Received from inside the company."""
    clause: ClauseCode | None = None


class Category(Named):
    """What a complaint is about."""

    implies: tuple[CircumstanceCode, ...] = ()
    """Circumstances that the category brings with it; the grade rules read them."""
    department: DepartmentCode | None = None
    """Whose work it usually is."""


class Grade(Named):
    """A grade of gravity."""

    gravity: Annotated[int, Field(ge=1, le=9)]
    """1 is the gravest."""


class GradeRule(Entry):
    """Any of the circumstances, or so many customers, puts a complaint into the grade; the gravest that fits wins."""

    grade: GradeCode
    circumstances: tuple[CircumstanceCode, ...] = ()
    min_affected_customers: Annotated[int, Field(ge=2)] | None = None
    clause: ClauseCode
    is_open_setting: bool = False

    def fits(self, circumstances: Iterable[str], affected_customers: int) -> bool:
        """Whether the rule holds; N and more includes N."""
        if self.min_affected_customers is not None and affected_customers >= self.min_affected_customers:
            return True
        return not set(self.circumstances).isdisjoint(circumstances)


class HandlingLevelRule(Entry):
    """Which level handles a case (liaoning): by customer class and channel, not by gravity."""

    position: int
    tiers: tuple[TierCode, ...] = ()
    channels: tuple[ChannelCode, ...] = ()
    level: LevelCode
    clause: ClauseCode
