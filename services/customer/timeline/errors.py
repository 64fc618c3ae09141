"""What the timeline refuses."""

from typing import ClassVar

from shared.errors import NotFoundError


class TimelineNotFoundError(NotFoundError):
    """No such customer, or not for this person."""

    code = "customer_timeline_not_found"
    title: ClassVar[str] = "客户不存在"
