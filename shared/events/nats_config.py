"""The configuration of nats-server: durable JetStream, one user per process kind with the least rights that do."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.events.topology import (
    AUDIT_ANCHORED,
    CONSUMES,
    PROVISIONER,
    SERVICES,
    USERS,
    inbox_prefix,
)

Rules = dict[str, dict[str, list[str]]]

_ACK_TAIL = "*.*.*.*.*"
# Exactly the short form of an ack subject: the server also hears a longer one (domain and account first), in which the
# consumer stands elsewhere and a deny-list by place would miss it.


def permissions(user: str) -> Rules:
    """What one user may publish and subscribe (reliability.md 2.8); everything not allowed is denied."""
    if user in SERVICES:
        return _service(user)
    if user == PROVISIONER:
        return _rules(["$JS.API.STREAM.>", "$JS.API.CONSUMER.>", "$JS.API.INFO"], [f"{inbox_prefix(user)}.>"])
    if user == "reporter":
        plain = [f"{service}.>" for service in SERVICES]
        # Never sla.>: it would deliver each clock fact twice. No deny-list enforces that: once a client has asked for
        # sla.>, the server would drop denied subjects from its pull consumers as well, silently.
        return _reader(user, [*plain, "sla.*"])
    if user == "gateway":
        return _reader(user, [])
    raise LookupError(f"no such broker user: {user}")


def render(
    *,
    store_dir: Path,
    passwords: Mapping[str, str],
    host: str = "127.0.0.1",
    port: int = -1,
    http_port: int = -1,
    ports_file_dir: Path | None = None,
    max_file_store: int = 20 << 30,
    server_name: str = "gasdesk",
    log_file: Path | None = None,
) -> str:
    """The text of nats-server.conf; ports of -1 let the server choose and write them under `ports_file_dir`.

    Sizes in bytes. `passwords` holds one per user of `topology.USERS`; the file deserves mode 0600.
    Raises: KeyError for a user without password.
    """
    users = [{"user": user, "password": passwords[user], "permissions": permissions(user)} for user in USERS]
    settings: dict[str, Any] = {
        "server_name": server_name,
        "host": host,
        "port": port,
        "http": f"127.0.0.1:{http_port}",
        "max_payload": 256 * 1024,
        "write_deadline": "5s",
        "ping_interval": "20s",
        "ping_max": 2,
        "jetstream": {
            "store_dir": str(store_dir),
            "sync_interval": "always",
            "max_file_store": max_file_store,
            "max_memory_store": 64 << 20,
            "strict": True,
        },
        "authorization": {"timeout": 5, "users": users},
    }
    if ports_file_dir is not None:
        settings["ports_file_dir"] = str(ports_file_dir)
    if log_file is not None:
        settings["log_file"] = str(log_file)
    return "\n".join(f"{name}: {_value(value)}" for name, value in settings.items()) + "\n"


def read_ports(ports_file_dir: Path, pid: int) -> tuple[str, str] | None:
    """Client and monitoring addresses (host:port) that the server `pid` chose; None until it has written them."""
    path = ports_file_dir / f"nats-server_{pid}.ports"
    try:
        ports = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    if not ports.get("nats") or not ports.get("monitoring"):
        return None
    return ports["nats"][0].removeprefix("nats://"), ports["monitoring"][0].removeprefix("http://")


def url_of(user: str, password: str, address: str) -> str:
    """The address with credentials, as `Bus.connect` takes it."""
    return f"nats://{user}:{password}@{address}"


def _service(service: str) -> Rules:
    publish = [f"{service}.>", f"sla.*.{service}", f"{AUDIT_ANCHORED}.{service}"]
    for stream in CONSUMES[service]:
        publish += [
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{service}",
            f"$JS.API.CONSUMER.INFO.{stream}.{service}",
            f"$JS.ACK.{stream}.{service}.{_ACK_TAIL}",
        ]
    return _rules(publish, [f"{inbox_prefix(service)}.>"])


def _reader(user: str, plain: list[str]) -> Rules:
    # Only named consumers: in a nameless request the body may name, and change, a durable of somebody else.
    # Names and lists are what a client library asks by itself before it subscribes, flow control what it answers.
    allow = [
        "$JS.API.INFO",
        "$JS.API.STREAM.NAMES",
        "$JS.API.STREAM.LIST",
        "$JS.API.STREAM.INFO.*",
        "$JS.API.CONSUMER.NAMES.*",
        "$JS.API.CONSUMER.LIST.*",
        "$JS.FC.>",
        "$JS.API.CONSUMER.CREATE.*.*",
        "$JS.API.CONSUMER.CREATE.*.*.>",
        "$JS.API.CONSUMER.MSG.NEXT.*.*",
        "$JS.API.CONSUMER.INFO.*.*",
        f"$JS.ACK.*.*.{_ACK_TAIL}",
    ]
    deny: list[str] = []
    for durable in SERVICES:
        deny += [
            f"$JS.API.CONSUMER.CREATE.*.{durable}",
            f"$JS.API.CONSUMER.CREATE.*.{durable}.>",
            f"$JS.API.CONSUMER.MSG.NEXT.*.{durable}",
            f"$JS.ACK.*.{durable}.>",
            f"$JS.ACK.*.*.*.{durable}.>",
        ]
    rules = _rules(allow, [f"{inbox_prefix(user)}.>", *plain])
    rules["publish"]["deny"] = deny
    return rules


def _rules(publish: list[str], subscribe: list[str]) -> Rules:
    return {"publish": {"allow": publish}, "subscribe": {"allow": subscribe}}


def _value(value: Any) -> str:
    # nats-server reads JSON as a subset of its own format; sizes must then be plain numbers.
    return json.dumps(value)
