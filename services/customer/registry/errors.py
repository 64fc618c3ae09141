"""What the registry refuses, each with its own code."""

from typing import ClassVar

from shared.errors import ConflictError, ForbiddenError, NotFoundError, RuleViolatedError, StaleError


class CustomerNotFoundError(NotFoundError):
    """No such customer, or not for this person."""

    code = "customer_not_found"
    title: ClassVar[str] = "客户不存在"


class CustomerStaleError(StaleError):
    """Somebody changed the customer meanwhile."""

    code = "customer_stale"
    title: ClassVar[str] = "客户资料已被他人修改"


class NumberTakenError(ConflictError):
    """The customer or meter number belongs to another row of the company."""

    code = "number_taken"
    title: ClassVar[str] = "编号已被使用"


class PhoneTakenError(ConflictError):
    """The customer has this telephone already."""

    code = "phone_exists"
    title: ClassVar[str] = "该客户已登记此电话"


class FragmentTooShortError(RuleViolatedError):
    """A name or address fragment below two characters."""

    code = "fragment_too_short"
    title: ClassVar[str] = "查询文字太短"


class PhoneFormError(RuleViolatedError):
    """Not a telephone number."""

    code = "phone_invalid"
    title: ClassVar[str] = "电话号码格式不符"


class UnknownTagError(RuleViolatedError):
    """The pack's common chapter has no such tag."""

    code = "unknown_policy_code"
    title: ClassVar[str] = "规章未定义的代码"


class RevealReasonError(RuleViolatedError):
    """The reason is not in the company's list."""

    code = "reveal_reason_unknown"
    title: ClassVar[str] = "查看理由不在目录中"


class RevealQuotaError(ForbiddenError):
    """The day's quota of reveals is used up."""

    code = "reveal_quota_exceeded"
    title: ClassVar[str] = "当日查看次数已用完"


class RevealWithoutGrantError(ForbiddenError):
    """This role sees personal data only with a grant of the service that owns the need."""

    code = "reveal_grant_required"
    title: ClassVar[str] = "需要业务授权才能查看"


class GrantUsedError(ForbiddenError):
    """A grant opens one field once."""

    code = "grant_used"
    title: ClassVar[str] = "授权已使用"


class FieldEmptyError(NotFoundError):
    """The customer has no such datum, or it was erased."""

    code = "field_empty"
    title: ClassVar[str] = "没有登记该项资料"


class ImportNotFoundError(NotFoundError):
    """No such import, or not for this person."""

    code = "import_not_found"
    title: ClassVar[str] = "导入任务不存在"


class ImportUnreadableError(RuleViolatedError):
    """The file as a whole cannot be read."""

    code = "import_unreadable"
    title: ClassVar[str] = "导入文件无法读取"


class PremisesNotFoundError(NotFoundError):
    """The premises belong to nobody or to another customer."""

    code = "premises_not_found"
    title: ClassVar[str] = "用气地址不存在"


class ConcernNotWritableError(ForbiddenError):
    """The field belongs to a kind of data that none of the caller's posts writes (domain.md 2.7)."""

    code = "concern_not_writable"
    title: ClassVar[str] = "无权录入该类资料"


class UnknownRecordCodeError(UnknownTagError):
    """The pack's `records` have no such kind, reason or hazard."""


class AddressMissingError(RuleViolatedError):
    """Neither a whole address nor parts that make one."""

    code = "address_missing"
    title: ClassVar[str] = "缺少用气地址"


class AccountStepRequiredError(ConflictError):
    """The standing changes only by closing or opening the account."""

    code = "account_step_required"
    title: ClassVar[str] = "须办理销户或开户"


class TagStandingError(ConflictError):
    """The customer carries the tag already."""

    code = "tag_exists"
    title: ClassVar[str] = "客户已有该标签"


class TagNotFoundError(NotFoundError):
    """The customer carries no such tag."""

    code = "tag_not_found"
    title: ClassVar[str] = "客户没有该标签"


class DayPassedError(RuleViolatedError):
    """A day that must lie ahead has passed, or one that must have come lies ahead."""

    code = "day_out_of_range"
    title: ClassVar[str] = "日期不在允许范围"


class BelongingEndedError(ConflictError):
    """The meter, address, person or appliance is out of use already."""

    code = "belonging_ended"
    title: ClassVar[str] = "该项资料已停用"
