"""The envelope: CloudEvents 1.0 in structured JSON (design.md 4), made from outbox rows and read back typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.base import EventPayload, Routing
from shared.events.catalogue import catalogue, dataschema
from shared.events.topology import SERVICES, SLA_STREAM, service_of, stream_for, subject_of

MAX_HOPS = 12
"""Above this an event is a circle and goes to the dead letters."""


class UndecodableError(Exception):
    """The message is no event of ours; the text names what is wrong, never the content."""


class Envelope(BaseModel):
    """The attributes of an event as they travel; unknown ones are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str = Field(pattern=r"^/[a-z]+$", description="`/<service>` that published it")
    type: str = Field(pattern=r"^[a-z]+\.[a-z_]+$")
    subject: UUID = Field(description="Id of the aggregate")
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str = Field(pattern=r"^urn:gasdesk:[a-z_.]+:[0-9]+$")
    company: str = Field(min_length=1)
    aggregateversion: int = Field(ge=0, description="Version of the aggregate after the change")
    correlationid: UUID
    causationid: UUID | None = None
    matterid: UUID | None = None
    hops: int = Field(default=0, ge=0, examples=[0])
    actor: str | None = Field(default=None, examples=["system:sweeper"])
    traceparent: str | None = Field(default=None, examples=["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"])
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An event as handlers get it; `payload` is typed by the catalogue (plain `EventPayload` for an unknown type)."""

    id: UUID
    type: str
    source: str
    subject: UUID
    time: AwareDatetime
    company: str
    aggregate_version: int
    correlation_id: UUID
    causation_id: UUID | None
    matter_id: UUID | None
    hops: int
    actor: str | None
    traceparent: str | None
    routing: Routing
    payload: EventPayload
    data: dict[str, Any] = field(repr=False)


ROW = """
seq, at, id, company, type, aggregate_id, aggregate_version, matter_id, correlation_id, causation_id, hops, actor,
traceparent, (payload || jsonb_build_object('routing', routing))::text as data
"""
"""What `encode` reads of an outbox row; the data stay the database's text, which nobody parses on its way out."""


def encode(row: Mapping[str, Any], service: str) -> bytes:
    """The message of an outbox row (asyncpg record or mapping of the names of `ROW`)."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": row["id"],
        "source": f"/{service}",
        "type": row["type"],
        "subject": row["aggregate_id"],
        "time": row["at"],
        "datacontenttype": "application/json",
        "dataschema": dataschema(row["type"]),
        "company": row["company"],
        "aggregateversion": row["aggregate_version"],
        "correlationid": row["correlation_id"],
        "hops": row["hops"],
    }
    for attribute, column in _OPTIONAL:
        if row[column] is not None:
            event[attribute] = row[column]
    event["data"] = orjson.Fragment(row["data"])
    return orjson.dumps(event, default=str, option=orjson.OPT_UTC_Z)


def decode(data: bytes, *, subject: str | None = None, stream: str | None = None) -> Event:
    """Read a message; with `stream` and `subject` also check that the producer may say this.

    Raises: UndecodableError.
    """
    try:
        envelope = Envelope.model_validate_json(data)
        known = catalogue().get(envelope.type)
        payload = (known.model if known else EventPayload).model_validate(envelope.data)
    except ValidationError as error:
        raise UndecodableError(_places(error)) from None
    if stream is not None and stream != SLA_STREAM:
        _check_producer(envelope, subject, stream)
    return Event(
        id=envelope.id,
        type=envelope.type,
        source=envelope.source,
        subject=envelope.subject,
        time=envelope.time,
        company=envelope.company,
        aggregate_version=envelope.aggregateversion,
        correlation_id=envelope.correlationid,
        causation_id=envelope.causationid,
        matter_id=envelope.matterid,
        hops=envelope.hops,
        actor=envelope.actor,
        traceparent=envelope.traceparent,
        routing=payload.routing,
        payload=payload,
        data=envelope.data,
    )


_OPTIONAL = (
    ("causationid", "causation_id"),
    ("matterid", "matter_id"),
    ("actor", "actor"),
    ("traceparent", "traceparent"),
)


def _check_producer(envelope: Envelope, subject: str | None, stream: str) -> None:
    # A service's stream takes only what that service's credentials may publish; a copy smuggled in says otherwise.
    service = envelope.source.removeprefix("/")
    if service not in SERVICES or stream_for(envelope.type, service) != stream:
        raise UndecodableError(f"source is not {service_of(stream)}")
    if subject is not None and subject != subject_of(envelope.type, service):
        raise UndecodableError("type does not belong to the subject")


def _places(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(str(part) for part in item['loc']) or '/'}: {item['type']}" for item in found[:5])
