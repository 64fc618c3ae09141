"""Events of other services: one function per event, calling the same use cases as HTTP."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from shared.access.staff import apply_staff_changed
from shared.contracts.incentive import StaffChanged
from shared.events.envelope import Event
from shared.events.inbox import Handler


def handlers(desk: InspectionDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """The handlers by event type, bound to this process's policy and clock: one group a feature."""
    del desk, now
    return {StaffChanged.TYPE: on_staff_changed}


async def on_staff_changed(session: AsyncSession, event: Event) -> None:
    """Keep the staff projection: rights, row scope, ladders and four eyes read it."""
    if isinstance(event.payload, StaffChanged):
        await apply_staff_changed(
            session, company=event.company, version=event.aggregate_version, payload=event.payload
        )
