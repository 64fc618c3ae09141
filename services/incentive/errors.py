"""What several features of the service refuse."""

from typing import ClassVar, Self

from shared.errors import FieldError, ForbiddenError, IllegalTransitionError, RuleViolatedError


class FieldRuleError(RuleViolatedError):
    """Names the field and the rule."""

    text: ClassVar[str] = ""

    @classmethod
    def at_pointer(cls, pointer: str, text: str | None = None) -> Self:
        """Name the field."""
        said = text or cls.text
        return cls(said, errors=(FieldError(pointer, cls.code, said),))


class OwnCaseError(ForbiddenError):
    """Nobody acts on a case or proposal that names them, or their own department."""

    code = "incentive_own_case"
    title = "不得办理涉及本人的奖惩"


class CauseContestedError(IllegalTransitionError):
    """The finding on which it rests is under appeal: nothing goes on meanwhile."""

    code = "incentive_cause_contested"
    title = "所依据的认定正在申诉"
