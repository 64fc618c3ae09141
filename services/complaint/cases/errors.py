"""What a case refuses, each with its own code; Chinese titles are in the problem catalogue."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class ComplaintNotFoundError(NotFoundError):
    """No such case, or not within the caller's scope."""

    code = "complaint_not_found"
    title = "投诉不存在"


class StepNotAllowedError(IllegalTransitionError):
    """The case's state does not allow the step."""

    code = "complaint_step_not_allowed"
    title = "当前状态不允许该操作"

    @classmethod
    def of(cls, action: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"案件处于“{state}”状态，不能执行“{action}”。", params={"action": action, "state": state})


class PostNotAllowedError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "complaint_post_not_allowed"
    title = "岗位无权执行该操作"


class _AtPointerError(RuleViolatedError):
    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=params)


class OccurredInFutureError(_AtPointerError):
    """A step cannot have happened later than now."""

    code = "occurred_in_future"
    title = "发生时间晚于当前"
    message = "发生时间不能晚于当前时间。"


class OccurredBeforeCaseError(_AtPointerError):
    """A step cannot have happened before its case."""

    code = "occurred_before_case"
    title = "发生时间早于受理"
    message = "发生时间不能早于案件受理时间。"


class UnknownCodeError(_AtPointerError):
    """The pack in force does not define this code."""

    code = "unknown_policy_code"
    title = "规章未定义的代码"
    message = "现行规章未定义该代码（{field}）。"


class GradeLoweredAtIntakeError(_AtPointerError):
    """At intake a grade may be set graver than the rules find, never lighter."""

    code = "grade_lowered_at_intake"
    title = "受理时不能降级"
    message = "按规章应为“{grade}”级，受理时只能从严定级；降级须走定级变更。"


class ExternalReferenceRequiredError(_AtPointerError):
    """This channel brings a reference of its own, to which the answer goes back."""

    code = "external_reference_required"
    title = "缺少外部编号"
    message = "该受理渠道必须填写外部编号。"


class PauseReasonError(_AtPointerError):
    """The pack does not list the reason, or allows a shorter wait."""

    code = "pause_not_allowed"
    title = "不能暂停"
    message = "现行规章不允许以该原因暂停，或超过最长 {minutes} 分钟。"


class NotPausedError(IllegalTransitionError):
    """The case does not wait."""

    code = "complaint_not_paused"
    title = "案件未处于暂停"


class ReopenWindowError(RuleViolatedError):
    """The pack's window for reopening, counted from the resolution, has passed."""

    code = "reopen_window_passed"
    title = "已超过重新受理期限"


class PlanRequiredError(RuleViolatedError):
    """The tier is promised an explicit answer by a named post before the matter is settled."""

    code = "complaint_plan_required"
    title = "尚未给出解决方案"


class AnswerPostError(_AtPointerError):
    """The promised answer must name the post that gave it (domain.md 2.2: deputy GM)."""

    code = "answer_post_required"
    title = "缺少答复岗位"
    message = "该级别客户的解决方案须由“{post}”明确答复。"


class TransferTargetError(_AtPointerError):
    """The new holder is not known or not active."""

    code = "transfer_target_unknown"
    title = "移交对象无效"
    message = "移交对象不存在或不在岗。"


class DuplicateExternalReferenceError(ConflictError):
    """The outside reference was taken in before."""

    code = "external_reference_exists"
    title = "外部编号已受理"


class ContactNotStoredError(RuleViolatedError):
    """No contact is on the case: the complainant is the linked customer, or stayed anonymous."""

    code = "contact_not_stored"
    title = "案件未存联系方式"


class UnknownAttachmentError(_AtPointerError):
    """No such file, or somebody else uploaded it."""

    code = "unknown_attachment"
    title = "附件不存在"
    message = "附件不存在，或不是由本人上传。"


class UnknownCustomerError(_AtPointerError):
    """The customer belongs to another company."""

    code = "unknown_customer"
    title = "客户不存在"
    message = "本公司没有该客户。"


class EmergencyStepNotFoundError(NotFoundError):
    """The case's emergency plan has no such line."""

    code = "emergency_step_not_found"
    title = "应急步骤不存在"


class StepAlreadyDoneError(IllegalTransitionError):
    """The line was ticked off before."""

    code = "emergency_step_done"
    title = "应急步骤已完成"


class RegradePostError(ForbiddenError):
    """The pack gives raising or lowering a grade to other posts."""

    code = "regrade_post_not_allowed"
    title = "岗位无权变更定级"


class SameGradeError(_AtPointerError):
    """The case has this grade already, or its kind has none."""

    code = "grade_unchanged"
    title = "级别未变化"
    message = "案件已是该级别，或该类来件不定级。"


class ReopenCountError(RuleViolatedError):
    """The case was reopened as often as the pack allows."""

    code = "reopen_count_reached"
    title = "重新受理次数已达上限"
