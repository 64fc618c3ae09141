"""What the safety inspections refuse, each with its own code."""

from collections.abc import Sequence
from typing import ClassVar, Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class InspectionNotFoundError(NotFoundError):
    """No such visit."""

    code = "safety_inspection_not_found"
    title: ClassVar[str] = "安检记录不存在"


class HazardNotFoundError(NotFoundError):
    """No such hazard."""

    code = "hazard_not_found"
    title: ClassVar[str] = "隐患不存在"


class SafetyPlanNotFoundError(NotFoundError):
    """No such plan."""

    code = "safety_plan_not_found"
    title: ClassVar[str] = "安检计划不存在"


class _NamedError(RuleViolatedError):
    """Names the fields."""

    @classmethod
    def of(cls, broken: Sequence[tuple[str, str, str]]) -> Self:
        """From pointer, code and message of each fault."""
        return cls(broken[0][2], errors=tuple(FieldError(*one) for one in broken))

    @classmethod
    def at(cls, pointer: str, text: str) -> Self:
        """One field."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class VisitInvalidError(_NamedError):
    """The visit contradicts itself or the pack."""

    code = "safety_visit_invalid"
    title: ClassVar[str] = "安检记录不符合规章"


class HazardInvalidError(_NamedError):
    """The hazard contradicts the pack."""

    code = "hazard_invalid"
    title: ClassVar[str] = "隐患登记不符合规章"


class SafetyPlaceError(_NamedError):
    """The customer, address, equipment or order is not the one meant."""

    code = "safety_place_invalid"
    title: ClassVar[str] = "客户、地址、设备或工单不符"


class SafetyStaffError(_NamedError):
    """Somebody named does not work here."""

    code = "safety_staff_unknown"
    title: ClassVar[str] = "没有该员工"


class ProofError(_NamedError):
    """A file is missing, or somebody else's."""

    code = "hazard_proof_invalid"
    title: ClassVar[str] = "凭证不符"


class PlanBatchError(_NamedError):
    """The batch is larger than the pack allows."""

    code = "safety_batch_too_large"
    title: ClassVar[str] = "一次开单过多"


class HazardKnownError(ConflictError):
    """The same hazard is open at the home already."""

    code = "hazard_already_open"
    title: ClassVar[str] = "该隐患已登记且尚未销号"


class HazardStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "hazard_step_not_allowed"
    title: ClassVar[str] = "隐患的当前状态不允许此步骤"


class FollowUpOpenError(ConflictError):
    """The order of the re-inspection is still under way."""

    code = "hazard_follow_up_open"
    title: ClassVar[str] = "复查工单尚未办结"


class SameEyesError(ForbiddenError):
    """Whoever found the hazard does not declare it resolved."""

    code = "hazard_same_eyes"
    title: ClassVar[str] = "隐患须由发现人以外的人销号"
