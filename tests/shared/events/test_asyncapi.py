"""The catalogue and the AsyncAPI document made from it: complete, valid, additive."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import orjson
import pytest

from shared.events.asyncapi import Document, document, example
from shared.events.catalogue import EventType, catalogue
from shared.events.envelope import decode
from shared.events.topology import SERVICES, subject_of


@pytest.fixture(scope="module")
def made() -> Document:
    """The document of the catalogue as it is."""
    return document("1.0.0")


ENTRIES = list(catalogue().values())


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])
def test_every_type_has_an_example_that_its_reader_accepts(entry: EventType, made: Document) -> None:
    value = example(entry)
    subject = subject_of(entry.name, entry.publishers[0])
    event = decode(orjson.dumps(value), subject=subject, stream=None if entry.owner == "sla" else entry.stream)
    assert isinstance(event.payload, entry.model)
    schema = made["components"]["messages"][entry.name]["payload"] | {"components": made["components"]}
    jsonschema.Draft202012Validator(schema).validate(value)


def test_the_document_names_channels_operations_and_streams(made: Document) -> None:
    assert made["asyncapi"] == "3.0.0"
    assert set(made["channels"]) == set(catalogue())
    for name, entry in catalogue().items():
        channel = made["channels"][name]
        assert channel["address"] == entry.address
        assert channel["x-jetstream"]["stream"] == entry.stream
        assert made["operations"][f"send.{name}"]["channel"]["$ref"] == f"#/channels/{name}"
        message = made["components"]["messages"][name]
        assert message["contentType"] == "application/cloudevents+json"
        assert message["examples"]
    assert orjson.dumps(made) == orjson.dumps(document("1.0.0"))


def test_every_reference_leads_somewhere(made: Document) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for item in value.values() for found in references(item)]
        return [found for item in value for found in references(item)] if isinstance(value, list) else []

    for reference in set(references(made)):
        target: Any = made
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


def test_owners_are_services_or_shared_facts() -> None:
    for entry in catalogue().values():
        assert entry.owner in {*SERVICES, "sla", "audit"}
        assert entry.name == entry.model.TYPE
