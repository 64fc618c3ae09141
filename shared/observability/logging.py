"""Logs: one JSON line per event, ASCII only, with the call context and without personal data (reliability.md T11)."""

import logging
import logging.config
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from shared.errors import DomainError
from shared.observability import context

_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?([1１][3-9３-９]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[- ](\d{3,4})(\d{4})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")
_DIGITS = re.compile(r"\d{7}|\d[- ]\d")
_OWN_KEYS = frozenset({"timestamp", "level", "event", "service", "logger", "trace_id", "correlation_id"})
_OURS = ("shared.", "services.", "gateway.", "deploy.")
_PLAIN = (OSError, RuntimeError, ImportError, AttributeError, TypeError)


def scrub(text: str) -> str:
    """Mask mobile, landline and identity numbers wherever they stand in a text."""
    if not _DIGITS.search(text):
        return text
    text = _IDENTITY.sub(r"\1********\2", text)
    text = _MOBILE.sub(r"\1****\3", text)
    return _LANDLINE.sub(r"\1-****\3", text)


def scrubbed(value: Any, depth: int = 6) -> Any:
    """`value` with every text in it scrubbed; anything that is not JSON becomes its scrubbed text."""
    if isinstance(value, str):
        return scrub(value)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        text = scrub(str(value))
        return value if text == str(value) else text
    if depth and isinstance(value, dict):
        return {scrub(str(key)): scrubbed(item, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [scrubbed(item, depth - 1) for item in value]
    return scrub(str(value))


def describe(error: BaseException) -> dict[str, Any]:
    """An exception without foreign texts: class, SQLSTATE and constraint, frames; own messages only.

    Messages of drivers and validators hold the refused values, hence personal data.
    """
    origin = getattr(error, "orig", None) or error
    told: dict[str, Any] = {"error": f"{type(error).__module__}.{type(error).__qualname__}"}
    for name in ("sqlstate", "constraint_name", "table_name", "column_name"):
        if value := getattr(origin, name, None):
            told[name] = value
    if isinstance(error, DomainError):
        told["code"] = type(error).code
    elif type(error).__module__.startswith(_OURS) or (
        type(error).__module__ == "builtins" and isinstance(error, _PLAIN)
    ):
        told["message"] = str(error)[:500]
    told["frames"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-12:]
    ]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        told["cause"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    return told


def _add_call(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    call = context.current()
    event.setdefault("trace_id", call.trace_id)
    event.setdefault("correlation_id", str(call.correlation_id))
    if call.actor:
        event.setdefault("actor", call.actor)
    if call.request_id:
        event.setdefault("request_id", call.request_id)
    return event


def _describe_exception(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        for key, value in describe(error).items():
            event.setdefault(key, value)
    return event


def _scrub_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        event[key] = value if key in _OWN_KEYS and key != "event" else scrubbed(value)
    return event


def configure(service: str, *, level: str = "INFO", stream: Any = None) -> None:
    """Set up this process's logging; only the composition root calls it (design.md 2)."""

    def add_service(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_service,
        _add_call,
        _describe_exception,
        _scrub_event,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(allow=()), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=True, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quiet in (("uvicorn.access", "WARNING"), ("asyncio", "WARNING"), ("sqlalchemy.engine", "WARNING")):
        logging.getLogger(name).setLevel(quiet)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
