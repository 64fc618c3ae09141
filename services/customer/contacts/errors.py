"""What the call record refuses."""

from typing import ClassVar

from shared.errors import NotFoundError, RuleViolatedError


class ContactNotFoundError(NotFoundError):
    """No such contact, or not for this person."""

    code = "contact_not_found"
    title: ClassVar[str] = "联系记录不存在"


class ContactTimesError(RuleViolatedError):
    """The times of the call contradict one another."""

    code = "contact_times"
    title: ClassVar[str] = "联系时间不合理"
