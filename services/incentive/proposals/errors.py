"""What the proposals refuse, each with its own code; nothing is changed by a refusal."""

from typing import Self

from services.incentive.errors import FieldRuleError
from shared.errors import ConflictError, ForbiddenError, IllegalTransitionError, NotFoundError


class ProposalNotFoundError(NotFoundError):
    """No such proposal, not within the caller's scope, or one that names the caller."""

    code = "incentive_proposal_not_found"
    title = "奖惩建议不存在"


class ProposalStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "incentive_proposal_step_not_allowed"
    title = "奖惩建议当前状态不允许该操作"


class OutsideRegulationError(IllegalTransitionError):
    """The clause lies outside this regulation: shown as such, never decided here."""

    code = "incentive_outside_regulation"
    title = "不在本规定处理范围"


class ProposalPostError(ForbiddenError):
    """The pack names other posts for the step."""

    code = "incentive_proposal_post_not_allowed"
    title = "岗位不承担该操作"


class RaiserDecidesError(ForbiddenError):
    """Whoever raised it does not decide it."""

    code = "incentive_raiser_decides"
    title = "提出人不得确认本人提出的奖惩"


class NotTheRaiserError(ForbiddenError):
    """Only whoever raised it takes it back."""

    code = "incentive_not_the_raiser"
    title = "只有提出人可以撤回"


class DuplicateMatterError(ConflictError):
    """The matter is counted already; `params` name the proposal that stands."""

    code = "incentive_duplicate_matter"
    title = "同一事项已有奖惩建议"

    @classmethod
    def of(cls, number: str) -> Self:
        """Name the other one."""
        text = f"同一事项对同一对象已有奖惩建议 {number}，不重复计算。"
        return cls(text, params={"number": number})


class EvidenceRequiredError(FieldRuleError):
    """The pack asks for evidence."""

    code = "incentive_evidence_required"
    title = "须附证据"
    text = "该条款由人提出时须附证据材料。"


class ProvisionUnknownError(FieldRuleError):
    """The catalogue in force has no such clause."""

    code = "incentive_provision_unknown"
    title = "奖惩条款不存在"
    text = "现行规章没有该奖惩条款。"


class SubjectInvalidError(FieldRuleError):
    """The clause is about another kind of subject, or nobody of the company."""

    code = "incentive_subject_invalid"
    title = "奖惩对象不符合条款"
    text = "奖惩对象须与条款一致，且为本公司在册人员、部门或客户。"


class SharesInvalidError(FieldRuleError):
    """A collective has at least two people, one main contributor, and shares that make 100."""

    code = "incentive_shares_invalid"
    title = "集体奖惩的分配不符合要求"
    text = "集体奖惩须列明至少两人、一名主要贡献人，比例合计 100%，且条款允许集体奖惩。"


class HappenedInFutureError(FieldRuleError):
    """It has not happened yet."""

    code = "incentive_happened_in_future"
    title = "发生时间晚于现在"
    text = "事项发生时间不得晚于现在。"


class TalkNotSuggestedError(FieldRuleError):
    """Only the first minor matter of the year is settled by a talk."""

    code = "incentive_talk_not_suggested"
    title = "不适用谈话教育"
    text = "先教育后处罚只适用于本年度首次轻微事项。"


class TalkWithAmountsError(FieldRuleError):
    """A talk takes neither money nor points."""

    code = "incentive_talk_with_amounts"
    title = "谈话教育不涉及金额与分值"
    text = "以谈话代替处罚时不得填写金额、分值。"
