"""Versions at the door: `ETag` out, `If-Match` in, and the headers that an answer to a change carries."""

from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Depends, Header, Response
from pydantic.json_schema import SkipJsonSchema

from shared.errors import StaleError
from shared.http.idempotency_store import Replay
from shared.http.problems import refuse

REPLAYED = "Idempotency-Replayed"
_MAX_DIGITS = 18


class Versioned(Protocol):
    """A response model that shows its version."""

    @property
    def version(self) -> int:
        """Grows by one with every change."""


V = TypeVar("V", bound=Versioned)


def etag_of(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def set_etag(response: Response, body: V) -> V:
    """Give the answer the tag of its resource; answers the resource."""
    response.headers["ETag"] = etag_of(body.version)
    return body


def created(response: Response, location: str, body: V, *, replay: Replay | None = None) -> V:
    """The headers of 201: where the resource lies and its version; those of a replay where it is one."""
    response.headers["Location"] = location
    return changed(response, body, replay=replay)


def changed(response: Response, body: V, *, replay: Replay | None = None) -> V:
    """The headers of a change: the version it led to, and whether it had been done before."""
    if replay is not None:
        response.headers[REPLAYED] = "true"
        response.status_code = replay.status
    return set_etag(response, body)


async def get_if_match(
    if_match: Annotated[
        str | SkipJsonSchema[None],
        Header(alias="If-Match", description='所依据的版本，即读取时 ETag 的值，如 "3"'),
    ] = None,
) -> int:
    """The version that the caller saw.  Raises: ProblemError 428 if missing, StaleError if it is no tag of ours."""
    if if_match is None or if_match.strip() == "*":
        raise refuse("if_match_missing", "请带上读取时 ETag 的值")
    text = if_match.strip()
    digits = text[1:-1] if len(text) > 2 and text[0] == text[-1] == '"' else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS):
        raise StaleError("If-Match 不是本资源的 ETag")
    return int(digits)


IfMatch = Annotated[int, Depends(get_if_match)]
"""Required on PATCH and on transitions (428 if missing); compare it with the row's version, 412 if it differs."""


def check_version(row: Any, expected: int) -> None:
    """Refuse a change that was based on an older version.  Raises: StaleError."""
    if row.version != expected:
        raise StaleError("请重新读取后再修改")
