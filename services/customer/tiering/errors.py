"""What tiering refuses, each with its own code."""

from typing import ClassVar, Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class TierRunNotFoundError(NotFoundError):
    """No such run in the caller's companies."""

    code: ClassVar[str] = "tier_run_not_found"
    title: ClassVar[str] = "没有找到该次分级"


class CustomerNotFoundError(NotFoundError):
    """No such customer in the caller's companies."""

    code: ClassVar[str] = "tier_customer_not_found"
    title: ClassVar[str] = "没有找到该客户"


class TierRunNotReadyError(IllegalTransitionError):
    """Only a run whose proposals lie ready can be confirmed."""

    code: ClassVar[str] = "tier_run_not_ready"
    title: ClassVar[str] = "该次分级不能确认"


class TierRunSupersededError(IllegalTransitionError):
    """A later run judged the same customers: what still holds waits for review there."""

    code: ClassVar[str] = "tier_run_superseded"
    title: ClassVar[str] = "该次分级已被后一次取代"


class TierReviewPostError(ForbiddenError):
    """The pack gives the review to other posts."""

    code: ClassVar[str] = "tier_review_post"
    title: ClassVar[str] = "级别须由规章指定的岗位审核"


class TierReviewOwnError(ForbiddenError):
    """Nobody confirms a run that he started."""

    code: ClassVar[str] = "tier_review_own"
    title: ClassVar[str] = "不得审核自己发起的分级"


class UnknownCustomersError(RuleViolatedError):
    """Some of the customers named are not in the company's registry."""

    code: ClassVar[str] = "tier_run_unknown_customers"
    title: ClassVar[str] = "名单中有未登记的客户"


class TierProposalNotFoundError(NotFoundError):
    """No such proposal in the caller's companies."""

    code: ClassVar[str] = "tier_proposal_not_found"
    title: ClassVar[str] = "没有找到该级别建议"


class TierProposalDecidedError(IllegalTransitionError):
    """Only what is proposed can be decided."""

    code: ClassVar[str] = "tier_proposal_decided"
    title: ClassVar[str] = "该级别建议已不在待审核状态"


class TierProposalWaitingError(ConflictError):
    """Something about the customer waits for its decision already, or is being put in force."""

    code: ClassVar[str] = "tier_proposal_waiting"
    title: ClassVar[str] = "该客户已有待审核的级别建议"


class TierUnchangedError(ConflictError):
    """The customer has been confirmed in the tier proposed."""

    code: ClassVar[str] = "tier_unchanged"
    title: ClassVar[str] = "客户已是所提级别"


class TierProposerError(ForbiddenError):
    """The pack lets other departments propose this."""

    code: ClassVar[str] = "tier_proposer"
    title: ClassVar[str] = "该级别须由规章指定的部门提出"


class TierProposalOwnError(ForbiddenError):
    """Nobody decides on what he proposed."""

    code: ClassVar[str] = "tier_proposal_own"
    title: ClassVar[str] = "不得审核自己提出的级别建议"


class TierUnknownError(RuleViolatedError):
    """The pack has no such tier, rule or fact, or the rule is of another tier."""

    code: ClassVar[str] = "tier_unknown"
    title: ClassVar[str] = "规章中没有该级别或条件"

    @classmethod
    def at(cls, field: str, message: str) -> Self:
        """Name the field and the rule."""
        return cls(message, errors=(FieldError(f"/{field}", cls.code, message),))


class TierConditionError(RuleViolatedError):
    """The condition that was named does not hold, or none was named where the pack asks for one."""

    code: ClassVar[str] = "tier_condition_not_met"
    title: ClassVar[str] = "不符合所指明的分级条件"

    @classmethod
    def at_rule(cls, message: str, rule: str | None = None) -> Self:
        """Name the rule."""
        said = {} if rule is None else {"rule": rule}
        return cls(message, errors=(FieldError("/rule", cls.code, message),), params={**said})


class TierEffectiveDateError(RuleViolatedError):
    """A tier takes effect today or later, within a year."""

    code: ClassVar[str] = "tier_effective_date"
    title: ClassVar[str] = "生效日期不合规则"


class TierRejectionReasonError(RuleViolatedError):
    """Who rejects says why."""

    code: ClassVar[str] = "tier_rejection_reason"
    title: ClassVar[str] = "否决须说明理由"


class FiguresUnreadableError(RuleViolatedError):
    """The file of yearly figures is empty or no workbook or CSV."""

    code: ClassVar[str] = "tier_figures_unreadable"
    title: ClassVar[str] = "年度数据文件无法读取"


class FiguresImportNotFoundError(NotFoundError):
    """No such import of yearly figures in the caller's companies."""

    code: ClassVar[str] = "tier_figures_not_found"
    title: ClassVar[str] = "没有找到该年度数据导入"
