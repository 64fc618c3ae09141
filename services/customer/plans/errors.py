"""What service plans refuse, each with its own code."""

from typing import ClassVar, Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class PlanNotFoundError(NotFoundError):
    """No such plan in the caller's companies."""

    code: ClassVar[str] = "service_plan_not_found"
    title: ClassVar[str] = "没有找到该服务方案"


class PlanCustomerNotFoundError(NotFoundError):
    """No such customer in the caller's companies, or none that is served."""

    code: ClassVar[str] = "service_plan_customer_not_found"
    title: ClassVar[str] = "没有找到该客户"


class PlanStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code: ClassVar[str] = "service_plan_step_not_allowed"
    title: ClassVar[str] = "服务方案当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the act and the state."""
        return cls(f"服务方案处于“{state}”，不能执行“{act}”。", params={"act": act, "state": state})


class PlanPostError(ForbiddenError):
    """The pack gives the step to other posts."""

    code: ClassVar[str] = "service_plan_post"
    title: ClassVar[str] = "该操作须由规章指定的岗位进行"


class PlanOwnError(ForbiddenError):
    """Nobody decides on a plan that he proposed."""

    code: ClassVar[str] = "service_plan_own"
    title: ClassVar[str] = "不得审核自己提出的服务方案"


class PlanOverlapError(ConflictError):
    """Another plan of the customer is proposed, or in force in the same time."""

    code: ClassVar[str] = "service_plan_overlap"
    title: ClassVar[str] = "同一客户同一时期只能有一个服务方案"


class PlanTierError(RuleViolatedError):
    """The pack gives no individual plan to the customer's tier."""

    code: ClassVar[str] = "service_plan_tier"
    title: ClassVar[str] = "规章未给该级别个性化服务方案"


class PlanDatesError(RuleViolatedError):
    """The dates are not those that the pack allows."""

    code: ClassVar[str] = "service_plan_dates"
    title: ClassVar[str] = "服务方案的起止日期不合规章"

    @classmethod
    def at(cls, field: str, message: str) -> Self:
        """Name the field and the rule."""
        return cls(message, errors=(FieldError(f"/{field}", cls.code, message),))


class PlanTermError(RuleViolatedError):
    """A term names a work, metric, unit or calendar that the pack does not know, or twice the same."""

    code: ClassVar[str] = "service_plan_term"
    title: ClassVar[str] = "服务方案的条款不合规章"


class PlanBelowTierError(RuleViolatedError):
    """A term is not stricter than the promise of the customer's tier; the error names the promise."""

    code: ClassVar[str] = "service_plan_below_tier"
    title: ClassVar[str] = "服务方案不得低于所属级别的承诺"


class PlanReasonError(RuleViolatedError):
    """Who rejects says why."""

    code: ClassVar[str] = "service_plan_reason"
    title: ClassVar[str] = "否决须说明理由"
