"""What supply interruptions refuse, each with its own code."""

from collections.abc import Sequence
from typing import ClassVar, Self

from shared.errors import ConflictError, FieldError, IllegalTransitionError, NotFoundError, RuleViolatedError


class InterruptionNotFoundError(NotFoundError):
    """No such interruption."""

    code = "interruption_not_found"
    title: ClassVar[str] = "停气记录不存在"


class InterruptionStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "interruption_step_not_allowed"
    title: ClassVar[str] = "停气记录的当前状态不允许此步骤"


class InterruptionTimesError(RuleViolatedError):
    """The times contradict one another."""

    code = "interruption_times"
    title: ClassVar[str] = "停气时间不合理"

    @classmethod
    def of(cls, broken: Sequence[tuple[str, str, str]]) -> Self:
        """Name the fields."""
        return cls(broken[0][2], errors=tuple(FieldError(*one) for one in broken))


class InterruptionAreaError(RuleViolatedError):
    """What was said is no area, or nobody has gas there."""

    code = "interruption_area"
    title: ClassVar[str] = "停气范围不合理"

    @classmethod
    def of(cls, broken: Sequence[tuple[str, str, str]]) -> Self:
        """Name the fields."""
        return cls(broken[0][2], errors=tuple(FieldError(*one) for one in broken))


class UnknownSupplyCodeError(RuleViolatedError):
    """The pack knows no such code."""

    code = "unknown_supply_code"
    title: ClassVar[str] = "规章未定义该代码"

    @classmethod
    def at(cls, pointer: str) -> Self:
        """Name the field."""
        text = "现行规章未定义该代码。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class NotInterruptedError(NotFoundError):
    """The customer is not among those affected."""

    code = "customer_not_interrupted"
    title: ClassVar[str] = "该客户不在停气范围内"


class AlreadyCaredError(ConflictError):
    """Somebody saw to the customer already."""

    code = "interruption_already_cared"
    title: ClassVar[str] = "已有人关照该客户"
