"""How every exception that a request meets becomes a problem."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from shared.access.errors import TooManyAttemptsError, UnauthenticatedError
from shared.database.outage import DATABASE_AWAY, is_cut
from shared.errors import DomainError, StaleError
from shared.http.problems import PLATFORM, ProblemError, code_of_status, entry_of, problem_response
from shared.http.validation import field_errors
from shared.observability.logging import describe

log = structlog.get_logger(__name__)

RETRY_SOON = {"Retry-After": "1"}
_LOCKED = "55P03"
_UNSTORABLE_CLASS = "22"
_TRANSIENT_CLASSES = ("08", "53", "57")
_TRANSIENT = ("40001", "40P01", "25P03", "25P04")


def add_handlers(app: FastAPI) -> None:
    """Register the handlers; anything they do not know ends as a 500 in the door middleware."""
    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(RequestValidationError, on_validation_error)
    app.add_exception_handler(UnauthenticatedError, on_unauthenticated)
    app.add_exception_handler(TooManyAttemptsError, on_too_many_attempts)
    app.add_exception_handler(StaleDataError, on_stale_data)
    for kind in (DBAPIError, PoolTimeoutError, *DATABASE_AWAY):
        app.add_exception_handler(kind, on_database_error)


async def on_domain_error(_: Request, error: Exception) -> Response:
    """A refusal of the domain, by its category; a stale one tells the version of now where it is known."""
    assert isinstance(error, DomainError)  # noqa: S101  # registered for this class
    version = error.params.get("current_version") if isinstance(error, StaleError) else None
    headers = None if version is None else {"ETag": f'"{version}"'}
    return problem_response(type(error).code, error.detail, headers=headers, errors=error.errors, entry=entry_of(error))


async def on_http_exception(_: Request, error: Exception) -> Response:
    """A refusal by the door or the framework; its headers (`Allow`) are kept, foreign texts are not."""
    if isinstance(error, ProblemError):
        return problem_response(error.code, error.detail, headers=error.headers, errors=error.errors)
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for this class
    code = code_of_status(error.status_code)
    known = PLATFORM[code]
    return problem_response(code, headers=error.headers, entry=known._replace(status=error.status_code))


async def on_validation_error(_: Request, error: Exception) -> Response:
    """422 with the places and rules; 400 where the body was no JSON at all."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for this class
    return validation_problem(error.errors())


def validation_problem(errors: Sequence[Any]) -> Response:
    """The answer to what pydantic found, without any refused value."""
    if any(one.get("type") == "json_invalid" for one in errors):
        return problem_response("malformed_json")
    return problem_response("validation_failed", errors=field_errors(errors))


def row_problem(error: ValidationError) -> Response:
    """The same for a body that a route parses by itself."""
    return validation_problem([{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_input=False)])


async def on_unauthenticated(_: Request, error: Exception) -> Response:
    """401 with the challenge that RFC 6750 asks for."""
    code = str(getattr(error, "code", "token_invalid"))
    challenge = "Bearer" if code == "token_missing" else 'Bearer error="invalid_token"'
    return problem_response(code, headers={"WWW-Authenticate": challenge})


async def on_too_many_attempts(_: Request, error: Exception) -> Response:
    """429, with the seconds to wait."""
    return problem_response("rate_limited", headers={"Retry-After": str(getattr(error, "retry_after", 1))})


async def on_stale_data(_: Request, __: Exception) -> Response:
    """A row that another transaction changed first."""
    return problem_response("stale_version", "请重新读取后再修改")


async def on_database_error(_: Request, error: Exception) -> Response:
    """409 for a lock, 422 for a value that no column holds, 503 for what passes by itself; else it is a fault: 500."""
    state = sqlstate_of(error)
    if state == _LOCKED:
        return problem_response("busy", headers=RETRY_SOON)
    if state is not None and state.startswith(_UNSTORABLE_CLASS):
        log.warning("http.unstorable", **describe(error))
        return problem_response("validation_failed", "有内容超出可存储的范围")
    if is_transient(error, state):
        log.warning("http.unavailable", **describe(error))
        return problem_response("unavailable", headers=RETRY_SOON)
    raise error


def sqlstate_of(error: BaseException) -> str | None:
    """The SQLSTATE of a driver's error, however SQLAlchemy wrapped it."""
    origin = getattr(error, "orig", None) or error
    return getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None)


def is_transient(error: BaseException, state: str | None) -> bool:
    """Whether the same request may succeed a moment later: connection, resources, cancellation, serialisation."""
    if state is not None:
        return state in _TRANSIENT or state.startswith(_TRANSIENT_CLASSES)
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, InterfaceError | OperationalError) or is_cut(error)
    return isinstance(
        error, OSError | TimeoutError | PoolTimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError
    )
