"""Each kind of break is named with its place; whatever is only added is none."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from deploy.gasdesk.releases import kept
from deploy.gasdesk.releases.breaks import breaking_changes
from deploy.gasdesk.releases.shape import of_openapi, shape_of, text_of

Json = dict[str, Any]
TEXT: Json = {"type": "string"}


def api() -> Json:
    """One operation that sends, one that only asks, one model on both ways."""
    case = {"$ref": "#/components/schemas/Case"}
    return {
        "paths": {
            "/v1/cases": {
                "post": {
                    "operationId": "open_case",
                    "parameters": [{"in": "header", "name": "Idempotency-Key", "required": True, "schema": TEXT}],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CaseCreate"}}},
                    },
                    "responses": {"201": {"content": {"application/json": {"schema": case}}}, "422": {}},
                },
                "get": {
                    "operationId": "list_cases",
                    "parameters": [{"in": "query", "name": "state", "schema": {"enum": ["open", "closed"]}}],
                    "responses": {"200": {"content": {"application/json": {"schema": case}}}},
                },
            }
        },
        "components": {
            "schemas": {
                "Case": {
                    "type": "object",
                    "properties": {"id": {"type": "string", "format": "uuid"}, "state": {"enum": ["open", "closed"]}},
                    "required": ["id", "state"],
                },
                "CaseCreate": {
                    "type": "object",
                    "properties": {"said": {**TEXT, "maxLength": 100}, "tier": {"anyOf": [TEXT, {"type": "null"}]}},
                    "required": ["said"],
                },
            }
        },
    }


def schema(document: Json, name: str) -> Json:
    found: Json = document["components"]["schemas"][name]
    return found


def operation(document: Json, method: str) -> Json:
    found: Json = document["paths"]["/v1/cases"][method]
    return found


BREAKS: dict[str, tuple[Callable[[Json], Any], str]] = {
    "operation gone": (lambda one: one["paths"]["/v1/cases"].pop("get"), "list_cases: is gone"),
    "operation moved": (
        lambda one: one["paths"].update({"/v1/case": one["paths"].pop("/v1/cases")}),
        "list_cases: was GET /v1/cases, is GET /v1/case",
    ),
    "answer gone": (
        lambda one: operation(one, "post")["responses"].pop("201"),
        "open_case 201 application/json: is gone",
    ),
    "parameter demanded": (
        lambda one: operation(one, "get")["parameters"].append(
            {"in": "query", "name": "company", "required": True, "schema": TEXT}
        ),
        "list_cases query.company: must now be given",
    ),
    "parameter became required": (
        lambda one: operation(one, "get")["parameters"][0].update(required=True),
        "list_cases query.state: must now be given",
    ),
    "parameter gone": (lambda one: operation(one, "get")["parameters"].clear(), "list_cases query.state: is gone"),
    "sent value refused": (
        lambda one: operation(one, "get")["parameters"][0]["schema"].update(enum=["open"]),
        "list_cases query.state: may no longer be =closed",
    ),
    "field demanded": (
        lambda one: (
            schema(one, "CaseCreate")["properties"].update(phone=TEXT),
            schema(one, "CaseCreate")["required"].append("phone"),
        ),
        "$CaseCreate.phone: must now be given",
    ),
    "field became required": (
        lambda one: schema(one, "CaseCreate")["required"].append("tier"),
        "$CaseCreate.tier: must now be given",
    ),
    "field no longer taken": (
        lambda one: schema(one, "CaseCreate")["properties"].pop("tier"),
        "$CaseCreate.tier: is gone",
    ),
    "null no longer taken": (
        lambda one: schema(one, "CaseCreate")["properties"].update(tier=TEXT),
        "$CaseCreate.tier: may no longer be null",
    ),
    "shorter text": (
        lambda one: schema(one, "CaseCreate")["properties"]["said"].update(maxLength=50),
        "$CaseCreate.said: maxLength is now 50",
    ),
    "longer least": (
        lambda one: schema(one, "CaseCreate")["properties"]["said"].update(minLength=2),
        "$CaseCreate.said: minLength is now 2",
    ),
    "told field gone": (lambda one: schema(one, "Case")["properties"].pop("state"), "$Case.state: is gone"),
    "told field only sometimes": (
        lambda one: schema(one, "Case")["required"].remove("id"),
        "$Case.id: is no longer always there",
    ),
    "told field of another kind": (
        lambda one: schema(one, "Case")["properties"].update(id={"type": "integer"}),
        "$Case.id: may now be integer",
    ),
    "told names became free text": (
        lambda one: schema(one, "Case")["properties"].update(state=TEXT),
        "$Case.state: is no longer one of named values",
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_break_is_named_with_its_place(what: str) -> None:
    change, said = BREAKS[what]
    made = deepcopy(api())
    change(made)
    assert said in breaking_changes(of_openapi(api()), of_openapi(made))


ADDITIONS: dict[str, Callable[[Json], Any]] = {
    "nothing": lambda _: None,
    "an operation": lambda one: one["paths"].update(
        {"/v1/more": {"post": {**operation(api(), "post"), "operationId": "more"}}}
    ),
    "a parameter": lambda one: operation(one, "get")["parameters"].append(
        {"in": "query", "name": "tier", "schema": TEXT}
    ),
    "a field that may be sent": lambda one: schema(one, "CaseCreate")["properties"].update(note=TEXT),
    "a field that is told": lambda one: (
        schema(one, "Case")["properties"].update(number=TEXT),
        schema(one, "Case")["required"].append("number"),
    ),
    "a value that is told or taken": lambda one: (
        schema(one, "Case")["properties"]["state"]["enum"].append("merged"),
        operation(one, "get")["parameters"][0]["schema"].update(enum=["open", "closed", "merged"]),
    ),
    "a longer text": lambda one: schema(one, "CaseCreate")["properties"]["said"].update(maxLength=200),
    "what is asked no longer": lambda one: schema(one, "CaseCreate")["required"].clear(),
    "a problem": lambda one: operation(one, "get")["responses"].update({"409": {}}),
}


@pytest.mark.parametrize("what", ADDITIONS)
def test_an_addition_is_no_break(what: str) -> None:
    made = deepcopy(api())
    ADDITIONS[what](made)
    assert breaking_changes(of_openapi(api()), of_openapi(made)) == []


def events() -> Json:
    data = {"type": "object", "properties": {"tier": TEXT, "at": TEXT}, "required": ["tier", "at"]}
    payload = {"allOf": [{}, {"type": "object", "properties": {"data": {"$ref": "#/components/schemas/Opened"}}}]}
    return {
        "channels": {"case.opened": {"address": "case.opened"}, "case.closed": {"address": "case.closed"}},
        "components": {
            "messages": {"case.opened": {"payload": payload}, "case.closed": {"payload": payload}},
            "schemas": {"Opened": data},
        },
    }


def test_breaks_of_events_are_found_against_what_was_released(tmp_path: Path) -> None:
    kept.release(api(), events(), tmp_path)
    assert kept.breaks(api(), events(), tmp_path) == []
    changed = events()
    del changed["channels"]["case.closed"], changed["components"]["messages"]["case.closed"]
    del changed["components"]["schemas"]["Opened"]["properties"]["tier"]
    changed["components"]["schemas"]["Opened"]["required"] = []
    assert kept.breaks(api(), changed, tmp_path) == [
        "$Opened.at: is no longer always there",
        "$Opened.tier: is gone",
        "case.closed: is gone",
    ]


def test_what_is_written_is_what_is_read() -> None:
    shape = of_openapi(api())
    assert len(shape) > 10
    assert shape_of(text_of(shape)) == shape
