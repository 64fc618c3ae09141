"""What a proposal rests on, frozen: canonical JSON and its SHA-256."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from shared.contracts.base import EventPayload


def canonical(evidence: Mapping[str, Any]) -> str:
    """Sorted keys, no blanks: the same text for the same content."""
    return orjson.dumps(evidence, option=orjson.OPT_SORT_KEYS).decode()


def digest(evidence: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, hexadecimal."""
    return hashlib.sha256(canonical(evidence).encode()).hexdigest()


def of_fact(
    *,
    event_id: UUID,
    fact: str,
    source: str,
    time: str,
    correlation_id: UUID,
    causation_id: UUID | None,
    said: EventPayload,
) -> dict[str, Any]:
    """The fact as it was heard, with every id that it names: later facts change nothing of it."""
    payload = said.model_dump(mode="json", exclude={"routing"})
    links = {"event_id": str(event_id), "correlation_id": str(correlation_id)}
    if causation_id is not None:
        links["causation_id"] = str(causation_id)
    links |= {name: value for name, value in payload.items() if value and name.endswith(("_id", "_ids"))}
    return {"fact": {"type": fact, "source": source, "time": time, "payload": payload}, "links": links}
