"""What the customer service's order says of the authorisation behind it: which order it is, and that it was filed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service.governing import Governances
from services.complaint.delegation.models import AuthorisationRow
from services.complaint.delegation.repository import authorisations as repository
from services.complaint.delegation.rules.states import AuthorisationState
from services.complaint.delegation.rules.steps import Stage
from services.complaint.delegation.service import deciding
from services.complaint.delegation.service.call import AuthorityCall
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff import StaffDirectory
from shared.access.staff_book import StaffBook
from shared.contracts.orders import OrderOpened

_FILED = "filed_afterwards"
_ORIGINS = frozenset({"authority", _FILED})


@dataclass(frozen=True, slots=True)
class Filings:
    """What it takes to hear of orders in a worker."""

    governances: Governances
    staff: StaffDirectory

    async def hear(
        self, session: AsyncSession, company: str, said: OrderOpened, *, filed_by: UUID | None, now: datetime
    ) -> None:
        """Name the order on its authorisation; whoever filed it and may take the step of filing has taken it."""
        if said.origin not in _ORIGINS or said.origin_id is None:
            return
        row = await repository.find(session, company, said.origin_id)
        if row is None or row.order_id is not None:
            return
        book = await self.staff.current()
        if said.origin == _FILED and filed_by is not None and await _may_sign(session, row, filed_by, book):
            call = AuthorityCall(
                session,
                _filer(book, company, filed_by),
                RowScope.everything(company),
                self.governances,
                book,
                row.version,
                now,
            )
            await deciding.sign(call, row.id, step=None, note=said.number, order_id=said.order_id)
        row.order_id = said.order_id


async def _may_sign(session: AsyncSession, row: AuthorisationRow, staff_id: UUID, book: StaffBook) -> bool:
    """The step of filing is the only open one of a post that the person holds; nobody signs the own request."""
    member = book.get(staff_id)
    if member is None or row.state != AuthorisationState.EXECUTED or staff_id == row.requested_by:
        return False
    mine = [
        step
        for step in await repository.steps(session, [row.id])
        if step.state == "pending" and step.stage == Stage.FOLLOW and set(step.posts) & set(member.posts)
    ]
    return len(mine) == 1 and mine[0].files_order


def _filer(book: StaffBook, company: str, staff_id: UUID) -> Principal:
    member = book.get(staff_id)
    return Principal(
        staff_id=staff_id,
        company=company,
        companies=(company,),
        login="",
        posts=member.posts if member else (),
        roles=frozenset(),
        department=member.department if member else None,
        team=member.team if member else None,
    )
