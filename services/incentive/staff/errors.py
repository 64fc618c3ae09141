"""What the staff directory refuses, each with its own code."""

from typing import ClassVar, Self

from shared.errors import ConflictError, FieldError, ForbiddenError, NotFoundError, RuleViolatedError


class StaffNotFoundError(NotFoundError):
    """No such person, or not of the caller's company."""

    code = "staff_not_found"
    title: ClassVar[str] = "人员不存在"


class LoginTakenError(ConflictError):
    """Another person of the company has the login."""

    code = "staff_login_taken"
    title: ClassVar[str] = "登录名已被使用"


class AppointmentNotAllowedError(ForbiddenError):
    """The caller may not give these posts, or not in that department."""

    code = "staff_appointment_not_allowed"
    title: ClassVar[str] = "无权作此任命"


class OwnStandingError(ForbiddenError):
    """Nobody changes the own posts, department, superior or state, nor makes themself a deputy."""

    code = "staff_own_standing"
    title: ClassVar[str] = "不能变更本人的任职"


class _AtPointerError(RuleViolatedError):
    message: ClassVar[str] = ""

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the offending field."""
        return cls(cls.message, errors=(FieldError(pointer, cls.code, cls.message),))


class UnknownStaffCodeError(_AtPointerError):
    """The pack in force defines no such post, department or team."""

    code = "unknown_policy_code"
    title = "规章未定义的代码"
    message = "现行规章未定义该代码。"


class SuperiorInvalidError(_AtPointerError):
    """The superior is unknown, has left, or stands below the person."""

    code = "staff_superior_invalid"
    title = "上级无效"
    message = "上级须为本公司在职人员，且不得形成循环。"


class DeputyInvalidError(_AtPointerError):
    """The deputy is unknown, not at work, or is the person themself."""

    code = "staff_deputy_invalid"
    title = "代理人无效"
    message = "代理人须为本公司其他在岗人员。"


class DeputyDatesError(_AtPointerError):
    """The dates of the deputation contradict one another."""

    code = "staff_deputy_dates"
    title = "代理日期无效"
    message = "截止日期不得早于开始日期，且代理期不得超过一年。"


class DeputyOverlapError(_AtPointerError):
    """Somebody else stands in on some of these dates already."""

    code = "staff_deputy_overlap"
    title = "代理期重叠"
    message = "该期间已有代理安排，代理期不得重叠。"


class DeputationNotFoundError(NotFoundError):
    """No deputation of this deputy begins on that date."""

    code = "staff_deputation_not_found"
    title: ClassVar[str] = "代理安排不存在"


class StaffImportUnreadableError(RuleViolatedError):
    """The file as a whole is no table of staff."""

    code = "staff_import_unreadable"
    title: ClassVar[str] = "文件无法读取"


class StaffImportRefusedError(RuleViolatedError):
    """Some rows break a rule; `errors` name row and field, and nothing was changed."""

    code = "staff_import_refused"
    title: ClassVar[str] = "导入数据有误"
