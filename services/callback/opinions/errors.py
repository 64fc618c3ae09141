"""What an opinion refuses, each with its own code."""

from typing import Self

from shared.errors import FieldError, IllegalTransitionError, NotFoundError, RuleViolatedError


class OpinionNotFoundError(NotFoundError):
    """No such opinion, or not within the caller's scope."""

    code = "opinion_not_found"
    title = "意见不存在"


class OpinionStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step: it was answered already, or not yet."""

    code = "opinion_step_not_allowed"
    title = "意见当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the act and the state."""
        return cls(f"意见处于“{state}”，不能执行“{act}”。", params={"act": act, "state": state})


class OpinionDepartmentError(RuleViolatedError):
    """The pack has no such department."""

    code = "opinion_department_unknown"
    title = "答复部门不存在"

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the field."""
        text = "该部门不在现行规章中。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))
