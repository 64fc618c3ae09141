"""The envelope: CloudEvents 1.0, round trip, tolerance, and what is refused."""

import re
import uuid
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import orjson
import pytest

from shared.contracts.audit import AuditAnchored
from shared.contracts.base import EventPayload, Routing
from shared.events import outbox
from shared.events.envelope import Envelope, UndecodableError, decode, encode
from shared.events.fact import Fact
from shared.observability import context
from tests.shared.events.support import Tried, fact, now
from tests.support.outbox_rows import as_read


def row(made: Fact, **call: Any) -> dict[str, Any]:
    """The outbox row of a fact as the relay reads it."""
    return as_read(outbox.record(made, call=context.CallContext(correlation_id=uuid.uuid4(), **call)), made.time)


def anchored() -> Fact:
    """A fact that the catalogue knows."""
    payload = AuditAnchored(
        routing=Routing(department="office"),
        service="complaint",
        number=3,
        row_count=9,
        hash="a" * 64,
        until_xid="77",
        sealed_at=now(),
    )
    return fact("t", payload=payload, version=3)


def test_what_is_stated_comes_back_typed() -> None:
    made = anchored()
    stored = row(made, actor="staff:7", hops=2, causation_id=uuid.uuid4(), matter_id=uuid.uuid4())
    event = decode(encode(stored, "complaint"), subject="audit.anchored.complaint", stream="AUDIT")
    assert event.payload == made.payload
    assert event.routing == Routing(department="office")
    assert (event.id, event.subject, event.time) == (made.event_id, made.aggregate_id, made.time)
    assert (event.type, event.source, event.aggregate_version) == ("audit.anchored", "/complaint", 3)
    assert (event.actor, event.hops) == ("staff:7", 2)
    assert str(event.causation_id) == stored["causation_id"]
    assert str(event.matter_id) == stored["matter_id"]


def test_the_message_is_a_cloudevent_and_follows_the_schema() -> None:
    message = orjson.loads(encode(row(anchored()), "complaint"))
    jsonschema.Draft202012Validator(
        Envelope.model_json_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(message)
    assert message["specversion"] == "1.0"
    assert message["source"] == "/complaint"
    assert message["dataschema"] == "urn:gasdesk:audit.anchored:1"
    assert message["datacontenttype"] == "application/json"
    assert message["data"]["routing"]["department"] == "office"
    assert None not in message.values()  # an attribute without value is absent, as CloudEvents demands
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in message)
    assert isinstance(message["aggregateversion"], int)


def test_an_unknown_type_and_unknown_attributes_are_tolerated() -> None:
    message = orjson.loads(encode(row(fact("t", payload=Tried(note="n"))), "complaint"))
    message["laterattribute"] = 1
    message["data"]["later"] = {"deep": True}
    event = decode(orjson.dumps(message))
    assert type(event.payload) is EventPayload
    assert event.data["note"] == "n"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": "no uuid"}, "id"),
        ({"time": "2026-11-22T09:30:00"}, "time"),
        ({"company": ""}, "company"),
        ({"data": [1]}, "data"),
        ({"hops": -1}, "hops"),
        ({"type": "audit.anchored", "data": {"number": 0}}, "service"),
    ],
)
def test_a_broken_message_is_refused_without_being_quoted(change: dict[str, Any], error: str) -> None:
    message = orjson.loads(encode(row(fact("t", payload=Tried(note="13912345678"))), "complaint"))
    with pytest.raises(UndecodableError, match=error) as refused:
        decode(orjson.dumps(message | change))
    assert "13912345678" not in str(refused.value)
    assert "no uuid" not in str(refused.value)


@pytest.mark.parametrize(
    ("source", "subject", "stream"),
    [
        ("customer", "complaint.tried", "COMPLAINT"),
        ("complaint", "complaint.other", "COMPLAINT"),
        ("complaint", "complaint.tried", "CUSTOMER"),
        ("stranger", "complaint.tried", "COMPLAINT"),
    ],
)
def test_a_producer_may_only_say_what_is_its_own(source: str, subject: str, stream: str) -> None:
    with pytest.raises(UndecodableError):
        decode(encode(row(fact("t")), source), subject=subject, stream=stream)
