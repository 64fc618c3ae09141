"""Every event type with its payload model and owner, collected from `shared.contracts` (design.md 4)."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import shared.contracts
from shared.contracts.base import EventPayload
from shared.events.topology import AUDIT_ANCHORED, SERVICES, SLA_STREAM, stream_for


@dataclass(frozen=True, slots=True)
class EventType:
    """One type: the model of its `data`, its owner (the first part of its name) and who publishes it."""

    name: str
    model: type[EventPayload]
    owner: str
    publishers: tuple[str, ...]

    @property
    def dataschema(self) -> str:
        """The CloudEvents `dataschema`; a breaking change is a new type, so the version stays 1."""
        return dataschema(self.name)

    @property
    def address(self) -> str:
        """Where subscribers find it: the type itself, but anchors stay apart per service."""
        return f"{self.name}.*" if self.name == AUDIT_ANCHORED else self.name

    @property
    def stream(self) -> str:
        """The stream that holds the address."""
        return SLA_STREAM if self.owner == "sla" else stream_for(self.name, self.owner)


def dataschema(event_type: str) -> str:
    """`urn:gasdesk:<type>:1`."""
    return f"urn:gasdesk:{event_type}:1"


@cache
def catalogue() -> Mapping[str, EventType]:
    """Type → entry, sorted by type. Raises: ValueError when two models claim one type or an owner is unknown."""
    entries: dict[str, EventType] = {}
    for model in _models():
        entry = _entry(model)
        if entry.name in entries:
            raise ValueError(f"event type {entry.name} is claimed by {entries[entry.name].model} and {model}")
        entries[entry.name] = entry
    return MappingProxyType(dict(sorted(entries.items())))


def _models() -> Iterator[type[EventPayload]]:
    for module in pkgutil.iter_modules(shared.contracts.__path__):
        importlib.import_module(f"shared.contracts.{module.name}")
    waiting = list(EventPayload.__subclasses__())
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if "TYPE" in model.__dict__ and model.__module__.startswith("shared.contracts."):
            yield model


def _entry(model: type[EventPayload]) -> EventType:
    owner, _, fact = model.TYPE.partition(".")
    publishers = SERVICES if owner in {"sla", "audit"} else (owner,)
    if not fact or not set(publishers) <= set(SERVICES):
        raise ValueError(f"{model.__qualname__}: {model.TYPE} is not <owner>.<past participle>")
    return EventType(model.TYPE, model, owner, publishers)
