"""What the assignment of service staff refuses, each with its own code."""

from typing import ClassVar, Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
    StaleError,
)


class NoCustomerError(NotFoundError):
    """No such customer, or not for this person."""

    code = "customer_not_found"
    title: ClassVar[str] = "客户不存在"


class AssignmentNotFoundError(NotFoundError):
    """No such assignment, or not for this person."""

    code = "service_assignment_not_found"
    title: ClassVar[str] = "服务指派不存在"


class AssignmentStaleError(StaleError):
    """Somebody changed the assignment meanwhile."""

    code = "service_assignment_stale"
    title: ClassVar[str] = "服务指派已被他人修改"


class AssignmentNotOpenError(IllegalTransitionError):
    """The assignment has been decided or ended already."""

    code = "service_assignment_not_open"
    title: ClassVar[str] = "服务指派的状态不允许此操作"


class SlotFilledError(ConflictError):
    """The place in the team is taken."""

    code = "service_slot_filled"
    title: ClassVar[str] = "该服务岗位已配满"


class AlreadyAssignedError(ConflictError):
    """The person serves the customer in this place already, or is proposed for it."""

    code = "already_assigned"
    title: ClassVar[str] = "该人员已在此岗位服务该客户"


class AgentOverloadedError(ConflictError):
    """The person serves as many customers as the pack allows."""

    code = "service_load_exceeded"
    title: ClassVar[str] = "服务人员负荷已满"


class AssignmentPostError(ForbiddenError):
    """The pack names other posts for this step."""

    code = "service_assignment_post"
    title: ClassVar[str] = "规章规定由其他岗位办理"


class AssignmentFourEyesError(ForbiddenError):
    """Nobody confirms their own proposal, or the one that names themselves."""

    code = "service_assignment_four_eyes"
    title: ClassVar[str] = "不得审核自己提出或涉及自己的指派"


class NotServableError(RuleViolatedError):
    """The rule that an assignment breaks; `at` names the field."""

    code = "service_assignment_invalid"
    title: ClassVar[str] = "服务指派不符合规章"

    @classmethod
    def at(cls, pointer: str, text: str) -> Self:
        """Name the offending field and the rule."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class SlotUnknownError(NotServableError):
    """The pack asks for no such place for a customer of this tier."""

    code = "service_slot_unknown"
    title: ClassVar[str] = "该级别客户没有此服务岗位"


class StaffUnfitError(NotServableError):
    """The person is not at work or holds another post."""

    code = "staff_not_in_post"
    title: ClassVar[str] = "该人员不在此岗位"


class StaffAmbiguousError(NotServableError):
    """Nobody was named, and not exactly one person holds the post."""

    code = "staff_not_unique"
    title: ClassVar[str] = "须指明服务人员"
