"""What redress refuses, each with its own code."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class RedressNotFoundError(NotFoundError):
    """No such proposal, or not within the caller's scope."""

    code = "redress_not_found"
    title = "补偿建议不存在"


class RedressStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "redress_step_not_allowed"
    title = "补偿建议当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the act and the state."""
        return cls(f"补偿建议处于“{state}”，不能执行“{act}”。", params={"act": act, "state": state})


class RedressAccruingError(IllegalTransitionError):
    """The promise is still unanswered: the amount may yet rise."""

    code = "redress_accruing"
    title = "补偿金额仍在累计"


class RedressPayerError(ForbiddenError):
    """The pack names the posts that pay."""

    code = "redress_post_not_allowed"
    title = "规章规定由其他岗位支付"


class ProofUnknownError(RuleViolatedError):
    """A named proof was not uploaded here by this person."""

    code = "redress_proof_unknown"
    title = "支付凭证不存在"

    @classmethod
    def at_proofs(cls) -> Self:
        """Name the field."""
        text = "支付凭证须由本人先上传。"
        return cls(text, errors=(FieldError("/proof_ids", cls.code, text),))


class RedressRefusedError(ConflictError):
    """The delegation did not take the request as it stands."""

    code = "redress_not_submitted"
    title = "未能提交授权"
