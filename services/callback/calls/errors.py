"""What a callback refuses, each with its own code; nothing is changed by a refusal."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class CallbackNotFoundError(NotFoundError):
    """No such callback, or not within the caller's scope."""

    code = "callback_not_found"
    title = "回访不存在"


class NoCallbackWaitingError(NotFoundError):
    """Nothing is due in the caller's queues."""

    code = "callback_none_waiting"
    title = "没有待领取的回访"


class NoQueueError(ForbiddenError):
    """The caller's posts share no work list of the pack."""

    code = "callback_no_queue"
    title = "岗位不承担回访"


class CallbackClaimedError(ConflictError):
    """Somebody has claimed it, perhaps the caller already."""

    code = "callback_already_claimed"
    title = "回访已被领取"


class TooManyClaimsError(ConflictError):
    """The caller holds as many as the pack allows."""

    code = "callback_claim_limit"
    title = "领取的回访已达上限"


class CallbackNotOpenError(IllegalTransitionError):
    """It was finished or missed."""

    code = "callback_not_open"
    title = "回访已结束"


class NotDueError(IllegalTransitionError):
    """The window has not begun, or the spacing or the time that the customer asked for is not reached."""

    code = "callback_not_due"
    title = "未到回访时间"


class WindowExpiredError(IllegalTransitionError):
    """The window has passed."""

    code = "callback_window_expired"
    title = "回访窗口已过"


class NotClaimedError(ConflictError):
    """The caller does not hold it."""

    code = "callback_not_claimed"
    title = "未领取该回访"


class LeaseLostError(ConflictError):
    """The caller held it until the lease ran out."""

    code = "callback_lease_lost"
    title = "领取已过期"


class QuietHoursError(RuleViolatedError):
    """Nobody is called at this time of day, or on this day."""

    code = "callback_quiet_hours"
    title = "不得在休息时间回访"


class OwnWorkError(ForbiddenError):
    """Nobody asks about the own work."""

    code = "callback_own_work"
    title = "不得回访本人经办的业务"


class InPersonError(ForbiddenError):
    """The holder of the post calls in person."""

    code = "callback_in_person"
    title = "须由指定岗位本人回访"


class AtFieldError(RuleViolatedError):
    """The input breaks a rule; subclasses say which, `message` says it in Chinese."""

    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=params)


class AnswerOutsideScriptError(AtFieldError):
    """The script's version asks no such question, or knows no such answer."""

    code = "callback_answer_outside_script"
    title = "答案不在话术范围内"
    message = "该回访的话术版本没有这个问题或这种答案。"


class AnswerMissingError(AtFieldError):
    """A required question has no answer."""

    code = "callback_answer_missing"
    title = "缺少必答题"
    message = "该题必须回答。"


class ReasonMissingError(AtFieldError):
    """A customer who is not satisfied has a reason; one who is satisfied has none."""

    code = "callback_reason_missing"
    title = "缺少不满意原因"
    message = "客户不满意时须记录原因。"


class UnknownReasonError(AtFieldError):
    """The pack has no such reason."""

    code = "callback_reason_unknown"
    title = "不满意原因不存在"
    message = "该原因不在现行规章中，或客户并无不满意。"


class NotReachedError(AtFieldError):
    """Only a customer who was reached said anything."""

    code = "callback_not_reached"
    title = "未接通不得记录答复"
    message = "未与客户通话，不得记录其答复、意见或需求。"


class CallAgainTimeError(AtFieldError):
    """The time lies in the past, outside the window or in quiet hours; or it is not asked for."""

    code = "callback_call_again_time"
    title = "再次回访时间不合规"
    message = "再次回访时间须在将来、回访窗口之内且不在休息时间；仅客户另约时填写。"


class CalledAtError(AtFieldError):
    """The call lies in the future or before the claim."""

    code = "callback_called_at"
    title = "通话时间不合规"
    message = "通话时间须在领取之后、当前时间之前。"


class UnknownPraisedError(AtFieldError):
    """No such member of staff of the company."""

    code = "callback_praised_unknown"
    title = "被表扬人员不存在"
    message = "被表扬人员不是本公司人员。"


class PraisedDepartmentError(AtFieldError):
    """No such department of the pack."""

    code = "callback_praised_department_unknown"
    title = "被表扬部门不存在"
    message = "该部门不在现行规章中。"


class PraisedSelfError(AtFieldError):
    """Nobody writes down the own praise: the customer tells it to somebody else."""

    code = "callback_praised_self"
    title = "不得登记对本人的表扬"
    message = "对回访人员本人的表扬须由他人登记。"


class UnknownNeedError(AtFieldError):
    """The pack has no such need."""

    code = "callback_need_unknown"
    title = "需求种类不存在"
    message = "该需求种类不在现行规章中。"
