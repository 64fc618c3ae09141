"""RFC 9457 problems: the model, the one catalogue of codes, and how a refusal becomes an answer."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import orjson
from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from shared.errors import (
    ConflictError,
    DomainError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
    StaleError,
)
from shared.observability import context

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:gasdesk:problem:"


class Entry(NamedTuple):
    """One row of the catalogue."""

    status: int
    title: str


PLATFORM: dict[str, Entry] = {
    "malformed_request": Entry(400, "请求格式有误"),
    "malformed_json": Entry(400, "请求体不是合法的 JSON"),
    "idempotency_key_missing": Entry(400, "缺少 Idempotency-Key 请求头"),
    "idempotency_key_malformed": Entry(400, "Idempotency-Key 请求头格式有误"),
    "cursor_invalid": Entry(400, "翻页游标无效"),
    "invalid_grant": Entry(400, "账号或密码不正确"),
    "token_missing": Entry(401, "未登录"),
    "token_invalid": Entry(401, "登录凭证无效"),
    "token_expired": Entry(401, "登录凭证已过期"),
    "forbidden": Entry(403, "无权进行此项操作"),
    "permission_denied": Entry(403, "无权进行此项操作"),
    "account_inactive": Entry(403, "账号未启用"),
    "not_found": Entry(404, "未找到"),
    "method_not_allowed": Entry(405, "不支持此请求方法"),
    "not_acceptable": Entry(406, "无法按所要求的格式应答"),
    "conflict": Entry(409, "与现有数据冲突"),
    "busy": Entry(409, "同一数据正在由另一请求处理"),
    "illegal_transition": Entry(409, "当前状态不允许此项操作"),
    "gone": Entry(410, "已不再提供"),
    "stale_version": Entry(412, "数据已被他人修改"),
    "body_too_large": Entry(413, "请求体过大"),
    "unsupported_media_type": Entry(415, "不支持的内容类型"),
    "rule_violated": Entry(422, "不符合规则"),
    "validation_failed": Entry(422, "请求内容不符合要求"),
    "idempotency_key_reused": Entry(422, "同一 Idempotency-Key 用于不同的请求"),
    "if_match_missing": Entry(428, "缺少 If-Match 请求头"),
    "rate_limited": Entry(429, "请求过于频繁"),
    "internal_error": Entry(500, "系统内部错误"),
    "upstream_failed": Entry(502, "上游服务应答有误"),
    "unavailable": Entry(503, "服务暂不可用"),
    "deadline_exceeded": Entry(503, "处理超时"),
    "upstream_unavailable": Entry(503, "上游服务暂不可用"),
    "upstream_timeout": Entry(504, "上游服务应答超时"),
}
"""The platform's own codes; features add theirs as subclasses of the six categories."""

_CATEGORIES: tuple[tuple[type[DomainError], int], ...] = (
    (NotFoundError, 404),
    (ConflictError, 409),
    (IllegalTransitionError, 409),
    (ForbiddenError, 403),
    (StaleError, 412),
    (RuleViolatedError, 422),
)
_BY_STATUS = {
    400: "malformed_request",
    401: "token_invalid",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    410: "gone",
    412: "stale_version",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "validation_failed",
    428: "if_match_missing",
    429: "rate_limited",
    503: "unavailable",
}


class ProblemField(BaseModel):
    """One offending place of the request."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    pointer: str
    """Body: JSON pointer such as `/contact/phone`; query `?limit`; path `{complaint_id}`; header its name."""
    code: str
    """Stable English code of the broken rule."""
    message: str
    """The rule in Chinese; never the refused value."""


class Problem(BaseModel):
    """Why a request was refused (RFC 9457), with a stable `code` to decide by."""

    model_config = ConfigDict(use_attribute_docstrings=True, json_schema_serialization_defaults_required=True)

    type: str
    """Absolute URI of the kind of problem."""
    title: str
    """What went wrong, in Chinese; the same for every problem of this code."""
    status: int
    """The HTTP status."""
    code: str
    """Stable English code of the kind of problem."""
    detail: str = ""
    """This case, in Chinese; may be empty."""
    instance: str = ""
    """URN of this very request."""
    trace_id: str = ""
    """To be quoted when the fault is reported."""
    errors: list[ProblemField] = Field(default_factory=list)
    """The offending places of the request, if it is about some."""


class ProblemError(HTTPException):
    """A refusal by the door itself, with a code of the platform's catalogue."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        errors: Iterable[FieldError] = (),
    ) -> None:
        super().__init__(PLATFORM[code].status, detail, headers)
        self.code = code
        self.errors = tuple(errors)


def refuse(
    code: str, detail: str = "", *, headers: Mapping[str, str] | None = None, errors: Iterable[FieldError] = ()
) -> ProblemError:
    """The exception to raise for a platform code; `detail` in Chinese, never from input.  Raises: KeyError."""
    return ProblemError(code, detail, headers=headers, errors=errors)


def entry_of(error: DomainError) -> Entry:
    """Status and title of a domain error: the title of its class, else of its code, the status of its category."""
    kind = type(error)
    status = next((status for category, status in _CATEGORIES if isinstance(error, category)), 500)
    known = PLATFORM.get(kind.code)
    title = getattr(kind, "title", None) or (
        known.title if known else PLATFORM[_BY_STATUS.get(status, "conflict")].title
    )
    return Entry(status, title)


def code_of_status(status: int) -> str:
    """The platform code that stands for a bare HTTP status."""
    return _BY_STATUS.get(status, "internal_error" if status >= 500 else "malformed_request")


def catalogue() -> dict[str, Entry]:
    """Every code with its status and title: the platform's and those of all loaded error classes.

    A class without a title of its own shares that of another class with its code.
    Raises: ValueError if two classes give one code another status or title.
    """
    found: dict[str, Entry] = dict(PLATFORM)
    kinds = [kind for kind in _subclasses(DomainError) if "code" in vars(kind) and kind.code not in PLATFORM]
    for kind in sorted(kinds, key=lambda one: (getattr(one, "title", None) is None, one.__module__, one.__qualname__)):
        entry = entry_of(kind())
        known = found.setdefault(kind.code, entry)
        if known.status != entry.status or (getattr(kind, "title", None) and known != entry):
            raise ValueError(f"problem code {kind.code} of {kind} means {known} elsewhere")
    return found


def _subclasses(kind: type[DomainError]) -> set[type[DomainError]]:
    below = {one for child in kind.__subclasses__() for one in _subclasses(child)}
    return below | set(kind.__subclasses__())


def problem_body(code: str, status: int, title: str, *, detail: str = "", errors: Iterable[FieldError] = ()) -> bytes:
    """The JSON of a problem, with the identifiers of the current call."""
    call = context.current()
    return orjson.dumps(
        {
            "type": TYPE_PREFIX + code,
            "title": title,
            "status": status,
            "code": code,
            "detail": detail,
            "instance": f"urn:gasdesk:request:{call.request_id or call.trace_id}",
            "trace_id": call.trace_id,
            "errors": [{"pointer": one.pointer, "code": one.code, "message": one.message} for one in errors],
        }
    )


def problem_response(
    code: str,
    detail: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    errors: Iterable[FieldError] = (),
    entry: Entry | None = None,
) -> Response:
    """The answer for a code of the catalogue, or for `entry` where the code is a feature's."""
    status, title = entry or PLATFORM[code]
    body = problem_body(code, status, title, detail=detail, errors=errors)
    return Response(body, status, dict(headers or {}), MEDIA_TYPE)
