"""What would break subscribers of the real events is named; whatever is only added is none."""

import copy
from collections.abc import Callable

import pytest

from deploy.gasdesk.releases.breaks import breaking_changes
from deploy.gasdesk.releases.shape import of_asyncapi
from shared.events.asyncapi import Document, document


@pytest.fixture(scope="module")
def made() -> Document:
    return document("1")


def _payload(changed: Document) -> Document:
    found: Document = changed["components"]["schemas"]["AuditAnchored"]
    return found


def _drop_channel(changed: Document) -> None:
    del changed["channels"]["audit.anchored"], changed["components"]["messages"]["audit.anchored"]


def _drop_property(changed: Document) -> None:
    del _payload(changed)["properties"]["hash"]


def _change_type(changed: Document) -> None:
    _payload(changed)["properties"]["number"] = {"type": "string"}


def _make_nullable(changed: Document) -> None:
    _payload(changed)["properties"]["number"] = {"anyOf": [{"type": "integer"}, {"type": "null"}]}


def _make_optional(changed: Document) -> None:
    _payload(changed)["required"].remove("hash")


def _narrow_routing(changed: Document) -> None:
    del changed["components"]["schemas"]["Routing"]["properties"]["team"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (_drop_channel, "audit.anchored: is gone"),
        (_drop_property, "$AuditAnchored.hash: is gone"),
        (_change_type, "$AuditAnchored.number: may now be string"),
        (_make_nullable, "$AuditAnchored.number: may now be null"),
        (_make_optional, "$AuditAnchored.hash: is no longer always there"),
        (_narrow_routing, "$Routing.team: is gone"),
    ],
)
def test_a_breaking_change_is_named(made: Document, change: Callable[[Document], None], line: str) -> None:
    changed = copy.deepcopy(made)
    change(changed)
    assert line in breaking_changes(of_asyncapi(made), of_asyncapi(changed))


def test_an_addition_breaks_nothing(made: Document) -> None:
    changed = copy.deepcopy(made)
    _payload(changed)["properties"]["later"] = {"type": "string"}
    _payload(changed)["required"].append("later")
    changed["channels"]["complaint.later"] = {"address": "complaint.later"}
    messages = changed["components"]["messages"]
    messages["complaint.later"] = messages["complaint.opened"]
    assert breaking_changes(of_asyncapi(made), of_asyncapi(changed)) == []
    assert breaking_changes(of_asyncapi(made), of_asyncapi(made)) == []
