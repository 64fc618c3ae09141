"""What merging refuses, each with its own code."""

from typing import ClassVar, Self

from shared.errors import (
    ConflictError,
    FieldError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
    StaleError,
)


class NoCustomerError(NotFoundError):
    """No such customer, or not for this person."""

    code = "customer_not_found"
    title: ClassVar[str] = "客户不存在"


class MergeNotFoundError(NotFoundError):
    """No such merge, or not for this person."""

    code = "customer_merge_not_found"
    title: ClassVar[str] = "合并记录不存在"


class CandidateNotFoundError(NotFoundError):
    """No such pair, or not for this person."""

    code = "merge_candidate_not_found"
    title: ClassVar[str] = "疑似重复记录不存在"


class MergeStaleError(StaleError):
    """Somebody changed one of the two, or the merge, meanwhile."""

    code = "customer_merge_stale"
    title: ClassVar[str] = "资料已被他人修改"


class CustomerMergedError(ConflictError):
    """The row has ended in another already; `params` name the one that stays."""

    code = "customer_already_merged"
    title: ClassVar[str] = "客户已被合并"


class MergeUndoneError(IllegalTransitionError):
    """The merge was undone before."""

    code = "customer_merge_undone"
    title: ClassVar[str] = "合并已撤销"


class CandidateDecidedError(IllegalTransitionError):
    """The pair was merged or dismissed before."""

    code = "merge_candidate_decided"
    title: ClassVar[str] = "疑似重复已处理"


class UnlikeCustomersError(RuleViolatedError):
    """The two cannot be the same customer."""

    code = "customers_unlike"
    title: ClassVar[str] = "两个客户不能合并"

    @classmethod
    def at(cls, pointer: str, text: str) -> Self:
        """Name the field and the rule."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class UndoForbiddenError(ConflictError):
    """What happened since the merge forbids undoing it; `errors` name each change."""

    code = "merge_undo_forbidden"
    title: ClassVar[str] = "合并后又有变更，不能撤销"
