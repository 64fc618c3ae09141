"""What the ledger refuses, each with its own code."""

from collections.abc import Sequence
from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class LedgerMonthNotFoundError(NotFoundError):
    """No such month in the company's ledger."""

    code = "ledger_month_not_found"
    title = "台帐月份不存在"


class LedgerSubjectNotFoundError(NotFoundError):
    """No such account holder, or not within the caller's scope."""

    code = "ledger_subject_not_found"
    title = "台帐对象不存在"


class LedgerMonthClosedError(IllegalTransitionError):
    """The month is closed or locked: nothing is posted into it, nor is it ever opened again."""

    code = "ledger_month_closed"
    title = "该月台帐已结帐"

    @classmethod
    def of(cls, month: str, pointer: str | None = None) -> Self:
        """Name the month, and the field that asked for it."""
        text = "该月台帐已结帐，不能再入帐；更正请记入之后的月份。"
        errors = (FieldError(pointer, cls.code, text),) if pointer else ()
        return cls(text, errors=errors, params={"month": month})


class LedgerMonthOpenError(IllegalTransitionError):
    """The step asks for a month that has ended, or that was closed before."""

    code = "ledger_month_open"
    title = "该月台帐尚未结帐"


class LedgerMonthOrderError(IllegalTransitionError):
    """Months are closed one after the other."""

    code = "ledger_month_order"
    title = "须先结清之前的月份"


class LedgerMonthAheadError(RuleViolatedError):
    """Nothing is posted into a month that has not begun."""

    code = "ledger_month_ahead"
    title = "不能记入尚未开始的月份"

    @classmethod
    def of(cls, month: str, pointer: str = "/month") -> Self:
        """Name the month and the field."""
        text = "入帐月份不得晚于当月。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params={"month": month})


class LedgerCasesOpenError(ConflictError):
    """Cases of the month are half-way: each is named."""

    code = "ledger_cases_open"
    title = "该月尚有未办结的奖惩"

    @classmethod
    def of(cls, month: str, numbers: Sequence[str]) -> Self:
        """List the cases by their numbers."""
        errors = tuple(FieldError(f"/cases/{place}", cls.code, f"{one} 未办结") for place, one in enumerate(numbers))
        text = f"{month} 尚有 {len(numbers)} 件奖惩未办结，办结后方可结帐。"
        return cls(text, errors=errors, params={"month": month, "cases": len(numbers)})


class LedgerPostError(ForbiddenError):
    """The pack gives the step to other posts."""

    code = "ledger_post_not_allowed"
    title = "现行规章未授权该岗位"


class LedgerFourEyesError(ForbiddenError):
    """Whoever closed the month does not lock it."""

    code = "ledger_four_eyes"
    title = "结帐与锁定须由不同的人办理"


class PayrollNotTakenError(IllegalTransitionError):
    """A month is locked after its list went to payroll."""

    code = "ledger_payroll_not_taken"
    title = "尚未生成工资发放清单"


class PayrollTakenError(IllegalTransitionError):
    """The list of a month is made once; later readings give the same bytes."""

    code = "ledger_payroll_taken"
    title = "工资发放清单已生成"


class PostingUnsoundError(RuleViolatedError):
    """A posting moves nothing, moves money where only points are kept, or says nothing of whose it is."""

    code = "ledger_posting_unsound"
    title = "入帐内容不成立"

    @classmethod
    def at_pointer(cls, pointer: str, text: str) -> Self:
        """Name the place and the rule."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class PostingDiffersError(ConflictError):
    """The cause was posted before, with other movements: it is reversed, never rewritten."""

    code = "ledger_posting_differs"
    title = "该事由已按不同内容入帐"


class LedgerUnbalancedError(ConflictError):
    """Lines and balances of the month do not agree: the close stops until it is found why."""

    code = "ledger_unbalanced"
    title = "台帐明细与余额不符"
