"""Facts that customer owns of people around a customer: members of groups, their days, who serves whom, unmerged rows.

Birthdays are personal data.  The callback service must greet members of the important circles in time and in person
(domain.md 5), and nothing else is done with the date; so an occasion is published only for members who are served in
their own right, as month and day without the year, with ids and no name, and is ended the moment the member leaves,
is no longer served, or the date is taken back.  Who greets fetches name and number with a grant when the day has come.
"""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class CustomerMemberChanged(EventPayload):
    """A member of a group joined, left, or is of another kind or level; the payload is the state after it."""

    TYPE: ClassVar[str] = "customer.member_changed"

    member_id: UUID
    group_id: UUID
    act: str
    """joined, left, rejoined, changed, derived, corrected, restored, linked or unlinked."""
    state: str
    """active or left."""
    kind: str
    """A code of the pack's `members`."""
    circle: str | None = None
    """core or ordinary for important members."""
    rank: str | None = None
    """The VIP level in force, a code of the pack."""
    is_served: bool
    """Served in their own right."""
    member_customer_id: UUID | None = None
    """The member's own customer record."""


class CustomerOccasion(EventPayload):
    """A day that returns every year on which somebody is greeted."""

    occasion_id: UUID
    customer_id: UUID
    """The group or unit."""
    member_id: UUID | None = None
    """Whose birthday it is; empty on a great day of the unit."""
    member_customer_id: UUID | None = None
    occasion: Annotated[str, Field(examples=["great_day"])]
    """birthday or great_day."""
    circle: str | None = None


class CustomerOccasionSet(CustomerOccasion):
    """The day is to be kept from now on; replaces what was said of the same occasion before."""

    TYPE: ClassVar[str] = "customer.occasion_set"

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    """29 February falls on the 28th in other years."""
    is_lunar: bool = False
    """Month and day are those of the lunar year (农历)."""


class CustomerOccasionEnded(CustomerOccasion):
    """The day is no longer kept."""

    TYPE: ClassVar[str] = "customer.occasion_ended"


class CustomerServedByChanged(EventPayload):
    """Somebody began or ceased to serve a customer."""

    TYPE: ClassVar[str] = "customer.served_by_changed"

    assignment_id: UUID
    customer_id: UUID
    slot: str
    """The place in the customer's team, a code of the pack."""
    post: str
    staff_id: UUID
    state: str
    """proposed, active, ended or refused."""
    is_account_manager: bool = False
    replaces_id: UUID | None = None
    """The assignment that this one takes the place of."""
    occurred_at: datetime


class CustomerUnmerged(EventPayload):
    """A merge was undone: the row that had ended is a customer of its own again; consumers drop the alias."""

    TYPE: ClassVar[str] = "customer.unmerged"

    customer_id: UUID
    """The row that is back."""
    from_customer_id: UUID
    """The row that it had been merged into."""
    unmerged_at: datetime


EVENTS: tuple[type[EventPayload], ...] = (
    CustomerMemberChanged,
    CustomerOccasionSet,
    CustomerOccasionEnded,
    CustomerServedByChanged,
    CustomerUnmerged,
)
"""Everything in this file that crosses the bus."""
