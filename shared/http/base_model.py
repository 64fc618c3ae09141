"""The strict base of every request and response model, and the text types that bodies use."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

MAX_TEXT = 4000
"""Characters of any string without a limit of its own."""

CODE_PATTERN = r"^[a-z0-9_+-]{1,40}$"
"""Codes that a policy pack defines (design.md 5)."""

Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]


class ApiModel(BaseModel):
    """A body as it crosses the door: unknown fields refused, numbers finite, texts bounded (reliability.md 2.7).

    NUL, lone surrogates and NaN never come this far: the body guard refuses them with 400.
    """

    model_config = ConfigDict(
        extra="forbid",
        str_max_length=MAX_TEXT,
        allow_inf_nan=False,
        json_schema_serialization_defaults_required=True,
        use_attribute_docstrings=True,
        from_attributes=True,
    )


def plain_text(value: Any) -> bool:
    """Whether a parsed JSON value holds no NUL and no lone surrogate, which Postgres cannot store."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if "\x00" in item or not _is_encodable(item):
                return False
        elif isinstance(item, dict):
            stack.extend(item)
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return True


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
