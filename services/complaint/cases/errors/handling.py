"""What intake and handling of a case refuse."""

from typing import Self

from services.complaint.cases.errors.pointing import AtPointerError
from shared.errors import (
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


class ReasonRequiredError(AtPointerError):
    """The pack asks for a reason with this step."""

    code = "reason_required"
    title = "缺少理由"
    message = "现行规章规定该操作须写明理由。"


class UnknownCodeError(AtPointerError):
    """The pack in force does not define this code."""

    code = "unknown_policy_code"
    title = "规章未定义的代码"
    message = "现行规章未定义该代码（{field}）。"


class GradeLoweredAtIntakeError(AtPointerError):
    """At intake a grade may be set graver than the rules find, never lighter."""

    code = "grade_lowered_at_intake"
    title = "受理时不能降级"
    message = "按规章应为“{grade}”级，受理时只能从严定级；降级须走定级变更。"


class ExternalReferenceRequiredError(AtPointerError):
    """This channel brings a reference of its own, to which the answer goes back."""

    code = "external_reference_required"
    title = "缺少外部编号"
    message = "该受理渠道必须填写外部编号。"


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


class AnswerPostError(AtPointerError):
    """The promised answer must name the post that gave it (domain.md 2.2: deputy GM)."""

    code = "answer_post_required"
    title = "缺少答复岗位"
    message = "该级别客户的解决方案须由“{post}”明确答复。"


class TransferTargetError(AtPointerError):
    """The new holder is not known or not active."""

    code = "transfer_target_unknown"
    title = "移交对象无效"
    message = "移交对象不存在或不在岗。"


class ContactNotStoredError(RuleViolatedError):
    """No contact is on the case: the complainant is the linked customer, or stayed anonymous."""

    code = "contact_not_stored"
    title = "案件未存联系方式"


class ContactHiddenError(ForbiddenError):
    """Anonymity was asked for: only the managing department, the office and the first-responsible know."""

    code = "complainant_hidden"
    title = "投诉人要求匿名"


class PhoneFormError(AtPointerError):
    """The complainant's telephone is none."""

    code = "phone_invalid"
    title = "电话号码格式不符"
    message = "不是有效的电话号码。"


class UnknownAttachmentError(AtPointerError):
    """No such file, or somebody else uploaded it."""

    code = "unknown_attachment"
    title = "附件不存在"
    message = "附件不存在，或不是由本人上传。"


class UnknownCustomerError(AtPointerError):
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


class SameGradeError(AtPointerError):
    """The case has this grade already, or its kind has none."""

    code = "grade_unchanged"
    title = "级别未变化"
    message = "案件已是该级别，或该类来件不定级。"


class ReopenCountError(RuleViolatedError):
    """The case was reopened as often as the pack allows."""

    code = "reopen_count_reached"
    title = "重新受理次数已达上限"
