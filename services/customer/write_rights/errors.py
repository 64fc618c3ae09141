"""What a withdrawn right refuses."""

from typing import Self

from shared.errors import FieldError, ForbiddenError


class RightWithdrawnError(ForbiddenError):
    """The person's right to enter this kind of data was withdrawn after errors (domain.md 2.7)."""

    code = "entry_right_withdrawn"
    title = "录入权限已被收回"

    @classmethod
    def of(cls, concern: str, pointer: str = "") -> Self:
        """Name the kind of data, and the field where there is one."""
        text = f"您录入“{concern}”类资料的权限已被收回，恢复前不能录入。"
        errors = (FieldError(pointer, cls.code, text),) if pointer else ()
        return cls(text, errors=errors, params={"concern": concern})
