"""Events of other services: one function per event; the staff directory is written here, so it needs no event."""

from collections.abc import Callable, Mapping
from datetime import datetime

from services.incentive.desk import IncentiveDesk
from shared.events.inbox import Handler


def handlers(desk: IncentiveDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """The handlers by event type, bound to this process's policy and clock: one group a feature."""
    del desk, now
    return {}
