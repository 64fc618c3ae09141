"""The ports of a run: bound before anything starts, so that a taken one is a clear error naming its variable."""

import os
import socket
from dataclasses import dataclass

from shared.events.topology import SERVICES

HOST = "127.0.0.1"
_BACKLOG = 512
DEFAULTS = {
    "GASDESK_GATEWAY_PORT": 8080,
    "GASDESK_NATS_PORT": 4222,
    **{f"GASDESK_{service.upper()}_PORT": port for port, service in enumerate(SERVICES, 8081)},
    **{f"GASDESK_{service.upper()}_WORKER_PORT": port for port, service in enumerate(SERVICES, 8181)},
}
"""Names that others rely on (design.md 2)."""


class PortTakenError(RuntimeError):
    """Somebody listens there already."""


def port_of(variable: str) -> int:
    """The port that a variable names; 0 lets the system choose.  Raises: PortTakenError when it is no port."""
    text = os.environ.get(variable, str(DEFAULTS[variable]))
    if not text.isdigit() or int(text) > 65535:
        raise PortTakenError(f"{variable}={text} 不是端口号（0–65535）")
    return int(text)


@dataclass(frozen=True, slots=True)
class Bound:
    """A listening socket and its address."""

    listener: socket.socket
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"


def bind(variable: str, host: str = HOST) -> Bound:
    """Bind the port of a variable.  Raises: PortTakenError naming the variable."""
    port = port_of(variable)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)  # at once: bound alone, another process could still take it
    except OSError as error:
        listener.close()
        raise PortTakenError(
            f"端口 {port} 已被占用；请用 {variable} 指定其他端口（port taken, set {variable}）"
        ) from error
    listener.set_inheritable(False)
    return Bound(listener, listener.getsockname()[1])


def bind_all() -> dict[str, Bound]:
    """Gateway and services, by name.  Raises: PortTakenError; then nothing stays bound."""
    bound: dict[str, Bound] = {}
    try:
        for name in ("gateway", *SERVICES):
            bound[name] = bind(f"GASDESK_{name.upper()}_PORT")
        probe = bind("GASDESK_NATS_PORT")
        probe.listener.close()
    except PortTakenError:
        for one in bound.values():
            one.listener.close()
        raise
    return bound
