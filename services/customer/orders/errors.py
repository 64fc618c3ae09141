"""What an order refuses, each with its own code."""

from collections.abc import Sequence
from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class OrderNotFoundError(NotFoundError):
    """No such order, or none that the caller may see."""

    code = "order_not_found"
    title = "工单不存在"


class OrderStepNotAllowedError(IllegalTransitionError):
    """The order's state does not allow the step."""

    code = "order_step_not_allowed"
    title = "工单当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"工单处于“{state}”状态，不能执行“{act}”。", params={"act": act, "state": state})


class StageMissingError(IllegalTransitionError):
    """The kind of work has a stage that was not passed."""

    code = "order_stage_missing"
    title = "工单缺少必经环节"

    @classmethod
    def of(cls, act: str, stages: Sequence[str]) -> Self:
        """Name the step and the stages."""
        names = "、".join(stages)
        return cls(f"执行“{act}”前尚缺环节：{names}。", params={"act": act, "stages": ",".join(stages)})


class AlreadySetError(IllegalTransitionError):
    """The moment that a clock runs from is set once."""

    code = "order_moment_already_set"
    title = "该时点已登记"


class PostMissingError(RuleViolatedError):
    """A post that must come, do, lead or arrange the work is not there."""

    code = "order_post_missing"
    title = "缺少规定岗位"

    @classmethod
    def of(cls, pointer: str, posts: Sequence[str], names: Sequence[str]) -> Self:
        """Name the field and the posts."""
        text = f"按承诺须有{'、'.join(names)}，目前无人到位。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params={"posts": ",".join(posts)})


class CrewFullError(ConflictError):
    """The team has as many orders under way as the pack allows."""

    code = "order_crew_full"
    title = "班组已满负荷"

    @classmethod
    def of(cls, team: str, capacity: int) -> Self:
        """Name the team and its capacity."""
        return cls(f"班组在办工单已达 {capacity} 件，不能再派。", params={"team": team, "capacity": capacity})


class NobodyToSendError(ConflictError):
    """Crews are full and nobody of the emergency crew is at work."""

    code = "order_emergency_crew_missing"
    title = "抢险班组无人可派"


class NotAssignedError(ForbiddenError):
    """Only who was sent says that they came."""

    code = "order_not_assigned"
    title = "不是被派人员"


class FilerPostError(ForbiddenError):
    """The pack lets other posts file an order afterwards."""

    code = "order_filing_post_not_allowed"
    title = "岗位无权补录工单"


class AuthorisationUsedError(ConflictError):
    """The authorisation has its order already."""

    code = "order_authorisation_used"
    title = "该授权已有工单"


class NoCustomerError(IllegalTransitionError):
    """The order has no customer whose telephone could be asked for, or it is over."""

    code = "order_without_contact"
    title = "工单没有可联系的客户"


class _AtPointerError(RuleViolatedError):
    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=params)


class OrderCodeUnknownError(_AtPointerError):
    """The pack in force does not define this code."""

    code = "order_code_unknown"
    title = "工单使用了规章未定义的代码"
    message = "现行规章未定义该代码（{field}）。"


class ChannelReferenceError(_AtPointerError):
    """The channel's own number is missing."""

    code = "order_channel_reference_required"
    title = "缺少来源编号"
    message = "该渠道须填写来源编号。"


class CustomerRequiredError(_AtPointerError):
    """This kind of work is done for a customer."""

    code = "order_customer_required"
    title = "缺少客户"
    message = "该类工单须写明客户。"


class CustomerUnknownError(_AtPointerError):
    """No such customer in the company, or its account is over."""

    code = "order_customer_unknown"
    title = "客户不存在"
    message = "本公司没有该客户。"


class NotOfCustomerError(_AtPointerError):
    """Premises, meter or contract of somebody else."""

    code = "order_not_of_customer"
    title = "不属于该客户"
    message = "该{field}不属于该客户。"


class DetailsInvalidError(RuleViolatedError):
    """The own data of the kind of work do not fit."""

    code = "order_details_invalid"
    title = "工单内容不符合要求"


class AppointmentError(_AtPointerError):
    """An appointment has a beginning and an end, and lies ahead."""

    code = "order_appointment_invalid"
    title = "预约时间无效"
    message = "预约须有起止时间，结束晚于开始且不早于现在。"


class MomentInvalidError(_AtPointerError):
    """A given time contradicts the others."""

    code = "order_moment_invalid"
    title = "时间无效"
    message = "该时间与工单的其他时间矛盾。"


class SolutionDueError(_AtPointerError):
    """The limit that is named lies ahead."""

    code = "order_solution_due_invalid"
    title = "完成期限无效"
    message = "告知的完成期限须晚于现在。"


class DoneMissingError(_AtPointerError):
    """The promise names what must be done."""

    code = "order_done_missing"
    title = "承诺事项未办妥"
    message = "承诺事项尚未办妥：{lines}。"


class StaffUnknownError(_AtPointerError):
    """No such member of staff in this company."""

    code = "order_staff_unknown"
    title = "人员不存在"
    message = "本公司没有该人员，或其不在岗。"


class NobodyAssignedError(_AtPointerError):
    """A dispatch names a person or a team."""

    code = "order_nobody_assigned"
    title = "未指定人员或班组"
    message = "派工须指定人员或班组。"


class AuthorisationUnknownError(_AtPointerError):
    """No such authorisation, or not one whose order is filed afterwards."""

    code = "order_authorisation_unknown"
    title = "授权不存在"
    message = "没有须事后补录工单的该项授权。"


class OccurredInFutureError(_AtPointerError):
    """It cannot have happened yet."""

    code = "order_occurred_in_future"
    title = "发生时间无效"
    message = "发生时间不能晚于当前时间。"


class OccurredBeforeOrderError(_AtPointerError):
    """It cannot have happened before the order was asked for."""

    code = "order_occurred_before_request"
    title = "发生时间无效"
    message = "发生时间不能早于受理时间。"
