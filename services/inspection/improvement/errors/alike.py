"""How refusals name a state or a field."""

from typing import Self

from shared.errors import FieldError, IllegalTransitionError, RuleViolatedError


class StepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    what = ""

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"{cls.what}处于“{state}”状态，不能执行“{act}”。", params={"act": str(act), "state": str(state)})


class AtPointerError(RuleViolatedError):
    """A rule that one field breaks."""

    message = ""

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the offending field."""
        return cls(cls.message, errors=(FieldError(pointer, cls.code, cls.message),))
