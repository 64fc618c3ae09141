"""What the settlement refuses, each with its own code."""

from typing import ClassVar, Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class _AtError(RuleViolatedError):
    @classmethod
    def at(cls, pointer: str, text: str) -> Self:
        """Name the field and the rule."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class PriceNotFoundError(NotFoundError):
    """No such price."""

    code = "material_price_not_found"
    title: ClassVar[str] = "价目不存在"


class PriceOverlapError(ConflictError):
    """The code has another price in that time."""

    code = "material_price_overlap"
    title: ClassVar[str] = "同一代码的价目有效期重叠"


class PriceRuleError(_AtError):
    """The validity contradicts itself."""

    code = "material_price_rule"
    title: ClassVar[str] = "价目资料不合规定"


class MaterialUnknownError(_AtError):
    """The price list has no such material on the day."""

    code = "settlement_material_unknown"
    title: ClassVar[str] = "价目表中没有该材料"


class SettlementCodeError(_AtError):
    """The pack in force does not define the code."""

    code = "settlement_code_unknown"
    title: ClassVar[str] = "规章未定义的结算代码"


class WaiverTooLargeError(_AtError):
    """More is waived than was charged."""

    code = "settlement_waiver_too_large"
    title: ClassVar[str] = "减免超过应收金额"


class ReceiptUsedError(_AtError):
    """The receipt number stands on another payment."""

    code = "settlement_receipt_used"
    title: ClassVar[str] = "收据号已使用"


class MomentError(_AtError):
    """The day or time lies ahead."""

    code = "settlement_moment"
    title: ClassVar[str] = "结算时间不合规定"


class OrderCancelledError(IllegalTransitionError):
    """Nothing is settled of a cancelled order."""

    code = "settlement_order_cancelled"
    title: ClassVar[str] = "工单已取消，不能录入结算"


class LineNotFoundError(NotFoundError):
    """No such line of this order or reading."""

    code = "settlement_line_not_found"
    title: ClassVar[str] = "结算行不存在"


class LineReversedError(ConflictError):
    """The line was reversed already, or is a reversal itself."""

    code = "settlement_line_reversed"
    title: ClassVar[str] = "结算行已冲销"


class ReadingUnknownError(NotFoundError):
    """No such reading in the company."""

    code = "settlement_reading_not_found"
    title: ClassVar[str] = "抄表记录不存在"


class ReadingOfOrderError(ConflictError):
    """The reading belongs to an order, which is settled instead."""

    code = "settlement_reading_of_order"
    title: ClassVar[str] = "该抄表属于工单，请在工单上结算"


class ExceptionNotFoundError(NotFoundError):
    """No such exception, or not within the caller's scope."""

    code = "three_way_exception_not_found"
    title: ClassVar[str] = "三方核对差异不存在"


class ExceptionStepError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "three_way_step_not_allowed"
    title: ClassVar[str] = "三方核对差异的状态不允许此操作"


class StillDifferentError(ConflictError):
    """The three sides do not agree yet."""

    code = "three_way_still_different"
    title: ClassVar[str] = "三方仍不一致"


class ThreeWayFourEyesError(ForbiddenError):
    """Nobody confirms what they explained or corrected, or what their own entry caused."""

    code = "three_way_four_eyes"
    title: ClassVar[str] = "不得确认自己处理或造成的差异"
