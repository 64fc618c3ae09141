"""What a case refuses, each with its own code; Chinese titles are in the problem catalogue."""

from typing import Self

from shared.errors import (
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


class ReasonRequiredError(_AtPointerError):
    """The pack asks for a reason with this step."""

    code = "reason_required"
    title = "缺少理由"
    message = "现行规章规定该操作须写明理由。"


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


class ContactNotStoredError(RuleViolatedError):
    """No contact is on the case: the complainant is the linked customer, or stayed anonymous."""

    code = "contact_not_stored"
    title = "案件未存联系方式"


class ContactHiddenError(ForbiddenError):
    """Anonymity was asked for: only the managing department, the office and the first-responsible know."""

    code = "complainant_hidden"
    title = "投诉人要求匿名"


class PhoneFormError(_AtPointerError):
    """The complainant's telephone is none."""

    code = "phone_invalid"
    title = "电话号码格式不符"
    message = "不是有效的电话号码。"


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


class AnswerRequiredError(_AtPointerError):
    """A case of this kind is settled with an answer that the pack defines."""

    code = "complaint_answer_required"
    title = "缺少答复结论"
    message = "该类来件须按现行规章给出答复结论。"


class NotConstructiveError(_AtPointerError):
    """Only what is taken up can be constructive."""

    code = "answer_not_adopting"
    title = "未采纳的不能标为建设性"
    message = "只有采纳的来件可以标为建设性。"


class PraiseError(_AtPointerError):
    """Staff are named only with a kind that is for staff."""

    code = "praise_not_for_kind"
    title = "该类来件不指名员工"
    message = "该类来件不能指名表扬员工。"


class UnknownStaffError(_AtPointerError):
    """No such member of staff in this company."""

    code = "unknown_staff"
    title = "员工不存在"
    message = "本公司没有该员工。"


class AuthorisationRequiredError(_AtPointerError):
    """The remedy needs an authorisation of this case that was used."""

    code = "authorisation_required"
    title = "缺少授权"
    message = "该补救方式须有本案已执行的服务授权。"


class ExternalDeadlineError(_AtPointerError):
    """The outside deadline lies after the receipt."""

    code = "external_deadline_past"
    title = "外部期限不晚于受理"
    message = "外部机构给出的期限须晚于受理时间。"


class NoExternalReferenceError(RuleViolatedError):
    """The case came from nobody outside."""

    code = "complaint_not_external"
    title = "非外部转办案件"


class ExternalAnsweredError(IllegalTransitionError):
    """The outside body was answered before."""

    code = "external_answered"
    title = "已答复外部机构"


class HoldingCountError(RuleViolatedError):
    """The customer was put off as often as the pack allows."""

    code = "holding_count_reached"
    title = "延期答复次数已达上限"


class HoldingUntilError(_AtPointerError):
    """The time that the customer is told lies in the future and within the pack's longest."""

    code = "holding_until_out_of_range"
    title = "延期时间超出范围"
    message = "下次答复时间须晚于现在，且不超过 {minutes} 分钟。"


class NotInvitedError(IllegalTransitionError):
    """The customer was not asked yet."""

    code = "acceptance_not_invited"
    title = "尚未邀请验收"


class AlreadyAcceptedError(IllegalTransitionError):
    """The customer accepted before."""

    code = "acceptance_given"
    title = "客户已验收"


class TacitAcceptanceError(_AtPointerError):
    """Silence is acceptance only after the pack's time."""

    code = "acceptance_not_tacit"
    title = "尚不能视为接受"
    message = "自邀请起满 {minutes} 分钟客户未表示的，才能视为接受。"


class ReportNotDueError(RuleViolatedError):
    """The pack asks for no report on cases of this tier."""

    code = "report_not_required"
    title = "无须提交服务报告"


class AcceptanceOutstandingError(RuleViolatedError):
    """The report follows the customer's acceptance."""

    code = "report_before_acceptance"
    title = "验收后方可提交报告"


class ReportedError(IllegalTransitionError):
    """The report was written before."""

    code = "report_written"
    title = "服务报告已提交"


class ConsultationNotFoundError(NotFoundError):
    """No such consultation, or it asks nothing of the caller."""

    code = "consultation_not_found"
    title = "会商不存在"


class ConsultationAnsweredError(IllegalTransitionError):
    """It was answered or withdrawn before."""

    code = "consultation_closed"
    title = "会商已答复或已撤回"


class NobodyAskedError(_AtPointerError):
    """A consultation asks at least one post or department."""

    code = "consultation_without_posts"
    title = "缺少会商对象"
    message = "须指明会商的岗位或部门。"
