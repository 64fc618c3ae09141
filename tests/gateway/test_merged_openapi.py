"""One document out of six: complete, without collisions, valid."""

import copy
from typing import Any

from openapi_spec_validator import validate

from gateway.main import own_document
from gateway.openapi import merge, unrouted
from tests.gateway.conftest import House
from tests.gateway.standin import Reply

Document = dict[str, Any]


def document(paths: dict[str, tuple[str, str]], schemas: Document) -> Document:
    """A small document: path to operation id and schema name."""
    made: Document = {}
    for path, (operation, schema) in paths.items():
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
        responses = {"200": {"description": "ok", "content": content}}
        made[path] = {"get": {"operationId": operation, "responses": responses, "security": [{"bearer": []}]}}
    scheme = {"bearer": {"type": "http", "scheme": "bearer"}}
    info = {"title": "t", "version": "1"}
    return {
        "openapi": "3.1.0",
        "info": info,
        "paths": made,
        "components": {"schemas": schemas, "securitySchemes": scheme},
    }


STATE = {"type": "string", "enum": ["open"]}
OTHER_STATE = {"type": "string", "enum": ["closed"]}
SHARED = {"type": "object", "properties": {"code": {"type": "string"}}}
PAGE = {"type": "object", "properties": {"state": {"$ref": "#/components/schemas/State"}}}


def two() -> dict[str, Document]:
    return {
        "complaint": document(
            {"/v1/complaints": ("list_things", "Page"), "/v1/work": ("list_work", "Shared"), "/livez": ("l", "Shared")},
            {"State": STATE, "Page": PAGE, "Shared": SHARED, "Unused": SHARED},
        ),
        "callback": document(
            {"/v1/callbacks": ("list_things", "Page"), "/v1/surveys": ("list_surveys", "Shared")},
            {"State": OTHER_STATE, "Page": PAGE, "Shared": SHARED},
        ),
    }


def test_names_are_prefixed_only_where_they_mean_different_things() -> None:
    documents = two()
    before = copy.deepcopy(documents)
    merged = merge(documents, document({}, {}))
    assert documents == before
    assert set(merged["components"]["schemas"]) == {
        "CallbackPage",
        "CallbackState",
        "ComplaintPage",
        "ComplaintState",
        "Shared",
    }
    schema = merged["paths"]["/v1/callbacks"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/CallbackPage"}
    state = merged["components"]["schemas"]["CallbackPage"]["properties"]["state"]
    assert state == {"$ref": "#/components/schemas/CallbackState"}
    operations = {path: item["get"]["operationId"] for path, item in merged["paths"].items()}
    assert operations == {
        "/v1/callbacks": "callback_list_things",
        "/v1/complaints": "complaint_list_things",
        "/v1/surveys": "list_surveys",
    }
    validate(merged)


def test_what_the_gateway_does_not_route_stays_out_and_is_named() -> None:
    assert unrouted(two()) == ["complaint /livez"]


def test_attachments_stand_once_and_name_their_service() -> None:
    files = {name: document({"/v1/files": ("store_file", "Shared")}, {"Shared": SHARED}) for name in two()}
    merged = merge(files, document({}, {}))
    (parameter,) = merged["paths"]["/v1/files"]["get"]["parameters"]
    assert (parameter["name"], parameter["required"]) == ("for", True)
    assert "complaint" in parameter["schema"]["enum"]
    validate(merged)


def test_own_document_is_valid_and_knows_every_door() -> None:
    own = own_document()
    validate(own)
    assert {
        "/v1/auth/token",
        "/v1/desk/lookup",
        "/v1/desk/customers/{customer_id}",
        "/v1/desk/queue",
        "/v1/hotline/calls",
        "/v1/live",
        "/v1/work",
        "/v1/indicators",
        "/v1/policy",
        "/v1/policy/codes",
    } <= set(own["paths"])


async def test_document_is_read_from_the_services_and_says_who_is_missing(house: House) -> None:
    for name, service_document in two().items():
        house.services[name].answers["/openapi.json"] = Reply(service_document)
    answer = await house.client.get("/openapi.json")
    assert answer.status_code == 200
    assert {"/v1/complaints", "/v1/callbacks", "/v1/live"} <= set(answer.json()["paths"])
    assert answer.json()["x-missing-services"] == ["customer", "inspection", "incentive"]
    assert list(answer.json()["components"]["securitySchemes"]) == ["bearer"]
    validate(answer.json())
