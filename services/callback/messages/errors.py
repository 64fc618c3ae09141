"""What messages refuse, each with its own code."""

from typing import Self

from shared.errors import ConflictError, FieldError, NotFoundError, RuleViolatedError


class MessageNotFoundError(NotFoundError):
    """No such message, or not within the caller's scope."""

    code = "message_not_found"
    title = "短信不存在"


class OptOutNotFoundError(NotFoundError):
    """No such wish, or not within the caller's company."""

    code = "opt_out_not_found"
    title = "退订记录不存在"


class TemplateUnknownError(RuleViolatedError):
    """The pack has no such text."""

    code = "message_template_unknown"
    title = "短信模板不存在"

    @classmethod
    def at_pointer(cls, pointer: str = "/template") -> Self:
        """Name the field."""
        text = "现行规章没有该短信模板。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class ParameterInvalidError(RuleViolatedError):
    """A value is missing, too many, or not of its kind: nothing that names or reaches a person stands in a text."""

    code = "message_parameter_invalid"
    title = "短信参数不符合模板"

    @classmethod
    def of(cls, name: str, kind: str) -> Self:
        """Name the parameter and the kind that is asked for."""
        text = f"参数 {name} 须为 {kind}，且不得含姓名、电话等个人信息。"
        return cls(text, errors=(FieldError(f"/parameters/{name}", cls.code, text),))

    @classmethod
    def names(cls) -> Self:
        """The names are not those of the template."""
        text = "参数须与模板所列一致，不多不少。"
        return cls(text, errors=(FieldError("/parameters", cls.code, text),))


class CustomerUnknownError(RuleViolatedError):
    """Nobody has told this service of the customer."""

    code = "message_customer_unknown"
    title = "客户不存在"

    @classmethod
    def at_pointer(cls, pointer: str = "/customer_id") -> Self:
        """Name the field."""
        text = "没有这个客户，或客户资料已删除。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class OptOutNotAllowedError(RuleViolatedError):
    """Messages of this purpose may not be refused, such as those on safety."""

    code = "opt_out_not_allowed"
    title = "该类短信不可退订"

    @classmethod
    def at_pointer(cls, pointer: str = "/purpose") -> Self:
        """Name the field."""
        text = "该用途不在规章中，或按规章不可退订（如安全通知）。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class OptOutSourceError(RuleViolatedError):
    """The pack has no such source of a wish."""

    code = "opt_out_source_unknown"
    title = "退订来源不存在"

    @classmethod
    def at_pointer(cls, pointer: str = "/source") -> Self:
        """Name the field."""
        text = "现行规章没有该来源。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class OptOutExistsError(ConflictError):
    """The customer has said so already."""

    code = "opt_out_exists"
    title = "该用途已退订"


class OptOutEndedError(ConflictError):
    """It was taken back already."""

    code = "opt_out_ended"
    title = "退订已撤销"
