"""AsyncAPI 3.0.0 made from the catalogue (stack.md 5)."""

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from shared.events.catalogue import EventType, catalogue
from shared.events.envelope import Envelope
from shared.events.examples import example_of
from shared.events.provision import DAY, SECOND, Config, stream_configs
from shared.events.topology import CONTENT_TYPE, MSG_ID, subject_of

Document = dict[str, Any]

_REF = "#/components/schemas/{model}"
_HEADERS: Document = {
    "type": "object",
    "properties": {
        MSG_ID: {"type": "string", "description": "Id of the event, with a suffix when it was published again"},
        "Content-Type": {"type": "string", "const": CONTENT_TYPE},
    },
}


def document(version: str, types: Mapping[str, EventType] | None = None) -> Document:
    """The whole platform's document; keys sorted, so that equal contracts give equal text."""
    types = catalogue() if types is None else types
    streams = {config["name"]: config for config in stream_configs()}
    channels = {name: _channel(entry, streams[entry.stream]) for name, entry in types.items()}
    messages = {name: _message(entry) for name, entry in types.items()}
    whole: Document = _sorted(
        {
            "asyncapi": "3.0.0",
            "info": {
                "title": "GasDesk events",
                "version": version,
                "description": "Facts of the platform as CloudEvents 1.0 on NATS JetStream. Additive changes only; "
                "readers ignore what they do not know.",
            },
            "defaultContentType": CONTENT_TYPE,
            "servers": {"nats": {"host": "127.0.0.1:4222", "protocol": "nats"}},
            "channels": channels,
            "operations": {f"send.{name}": _send(name) for name in types},
            "components": {"messages": messages, "schemas": schemas(types)},
        }
    )
    return whole


def schemas(types: Mapping[str, EventType]) -> Document:
    """JSON Schemas of every payload and of the envelope, by model name, as published (strict on the way out)."""
    models: list[Any] = [(entry.model, "serialization") for entry in types.values()]
    # Attributes without a value are left out of the envelope, so that it is described as it is read.
    _, joined = models_json_schema([*models, (Envelope, "validation")], ref_template=_REF)
    found: Document = joined.get("$defs", {})
    return found


def _channel(entry: EventType, stream: Config) -> Document:
    publishers = [subject_of(entry.name, service) for service in entry.publishers]
    return {
        "address": entry.address,
        "messages": {entry.name: {"$ref": f"#/components/messages/{entry.name}"}},
        "x-jetstream": {
            "stream": stream["name"],
            "retention": stream["retention"],
            "max_age_days": stream["max_age"] // DAY,
            "duplicate_window_seconds": stream["duplicate_window"] // SECOND,
            "replicas": stream["num_replicas"],
            "published_on": publishers,
        },
    }


def _send(name: str) -> Document:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{_pointer(name)}"},
        "messages": [{"$ref": f"#/channels/{_pointer(name)}/messages/{_pointer(name)}"}],
    }


def _message(entry: EventType) -> Document:
    envelope = {"$ref": _REF.format(model=Envelope.__name__)}
    data = {"$ref": _REF.format(model=entry.model.__name__)}
    fixed = {"type": {"const": entry.name}, "dataschema": {"const": entry.dataschema}, "data": data}
    return {
        "name": entry.name,
        "title": entry.model.__name__,
        "summary": (entry.model.__doc__ or "").strip().splitlines()[0] if entry.model.__doc__ else entry.name,
        "contentType": CONTENT_TYPE,
        "headers": _HEADERS,
        "payload": {"allOf": [envelope, {"type": "object", "properties": fixed}]},
        "examples": [{"name": "example", "headers": {"Content-Type": CONTENT_TYPE}, "payload": example(entry)}],
    }


def example(entry: EventType) -> Document:
    """A whole event of this type that the envelope and the payload model accept."""
    value: Document = example_of(Envelope.model_json_schema())
    data = example_of(entry.model.model_json_schema(mode="serialization"))
    fixed = {"source": f"/{entry.publishers[0]}", "type": entry.name, "dataschema": entry.dataschema, "data": data}
    return value | {"company": "xxx-gas"} | fixed


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
