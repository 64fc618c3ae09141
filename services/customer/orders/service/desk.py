"""What every door of the orders needs of the running service, gathered in one place; made once at start."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.customer.orders.rules.posts import HoldersOf
from services.customer.orders.service.governing import OrderGovernances
from shared.access.grants import GrantSigner
from shared.access.staff import StaffDirectory
from shared.access.staff_book import StaffBook
from shared.policy.book import PolicyBook
from shared.sla.calendars import Calendars


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """Policy, calendars, people and keys of this process; consumers and jobs use it as HTTP does."""

    governances: OrderGovernances
    staff: StaffDirectory
    signer: GrantSigner | None = None

    @classmethod
    def of(
        cls, policy: PolicyBook, calendars: Calendars, staff: StaffDirectory, signer: GrantSigner | None = None
    ) -> "OrderDesk":
        """The desk of a process."""
        return cls(OrderGovernances(policy, calendars), staff, signer)


def holders_of(book: StaffBook, company: str, at: datetime) -> HoldersOf:
    """Who acts in a post on the day: its holders, and those who stand in for one who is away."""

    def holders(post: str) -> set[UUID]:
        return {*book.by_post.get((company, post), ()), *book.holders(company, post, at.date())}

    return holders
