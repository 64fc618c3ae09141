"""Bodies of the queue."""

from shared.contracts.work import WorkEntry
from shared.http.base_model import ApiModel
from shared.http.problems import Problem


class QueueEntry(WorkEntry):
    """One thing the caller must do, with whose it is."""

    service: str
    customer_number: str | None = None
    customer_name: str | None = None
    """Masked; null where there is no customer or the name cannot be had now."""


class UnavailableService(ApiModel):
    """A service whose entries are missing."""

    service: str
    problem: Problem


class Queue(ApiModel):
    """What the caller must do, by deadline, tier and age, over all services."""

    items: list[QueueEntry]
    next_cursor: str | None
    unavailable: list[UnavailableService]
    """Services that gave nothing now; what they hold follows on a later page, once they answer."""
