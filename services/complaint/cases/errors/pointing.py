"""A refusal that names the field."""

from typing import Self

from shared.errors import (
    FieldError,
    RuleViolatedError,
)


class AtPointerError(RuleViolatedError):
    """The input breaks a rule; subclasses say which, `message` says it in Chinese."""

    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=params)
