"""What readings and card sales refuse, each with its own code."""

from collections.abc import Sequence
from typing import ClassVar, Self

from shared.errors import ConflictError, FieldError, NotFoundError, RuleViolatedError


class ReadingNotFoundError(NotFoundError):
    """No such reading."""

    code = "reading_not_found"
    title: ClassVar[str] = "抄表记录不存在"


class ReadingMeterError(RuleViolatedError):
    """The meter is not in use, not of the family, or was put up later."""

    code = "reading_meter"
    title: ClassVar[str] = "表具不符"

    @classmethod
    def at(cls, pointer: str, text: str) -> Self:
        """Name the field."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class ReadingImplausibleError(RuleViolatedError):
    """The pack refuses such a reading."""

    code = "reading_implausible"
    title: ClassVar[str] = "读数不合理"

    @classmethod
    def of(cls, doubts: Sequence[tuple[str, str]]) -> Self:
        """Name what is implausible."""
        return cls(doubts[0][1], errors=tuple(FieldError("/reading_m3", code, text) for code, text in doubts))


class ReadingDayError(RuleViolatedError):
    """The day lies in the future or before a reading that stands."""

    code = "reading_day"
    title: ClassVar[str] = "抄表日期不合理"

    @classmethod
    def at(cls, text: str) -> Self:
        """Name the field."""
        return cls(text, errors=(FieldError("/read_on", cls.code, text),))


class ReadingTakenError(ConflictError):
    """The meter was read that day already; a wrong reading is corrected."""

    code = "reading_taken"
    title: ClassVar[str] = "该表当日已有抄表记录"


class ReadingPhotoError(RuleViolatedError):
    """The pack asks for a photograph, or the file is not the person's."""

    code = "reading_photo"
    title: ClassVar[str] = "抄表照片不符"

    @classmethod
    def at_file(cls, text: str) -> Self:
        """Name the field."""
        return cls(text, errors=(FieldError("/file_id", cls.code, text),))


class ReadingCorrectedError(ConflictError):
    """The reading was corrected already, or a later one stands on it."""

    code = "reading_corrected"
    title: ClassVar[str] = "抄表记录已被更正"


class SaleNotFoundError(NotFoundError):
    """No such sale."""

    code = "card_sale_not_found"
    title: ClassVar[str] = "售气记录不存在"


class SaleCorrectedError(ConflictError):
    """The sale was corrected or refunded already."""

    code = "card_sale_corrected"
    title: ClassVar[str] = "售气记录已更正或退款"


class SaleRuleError(RuleViolatedError):
    """Volume or payment is none that the pack allows."""

    code = "card_sale_rule"
    title: ClassVar[str] = "售气资料不合规定"

    @classmethod
    def at(cls, pointer: str, text: str) -> Self:
        """Name the field."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))
