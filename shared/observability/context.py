"""The call context: what every log line, audit row and event carries of the request or message that caused it."""

import dataclasses
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import TypedDict, Unpack
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CallContext:
    """One request, message or job chunk, as far as others must know of it; no personal data."""

    correlation_id: UUID
    """The same along a whole causal chain; equals the trace id of the request that began it."""
    actor: str | None = None
    """Staff id of the person, or `system:<part>`; never a name."""
    causation_id: UUID | None = None
    """Id of the event being consumed."""
    hops: int = 0
    """How many events lie between the first request and this call (design.md 4)."""
    matter_id: UUID | None = None
    traceparent: str | None = None
    """W3C trace context of this call."""
    request_id: str | None = None

    @property
    def trace_id(self) -> str:
        """The 32 hexadecimal digits that people quote when they report a fault."""
        return self.traceparent[3:35] if self.traceparent else self.correlation_id.hex


class Changes(TypedDict, total=False):
    """What `replace` may change."""

    correlation_id: UUID
    actor: str | None
    causation_id: UUID | None
    hops: int
    matter_id: UUID | None
    traceparent: str | None
    request_id: str | None


_current: ContextVar[CallContext | None] = ContextVar("gasdesk_call", default=None)


def current() -> CallContext:
    """The context of this call; a fresh one (kept from then on) where nothing was bound."""
    call = _current.get()
    if call is None:
        call = CallContext(correlation_id=uuid.uuid4())
        _current.set(call)
    return call


def enter(call: CallContext) -> Token[CallContext | None]:
    """Make `call` the current context; give the token to `leave`.  For hot doors; elsewhere use `bind`."""
    return _current.set(call)


def leave(token: Token[CallContext | None]) -> None:
    """Restore what was current before `enter`."""
    _current.reset(token)


@contextmanager
def bind(call: CallContext) -> Iterator[CallContext]:
    """Make `call` the current context of the block."""
    token = _current.set(call)
    try:
        yield call
    finally:
        _current.reset(token)


def replace(**changes: Unpack[Changes]) -> CallContext:
    """Change the current context from here to the end of its block; answers the new one."""
    call = dataclasses.replace(current(), **changes)
    _current.set(call)
    return call
