"""What the steps beside the handling refuse: answers, remedies, acceptance, consultations, outside bodies."""

from services.complaint.cases.errors.pointing import AtPointerError
from shared.errors import (
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class AnswerRequiredError(AtPointerError):
    """A case of this kind is settled with an answer that the pack defines."""

    code = "complaint_answer_required"
    title = "缺少答复结论"
    message = "该类来件须按现行规章给出答复结论。"


class NotConstructiveError(AtPointerError):
    """Only what is taken up can be constructive."""

    code = "answer_not_adopting"
    title = "未采纳的不能标为建设性"
    message = "只有采纳的来件可以标为建设性。"


class PraiseError(AtPointerError):
    """Staff are named only with a kind that is for staff."""

    code = "praise_not_for_kind"
    title = "该类来件不指名员工"
    message = "该类来件不能指名表扬员工。"


class UnknownStaffError(AtPointerError):
    """No such member of staff in this company."""

    code = "unknown_staff"
    title = "员工不存在"
    message = "本公司没有该员工。"


class AuthorisationRequiredError(AtPointerError):
    """The remedy needs an authorisation of this case that was used."""

    code = "authorisation_required"
    title = "缺少授权"
    message = "该补救方式须有本案已执行的服务授权。"


class ExternalDeadlineError(AtPointerError):
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


class HoldingUntilError(AtPointerError):
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


class TacitAcceptanceError(AtPointerError):
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


class NobodyAskedError(AtPointerError):
    """A consultation asks at least one post or department."""

    code = "consultation_without_posts"
    title = "缺少会商对象"
    message = "须指明会商的岗位或部门。"
