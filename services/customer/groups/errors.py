"""What the groups refuse, each with its own code."""

from typing import ClassVar, Self

from shared.errors import (
    ConflictError,
    FieldError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
    StaleError,
)


class MemberNotFoundError(NotFoundError):
    """No such member of this group, or not for this person."""

    code = "group_member_not_found"
    title: ClassVar[str] = "集团成员不存在"


class NoGroupError(NotFoundError):
    """The customer is no group."""

    code = "group_not_found"
    title: ClassVar[str] = "集团客户不存在"


class MemberStaleError(StaleError):
    """Somebody changed the member meanwhile."""

    code = "group_member_stale"
    title: ClassVar[str] = "成员资料已被他人修改"


class MemberNumberTakenError(ConflictError):
    """The group has a member of this number."""

    code = "group_member_number_taken"
    title: ClassVar[str] = "成员编号已被使用"


class MemberStateError(IllegalTransitionError):
    """The member has left, or is still there."""

    code = "group_member_state"
    title: ClassVar[str] = "成员的状态不允许此操作"


class NotCorrectedError(IllegalTransitionError):
    """There is no correction to take back."""

    code = "group_member_not_corrected"
    title: ClassVar[str] = "成员类别未经更正"


class OwnCustomerTakenError(ConflictError):
    """The member has a customer record of their own."""

    code = "member_customer_exists"
    title: ClassVar[str] = "成员已有单独的客户档案"


class OwnCustomerMissingError(IllegalTransitionError):
    """The member has no customer record of their own."""

    code = "member_customer_missing"
    title: ClassVar[str] = "成员没有单独的客户档案"


class GreatDayNotFoundError(NotFoundError):
    """No such day of this customer."""

    code = "great_day_not_found"
    title: ClassVar[str] = "重要日子不存在"


class GreatDayTakenError(ConflictError):
    """The unit keeps this day already."""

    code = "great_day_exists"
    title: ClassVar[str] = "重要日子已登记"


class MemberTermsError(RuleViolatedError):
    """A value that the pack does not know or that breaks one of its rules; `at` names the field."""

    code = "group_member_invalid"
    title: ClassVar[str] = "成员资料不符合规章"

    @classmethod
    def at(cls, pointer: str, text: str) -> Self:
        """Name the offending field and the rule."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class MemberKindDerivedError(MemberTermsError):
    """The kind follows from position and department; a person corrects it with a reason."""

    code = "member_kind_derived"
    title: ClassVar[str] = "成员类别由规则推定"


class MemberNotServedError(MemberTermsError):
    """Only important members are served in their own right."""

    code = "member_not_served"
    title: ClassVar[str] = "仅重要成员单独服务"


class OwnCustomerUnfitError(MemberTermsError):
    """The record is not an active individual of the same company."""

    code = "member_customer_unfit"
    title: ClassVar[str] = "该客户不能作为成员的档案"
