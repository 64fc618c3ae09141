"""What every step needs: whoever acts under the pack in force, and the desk of the orders that steps open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.customer.contacts.service.work import Desk
from services.customer.orders.service.desk import OrderDesk, holders_of
from services.customer.policy_safety import Safety
from services.customer.safety.errors import ProofError, SafetyStaffError
from services.customer.safety.repository import visits

READ = "safety.read"
INSPECT = "safety.inspect"
HAZARD = "safety.hazard"
RESOLVE = "safety.resolve"
PLAN = "safety.plan"


@dataclass(frozen=True, slots=True)
class SafetyDesk:
    """The desk of the contacts with that of the orders."""

    base: Desk
    orders: OrderDesk

    @property
    def terms(self) -> Safety:
        """What the pack says of safety."""
        return self.base.chapter.safety

    @property
    def zone(self) -> ZoneInfo:
        """The company's civil time."""
        return ZoneInfo(self.base.policy.common.zone)

    @property
    def now(self) -> datetime:
        """When it is."""
        return self.base.now

    @property
    def company(self) -> str:
        """Whose matters these are."""
        return self.base.principal.company

    def civil(self, at: datetime) -> date:
        """The civil date of an instant."""
        return at.astimezone(self.zone).date()

    def ensure_staff(self, staff_ids: Sequence[UUID], pointer: str) -> None:
        """Everybody named works here.  Raises: SafetyStaffError."""
        for place, staff_id in enumerate(staff_ids):
            member = self.base.staff.get(staff_id)
            if member is None or not member.is_active or member.company != self.company:
                raise SafetyStaffError.at(f"{pointer}/{place}", "没有该员工，或已离职")

    def is_present(self, posts: Collection[str], present: Collection[UUID]) -> bool:
        """Whether of every post somebody who acts in it is there."""
        holders = holders_of(self.base.staff, self.company, self.now)
        return bool(posts) and all(not set(present).isdisjoint(holders(post)) for post in posts)

    async def ensure_files(self, file_ids: Sequence[UUID], pointer: str) -> None:
        """The person uploaded the files.  Raises: ProofError."""
        principal = self.base.principal
        if file_ids and not await visits.own_files(self.base.session, self.company, principal.actor, file_ids):
            raise ProofError.at(pointer, "文件不存在，或不是本人上传")
