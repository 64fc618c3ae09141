"""What the proposals refuse, each with its own code; nothing is changed by a refusal."""

from typing import ClassVar, Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


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


class CauseContestedError(IllegalTransitionError):
    """The finding on which it rests is under appeal."""

    code = "incentive_cause_contested"
    title = "所依据的认定正在申诉"


class ProposalPostError(ForbiddenError):
    """The pack names other posts for the step."""

    code = "incentive_proposal_post_not_allowed"
    title = "岗位不承担该操作"


class OwnProposalError(ForbiddenError):
    """Nobody decides a proposal that names them, or their own department."""

    code = "incentive_own_case"
    title = "不得办理涉及本人的奖惩"


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


class _FieldRuleError(RuleViolatedError):
    """Names the field and the rule."""

    text: ClassVar[str] = ""

    @classmethod
    def at_pointer(cls, pointer: str, text: str | None = None) -> Self:
        """Name the field."""
        said = text or cls.text
        return cls(said, errors=(FieldError(pointer, cls.code, said),))


class AmountOutsideRangeError(_FieldRuleError):
    """Money or points lie outside the clause's range, or the clause has none of them."""

    code = "incentive_amount_outside_range"
    title = "金额或分值超出条款范围"
    text = "金额、分值须在条款规定的范围内；条款未规定的不得填写。"


class CustomerRewardError(_FieldRuleError):
    """A customer is given a gift of the clause or a credit, not both."""

    code = "incentive_customer_reward"
    title = "客户奖励不符合要求"
    text = "对客户的奖励须为条款所列礼品或范围内的优惠金额之一。"


class LossOutsideClauseError(_FieldRuleError):
    """The direct loss is that of another clause."""

    code = "incentive_loss_outside_clause"
    title = "损失金额不符合条款"
    text = "须给出直接损失金额，且在该条款规定的范围内；条款未规定损失的不得填写。"


class EvidenceRequiredError(_FieldRuleError):
    """The pack asks for evidence."""

    code = "incentive_evidence_required"
    title = "须附证据"
    text = "该条款由人提出时须附证据材料。"


class EvidenceUnknownError(_FieldRuleError):
    """No such file of the raiser."""

    code = "incentive_evidence_unknown"
    title = "证据材料不存在"
    text = "证据须为提出人上传的文件。"


class EvidenceTypeError(_FieldRuleError):
    """The pack lists other types."""

    code = "incentive_evidence_type"
    title = "证据材料类型不允许"
    text = "现行规章不接受该类型的文件作为证据。"


class ProvisionUnknownError(_FieldRuleError):
    """The catalogue in force has no such clause."""

    code = "incentive_provision_unknown"
    title = "奖惩条款不存在"
    text = "现行规章没有该奖惩条款。"


class SubjectInvalidError(_FieldRuleError):
    """The clause is about another kind of subject, or nobody of the company."""

    code = "incentive_subject_invalid"
    title = "奖惩对象不符合条款"
    text = "奖惩对象须与条款一致，且为本公司在册人员、部门或客户。"


class SharesInvalidError(_FieldRuleError):
    """A collective has at least two people, one main contributor, and shares that make 100."""

    code = "incentive_shares_invalid"
    title = "集体奖惩的分配不符合要求"
    text = "集体奖惩须列明至少两人、一名主要贡献人，比例合计 100%，且条款允许集体奖惩。"


class HappenedInFutureError(_FieldRuleError):
    """It has not happened yet."""

    code = "incentive_happened_in_future"
    title = "发生时间晚于现在"
    text = "事项发生时间不得晚于现在。"
