"""Reading lines and sheets."""

from uuid import UUID

from services.customer.settlement.models import ChargeRow, DocumentRow, PaymentRow
from services.customer.settlement.repository import lines
from services.customer.settlement.service import sheet as sheets
from services.customer.settlement.service.sheet import Sheet
from services.customer.settlement.service.work import Desk, Subject


async def charge(desk: Desk, line_id: UUID, subject: Subject) -> ChargeRow:
    """One charge of the order.  Raises: LineNotFoundError."""
    return await lines.find(desk.session, ChargeRow, line_id, subject.id)


async def payment(desk: Desk, line_id: UUID, subject: Subject) -> PaymentRow:
    """One payment of the order or reading.  Raises: LineNotFoundError."""
    return await lines.find(desk.session, PaymentRow, line_id, subject.id)


async def document(desk: Desk, line_id: UUID, subject: Subject) -> DocumentRow:
    """One paper of the order or reading.  Raises: LineNotFoundError."""
    return await lines.find(desk.session, DocumentRow, line_id, subject.id)


async def sheet(desk: Desk, subject: Subject) -> Sheet:
    """The settlement sheet as it stands."""
    return await sheets.read(desk, subject)
