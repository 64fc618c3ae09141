"""When the person who holds a callback may call, and the grant for the number: for this call only (design.md 6)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.callback.calls.errors import NotDueError, QuietHoursError, WindowExpiredError
from services.callback.calls.models import CallbackRow
from services.callback.calls.rules.windows import CallingHours
from services.callback.calls.service.desk import Call
from services.callback.calls.service.hours import hours_of
from services.callback.customers import service as customers
from services.callback.policy_in_force import Governing

PHONE_FIELD = "phone"


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the customer: a grant that the customer service redeems, once, within a minute."""

    grant: str
    customer_id: UUID
    field: str


def check_quiet(governing: Governing, at: datetime, hours: CallingHours | None = None) -> None:
    """Whether customers are called at an instant; `hours` of the business, else the company's.

    Raises: QuietHoursError.
    """
    hours = hours or hours_of(governing)
    if not hours.allow(at):
        quiet = hours.quiet
        raise QuietHoursError(f"{quiet.from_hour} 至次日 {quiet.until_hour} 及非回访日不得致电客户。")


def check_time(row: CallbackRow, governing: Governing, at: datetime) -> None:
    """Whether one may call at an instant.  Raises: WindowExpiredError, NotDueError, QuietHoursError."""
    if at > row.latest_at:
        raise WindowExpiredError("该回访的窗口已过。")
    if at < row.ready_at:
        raise NotDueError("该回访未到时间。")
    check_quiet(governing, at, hours_of(governing, row.business, row.tier))


async def contact(call: Call, purpose: str) -> Contact:
    """Give the holder a grant for the customer's telephone, audited.

    Raises: as `Call.held`, WindowExpiredError, NotDueError, QuietHoursError.
    """
    row = await call.held()
    check_time(row, call.desk.governances.in_force(row.company, call.now), call.now)
    customer_id = await customers.resolve(call.session, row.customer_id, row.company)
    row.contacted_at, row.contact_count = call.now, row.contact_count + 1
    await call.audit(row, "contact", field=PHONE_FIELD)
    grant = call.desk.signer.issue(
        company=row.company,
        customer_id=customer_id,
        staff_id=call.principal.staff_id,
        field=PHONE_FIELD,
        purpose=f"{purpose}:{row.id}",
    )
    return Contact(grant, customer_id, PHONE_FIELD)
