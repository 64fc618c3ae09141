"""What the cases refuse, each with its own code; nothing is changed by a refusal."""

from collections.abc import Sequence
from typing import Self

from services.incentive.errors import FieldRuleError
from shared.errors import (
    ConflictError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
)


class CaseNotFoundError(NotFoundError):
    """No such case, or not within the caller's scope."""

    code = "incentive_case_not_found"
    title = "奖惩案件不存在"


class CaseStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "incentive_case_step_not_allowed"
    title = "奖惩案件当前状态不允许该操作"


class CaseNotWithYouError(ForbiddenError):
    """The step lies with somebody else: a signature out of order, or another's."""

    code = "incentive_not_your_step"
    title = "当前步骤不由您办理"

    @classmethod
    def of(cls, step: int, posts: Sequence[str]) -> Self:
        """Name the step and the posts that it lies with."""
        return cls("签字须按审批顺序进行，当前步骤由其他人办理。", params={"step": step, "posts": "、".join(posts)})


class NotThePersonError(ForbiddenError):
    """Only the person, or the head of the department that is charged, speaks for it."""

    code = "incentive_not_the_person"
    title = "只有当事人可以办理"


class WindowOverError(IllegalTransitionError):
    """The window of the pack has ended."""

    code = "incentive_window_over"
    title = "已超过期限"


class AppealNotFoundError(NotFoundError):
    """The case has no appeal."""

    code = "incentive_appeal_not_found"
    title = "没有申诉"


class AppealAlreadyDecidedError(ConflictError):
    """One appeal for each case."""

    code = "incentive_appeal_already_decided"
    title = "该案件的申诉已有结论"


class AmountOutsideRangeError(FieldRuleError):
    """Money or points lie outside the clause's range, or the clause has none of them."""

    code = "incentive_amount_outside_range"
    title = "金额或分值超出条款范围"
    text = "金额、分值须在条款规定的范围内；条款未规定的不得填写。"


class CustomerRewardError(FieldRuleError):
    """A customer is given a gift of the clause or a credit, not both."""

    code = "incentive_customer_reward"
    title = "客户奖励不符合要求"
    text = "对客户的奖励须为条款所列礼品或范围内的优惠金额之一。"


class LossOutsideClauseError(FieldRuleError):
    """The direct loss is that of another clause."""

    code = "incentive_loss_outside_clause"
    title = "损失金额不符合条款"
    text = "须给出直接损失金额，且在该条款规定的范围内；条款未规定损失的不得填写。"


class NotLowerError(FieldRuleError):
    """A statement or an appeal never makes it worse."""

    code = "incentive_not_lower"
    title = "申辩、申诉不得加重处罚"
    text = "金额、分值只能减轻，不得高于原决定。"


class EvidenceUnknownError(FieldRuleError):
    """No such file of the person who names it."""

    code = "incentive_evidence_unknown"
    title = "证据材料不存在"
    text = "所附材料须为本人上传的文件。"


class EvidenceTypeError(FieldRuleError):
    """The pack lists other types."""

    code = "incentive_evidence_type"
    title = "证据材料类型不允许"
    text = "现行规章不接受该类型的文件作为证据。"


class TalkTimeError(FieldRuleError):
    """The talk was held between the opening of the case and now."""

    code = "incentive_talk_time"
    title = "谈话时间不符"
    text = "谈话时间不得晚于现在，也不得早于立案。"
