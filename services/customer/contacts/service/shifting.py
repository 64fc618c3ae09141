"""Hand-over between shifts (交接班): the note of whoever goes off, taken over by whoever comes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.customer.contacts.errors import (
    ContactCustomerNotFoundError,
    ShiftHandOverEndedError,
    ShiftHandOverOthersError,
    ShiftHandOverReceiverError,
    ShiftHandOverSelfError,
    ShiftMatterUnknownError,
)
from services.customer.contacts.models import SHIFT_HAND_OVER_NUMBERS, ShiftHandOverRow
from services.customer.contacts.repository import looking, shifting
from services.customer.contacts.rules import ShiftHandOverState
from services.customer.contacts.service.work import Desk
from services.customer.registry.rules.days import civil
from shared.access.permissions import ScopeLevel
from shared.contracts import interactions as contracts
from shared.errors import StaleError
from shared.ids import human_number

SUBJECT = "shift_hand_over"
READ = "shift_hand_over.read"
NUMBER_KIND = "JB"
CUSTOMER = "customer"

Matter = dict[str, Any]
"""A reference to something open, as JSON."""


@dataclass(frozen=True, slots=True)
class ShiftEntry:
    """What the leaver writes."""

    note: str
    shift: str | None = None
    watch_outs: Sequence[str] = ()
    matters: Sequence[Matter] = ()
    to_staff_id: UUID | None = None
    """None: whoever of the leaver's posts comes on."""


async def hand_over(desk: Desk, row_id: UUID, entry: ShiftEntry) -> ShiftHandOverRow:
    """Leave a note for the coming shift.  Raises: ShiftHandOverReceiverError, ShiftMatterUnknownError."""
    principal = desk.principal
    _ensure_receiver(desk, entry.to_staff_id)
    for place, matter in enumerate(entry.matters):
        await _ensure_known(desk, matter, place)
    number = await looking.next_number(desk.session, SHIFT_HAND_OVER_NUMBERS)
    row = ShiftHandOverRow(
        id=row_id,
        company=principal.company,
        number=human_number(NUMBER_KIND, civil(desk.now), number),
        state=ShiftHandOverState.HANDED.value,
        shift=entry.shift,
        note=entry.note,
        watch_outs=list(entry.watch_outs),
        matters=list(entry.matters),
        open_work=[],
        missing_services=[],
        team=principal.team,
        department=principal.department,
        posts=list(principal.posts),
        handed_by=principal.staff_id,
        handed_at=desk.now,
        to_staff_id=entry.to_staff_id,
        version=1,
    )
    await shifting.add(desk.session, row)
    await _tell(desk, row, contracts.CustomerShiftHandedOver, "customer.shift_handed_over")
    return row


async def attach(
    desk: Desk, row_id: UUID, open_work: Sequence[Matter], missing: Sequence[str], *, expected: int
) -> ShiftHandOverRow:
    """Add what lies open with the leaver; what was gathered before is replaced, until somebody took over.

    Raises: ShiftHandOverNotFoundError, StaleError, ShiftHandOverEndedError, ShiftHandOverOthersError.
    """
    row = await _waiting(desk, row_id, expected)
    if row.handed_by != desk.principal.staff_id:
        raise ShiftHandOverOthersError("只有交班人可以补充未结事项。")
    row.open_work, row.missing_services, row.gathered_at = list(open_work), list(missing), desk.now
    row.version += 1
    await _tell(desk, row, contracts.CustomerShiftOpenWorkAttached, "customer.shift_open_work_attached")
    return row


async def take_over(desk: Desk, row_id: UUID, remark: str | None, *, expected: int) -> ShiftHandOverRow:
    """Whoever comes on takes the shift; the work itself stays with its owners until it is transferred.

    Raises: ShiftHandOverNotFoundError, StaleError, ShiftHandOverEndedError, ShiftHandOverSelfError,
    ShiftHandOverOthersError.
    """
    row = await _waiting(desk, row_id, expected)
    principal = desk.principal
    if principal.is_self(row.handed_by):
        raise ShiftHandOverSelfError("交班人不能自行接班。")
    is_meant = row.to_staff_id is None or principal.is_self(row.to_staff_id)
    if not is_meant and desk.scope.level < ScopeLevel.TEAM:
        raise ShiftHandOverOthersError("该交接班指定了接班人，只能由其本人或主管接班。")
    row.state = ShiftHandOverState.TAKEN_OVER.value
    row.taken_over_by, row.taken_over_at, row.remark = principal.staff_id, desk.now, remark
    row.version += 1
    taken = {"taken_over_by": principal.staff_id}
    await _tell(desk, row, contracts.CustomerShiftTakenOver, "customer.shift_taken_over", **taken)
    return row


async def read(desk: Desk, row_id: UUID) -> ShiftHandOverRow:
    """One in scope.  Raises: ShiftHandOverNotFoundError."""
    return await shifting.shift_hand_over(desk.session, row_id, desk.scope)


async def page(
    desk: Desk,
    *,
    state: str | None,
    handed_by: UUID | None,
    taken_over_by: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[ShiftHandOverRow]:
    """Those in scope, newest first; leaders find here what nobody took over."""
    return await shifting.shift_hand_overs(
        desk.session,
        desk.scope,
        state=state,
        handed_by=handed_by,
        taken_over_by=taken_over_by,
        before=before,
        limit=limit,
    )


async def _waiting(desk: Desk, row_id: UUID, expected: int) -> ShiftHandOverRow:
    row = await shifting.shift_hand_over(desk.session, row_id, desk.scope, locked=True)
    if row.version != expected:
        raise StaleError("交接班记录已被他人修改，请重新读取后再操作。", params={"current_version": row.version})
    if row.state != ShiftHandOverState.HANDED:
        raise ShiftHandOverEndedError("该班次已有人接班。")
    return row


def _ensure_receiver(desk: Desk, staff_id: UUID | None) -> None:
    if staff_id is None:
        return
    member = desk.staff.by_id.get(staff_id)
    if member is None or member.company != desk.principal.company or not member.is_active:
        raise ShiftHandOverReceiverError.at("接班人须为本公司在岗人员。")
    if desk.principal.is_self(staff_id):
        raise ShiftHandOverReceiverError.at("接班人不能是交班人自己。")


async def _ensure_known(desk: Desk, matter: Matter, place: int) -> None:
    # Cases, callbacks and notices are other services' rows; of its own the service names no customer that is not there.
    if matter["kind"] != CUSTOMER:
        return
    try:
        await desk.customer(UUID(matter["id"]))
    except ContactCustomerNotFoundError:
        raise ShiftMatterUnknownError.at(f"/matters/{place}/id") from None


async def _tell(
    desk: Desk, row: ShiftHandOverRow, kind: type[contracts.ShiftHandOverFact], action: str, **said: Any
) -> None:
    payload = kind(
        shift_hand_over_id=row.id,
        number=row.number,
        state=row.state,
        handed_by=row.handed_by,
        to_staff_id=row.to_staff_id,
        open_work=len(row.matters) + len(row.open_work),
        occurred_at=desk.now,
        routing=row.routing,
        **said,
    )
    await desk.tell(payload, (SUBJECT, row.id, row.version), action)
