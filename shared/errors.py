"""The six categories of refusal; both doors (HTTP and events) translate categories, so none carries a status."""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One offending place of the input: JSON pointer, stable code, Chinese message naming the rule, never the value."""

    pointer: str
    code: str
    message: str


@dataclass(eq=False)
class DomainError(Exception):
    """A refusal with a stable `code` (see the problem catalogue) and Chinese detail that never echoes input."""

    code: ClassVar[str] = "domain_error"
    title: ClassVar[str] = ""
    """Chinese, without parameters; empty takes the category's."""

    detail: str = ""
    errors: tuple[FieldError, ...] = ()
    params: dict[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Give the exception its text, so that logs and tests read well."""
        Exception.__init__(self, f"{type(self).code}: {self.detail}" if self.detail else type(self).code)


class NotFoundError(DomainError):
    """No such thing, or not for this person: both look alike."""

    code = "not_found"


class ConflictError(DomainError):
    """The thing exists already, or another request holds it."""

    code = "conflict"


class IllegalTransitionError(DomainError):
    """The state does not allow the step."""

    code = "illegal_transition"


class ForbiddenError(DomainError):
    """The person may see the thing but not do this."""

    code = "forbidden"


class StaleError(DomainError):
    """The version that the caller saw is no longer the newest."""

    code = "stale_version"


class RuleViolatedError(DomainError):
    """The input breaks a rule; `errors` name the fields."""

    code = "rule_violated"
