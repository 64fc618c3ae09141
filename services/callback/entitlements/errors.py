"""What entitlements and yearly evaluations refuse, each with its own code."""

from typing import Self

from shared.errors import FieldError, ForbiddenError, IllegalTransitionError, NotFoundError, RuleViolatedError


class EntitledCustomerUnknownError(NotFoundError):
    """Nobody has told of such a customer."""

    code = "entitlement_customer_unknown"
    title = "客户不存在"


class EvaluationNotFoundError(NotFoundError):
    """No such evaluation, or not within the caller's scope."""

    code = "evaluation_not_found"
    title = "年度评价不存在"


class EvaluationStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "evaluation_step_not_allowed"
    title = "年度评价当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the act and the state."""
        return cls(f"年度评价处于“{state}”，不能执行“{act}”。", params={"act": act, "state": state})


class OwnEvaluationError(ForbiddenError):
    """Nobody reviews their own."""

    code = "evaluation_own"
    title = "不得审核本人的评价"


class EvaluationNotYoursError(ForbiddenError):
    """The pack lets other posts review."""

    code = "evaluation_not_yours"
    title = "岗位无权审核评价"


class ScoreCategoryError(RuleViolatedError):
    """Each category in which the customer has services is scored, and no other."""

    code = "evaluation_category"
    title = "评分项目不符"

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the field."""
        text = "须且只须对该客户享有服务的各类逐项评分。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class ImprovementMissingError(RuleViolatedError):
    """A low score asks for an agreed improvement."""

    code = "evaluation_improvement_missing"
    title = "缺少改进约定"

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the field."""
        text = "有项目评分偏低，须写明与客户约定的改进。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))
