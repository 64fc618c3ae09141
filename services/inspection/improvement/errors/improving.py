"""What plans, improvements and proposals refuse."""

from typing import Self

from services.inspection.improvement.errors.alike import AtPointerError, StepNotAllowedError
from shared.errors import FieldError, ForbiddenError, NotFoundError, RuleViolatedError


class ImprovementPlanNotFoundError(NotFoundError):
    """No such plan, or not within the caller's scope."""

    code = "improvement_plan_not_found"
    title = "服务改进计划不存在"


class ImprovementNotFoundError(NotFoundError):
    """No such improvement, or not within the caller's scope."""

    code = "improvement_not_found"
    title = "改进项不存在"


class ProposalNotFoundError(NotFoundError):
    """No such proposal, or not within the caller's scope."""

    code = "staff_proposal_not_found"
    title = "员工建议不存在"


class ImprovementPlanStepNotAllowedError(StepNotAllowedError):
    """The plan's state does not allow the step."""

    code = "improvement_plan_step_not_allowed"
    title = "服务改进计划当前状态不允许该操作"
    what = "服务改进计划"


class ImprovementStepNotAllowedError(StepNotAllowedError):
    """The improvement's state does not allow the step."""

    code = "improvement_step_not_allowed"
    title = "改进项当前状态不允许该操作"
    what = "改进项"


class ProposalStepNotAllowedError(StepNotAllowedError):
    """The proposal's state does not allow the step."""

    code = "staff_proposal_step_not_allowed"
    title = "员工建议当前状态不允许该操作"
    what = "员工建议"


class ImprovementPostError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "improvement_post_not_allowed"
    title = "岗位无权办理服务改进事项"


class ImprovementPlanFourEyesError(ForbiddenError):
    """Whoever wrote or submitted a plan neither approves nor returns it."""

    code = "improvement_plan_four_eyes"
    title = "服务改进计划须由他人批准"


class ImprovementOwnError(ForbiddenError):
    """Neither owner nor proposer nor whoever reported or measured it says that an improvement is one."""

    code = "improvement_own"
    title = "不得验收本人的改进项"


class ImprovementNotOwnerError(ForbiddenError):
    """The owner works on it, or whoever stands in."""

    code = "improvement_not_owner"
    title = "须由改进项责任人办理"


class ProposalOwnError(ForbiddenError):
    """Nobody answers the own proposal."""

    code = "staff_proposal_own"
    title = "不得答复本人的建议"


class ProposalNotOwnError(ForbiddenError):
    """Only the proposer withdraws a proposal or says that the answer was read."""

    code = "staff_proposal_not_own"
    title = "只能由建议人本人办理"


class ImprovementPlanIncompleteError(RuleViolatedError):
    """A plan says what it is for, and holds as many improvements as the pack asks for."""

    code = "improvement_plan_incomplete"
    title = "服务改进计划不完整"

    @classmethod
    def of(cls, pointer: str, message: str) -> Self:
        """Name what is missing."""
        return cls(message, errors=(FieldError(pointer, cls.code, message),))


class ImprovementNotMeasuredError(RuleViolatedError):
    """An improvement is accepted with its effect."""

    code = "improvement_not_measured"
    title = "改进效果尚未衡量"


class ImprovementNoEffectError(RuleViolatedError):
    """The pack accepts what got better and nothing else."""

    code = "improvement_no_effect"
    title = "改进未见效果"


class ImprovementMeasuredByFactsError(RuleViolatedError):
    """What is counted from facts is not measured by hand."""

    code = "improvement_measured_by_facts"
    title = "改进效果由系统统计"


class ImprovementCodeUnknownError(AtPointerError):
    """The pack in force does not define this code."""

    code = "improvement_code_unknown"
    title = "服务改进使用了规章未定义的代码"
    message = "现行规章未定义该代码。"


class ImprovementPersonUnknownError(AtPointerError):
    """No such member of staff at work in this company."""

    code = "improvement_person_unknown"
    title = "人员不存在"
    message = "本公司没有该人员，或其已离职。"


class ImprovementSourceUnknownError(AtPointerError):
    """No such finding, complaint or closed survey that the caller may know."""

    code = "improvement_source_unknown"
    title = "改进项来源不存在"
    message = "没有该来源，或尚未得知该来源。"


class ImprovementDueError(AtPointerError):
    """A due date lies ahead, and not beyond what the pack allows."""

    code = "improvement_due_invalid"
    title = "完成期限不当"
    message = "完成期限须晚于今日，且不超过规章规定的最长期限。"


class ImprovementPlanUnknownError(AtPointerError):
    """An improvement goes into an open plan of the company or of its department."""

    code = "improvement_plan_unknown"
    title = "没有可列入的服务改进计划"
    message = "没有该计划，或计划已结束，或不属于该部门。"


class ImprovementFileUnknownError(AtPointerError):
    """No such file of the caller."""

    code = "improvement_file_unknown"
    title = "文件不存在"
    message = "文件不存在，或不是本人上传。"


class ImprovementFileTypeError(AtPointerError):
    """The pack does not admit this type of file here."""

    code = "improvement_file_type"
    title = "文件类型不符"
    message = "现行规章不接受该类型的文件。"


class ImprovementProofMissingError(AtPointerError):
    """What is measured by hand is proved by a file."""

    code = "improvement_proof_missing"
    title = "缺少证明文件"
    message = "人工衡量的效果须附证明文件。"


class ProposalDuplicateError(AtPointerError):
    """A duplicate repeats another proposal that is none itself."""

    code = "staff_proposal_duplicate_invalid"
    title = "重复建议所指不当"
    message = "须指向另一条本身不是重复的建议。"


class ProposalAnswerError(AtPointerError):
    """An answer says what its kind asks for, and nothing else."""

    code = "staff_proposal_answer_invalid"
    title = "答复内容不当"
    message = "采纳须写明部门，重复须写明原建议，其余答复不填这两项。"
