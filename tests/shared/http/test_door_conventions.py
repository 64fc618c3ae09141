"""Trace context, pages, health, metrics and the OpenAPI conventions."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter
from openapi_spec_validator import validate

from shared.http.cursor import CursorCodec
from shared.http.problems import ProblemError
from shared.observability import context
from tests.shared.http.door import open_door
from tests.support.servers import TestPostgres

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
router = APIRouter(prefix="/v1/context")


@router.get("")
async def read_context() -> dict[str, str | None]:
    call = context.current()
    return {"correlation": call.correlation_id.hex, "traceparent": call.traceparent, "request": call.request_id}


async def test_trace_of_the_caller_is_continued(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company, router) as door:
        headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01", "X-Request-ID": "abc-12345"}
        answer = await door.client.get("/v1/context", headers=headers)
        told = answer.json()
        assert told["correlation"] == TRACE
        assert re.fullmatch(rf"00-{TRACE}-[0-9a-f]{{16}}-01", told["traceparent"])
        assert "00f067aa0ba902b7" not in told["traceparent"]
        assert told["request"] == answer.headers["x-request-id"] == "abc-12345"
        problem = (await door.client.get("/v1/none", headers=headers)).json()
        assert problem["trace_id"] == TRACE


@pytest.mark.parametrize("bad", ["", "x", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", f"ff-{TRACE}-1-1", "é" * 40])
async def test_malformed_trace_is_replaced(postgres: TestPostgres, company: str, bad: str) -> None:
    async with open_door(postgres, company, router) as door:
        headers = {b"traceparent": bad.encode(), b"X-Request-ID": b"a\xffb <script>"}
        answer = await door.client.get("/v1/context", headers=headers)
        assert answer.json()["correlation"] not in {TRACE, "0" * 32}
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_pages_follow_each_other_and_refuse_foreign_cursors(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        made = set()
        for number in range(7):
            headers = {"Idempotency-Key": str(number)}
            made.add(
                (await door.client.post("/v1/things", json={"target": str(uuid4())}, headers=headers)).json()["id"]
            )
        seen: list[str] = []
        params: dict[str, Any] = {"limit": 3}
        while True:
            page = (await door.client.get("/v1/things", params=params)).json()
            seen += [one["id"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert len(seen) == 7
        assert set(seen) == made
        cursor = params["cursor"]
        for bad in ({"code": "a", "cursor": cursor}, {"cursor": cursor[:-2]}, {"cursor": "x"}, {"cursor": "é"}):
            answer = await door.client.get("/v1/things", params=bad)
            assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


def test_cursor_values_keep_their_types() -> None:
    codec = CursorCodec(b"k")
    values = (
        datetime(2026, 11, 23, 1, 2, 3, 4, UTC),
        date(2026, 1, 2),
        UUID(int=7),
        Decimal("1.50"),
        "甲",
        3,
        True,
        None,
    )
    sealed = codec.encode(values, bound_to="list")
    assert codec.decode(sealed, bound_to="list") == values
    with pytest.raises(ProblemError):
        codec.decode(sealed, bound_to="other")
    with pytest.raises(ProblemError):
        CursorCodec(b"l").decode(sealed, bound_to="list")


async def test_health_tells_what_is_wrong(postgres: TestPostgres, company: str) -> None:
    away: list[str] = []
    async with open_door(postgres, company, degraded=lambda: away) as door:
        assert (await door.client.get("/livez")).json() == {"status": "live"}
        ready = await door.client.get("/readyz")
        assert (ready.status_code, ready.json()) == (
            200,
            {"status": "ready", "checks": {"database": "ok"}, "degraded": []},
        )
        away.append("nats")
        degraded = await door.client.get("/readyz")
        assert (degraded.status_code, degraded.json()["status"]) == (200, "degraded")
        door.runtime.settings.require_durable = True
        unsafe = await door.client.get("/readyz")
        assert unsafe.status_code == 503
        assert "fsync" in unsafe.json()["checks"]["database"]
        door.runtime.settings.require_durable = False
        door.app.state.is_draining = True
        assert (await door.client.get("/readyz")).status_code == 503


async def test_metrics_are_labelled_by_route_template(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        await door.client.get(f"/v1/things/{uuid4()}")
        await door.client.get("/v1/13800138000/x")
        await door.client.request("BREW", "/v1/things")
        text = (await door.client.get("/metrics")).text
        assert 'method="GET",route="/v1/things/{thing_id}",status="404"' in text
        assert 'route="unmatched",status="404"' in text
        assert 'method="OTHER"' in text
        assert "13800138000" not in text
        assert "livez" not in text


async def test_document_follows_the_conventions(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        document = door.app.openapi()
    validate(json.loads(json.dumps(document)))
    schemas = document["components"]["schemas"]
    assert "HTTPValidationError" not in schemas
    assert "ValidationError" not in schemas
    assert schemas["Problem"]["required"] == [
        "type",
        "title",
        "status",
        "code",
        "detail",
        "instance",
        "trace_id",
        "errors",
    ]
    create = document["paths"]["/v1/things"]["post"]
    assert create["operationId"] == "create_thing"
    assert create["security"] == [{"bearer": ["complaint.open"]}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    reference = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert create["responses"]["422"]["content"] == reference
    assert {"400", "401", "403", "409", "413", "415", "422", "429", "500", "503"} <= set(create["responses"])
    assert {"ETag", "Location", "Idempotency-Replayed", "X-Request-ID"} <= set(create["responses"]["201"]["headers"])
    hot = document["paths"]["/v1/things/hot"]["post"]
    assert hot["security"] == create["security"]
    assert hot["parameters"] == create["parameters"]
    assert set(hot["responses"]) == set(create["responses"])
    move = document["paths"]["/v1/things/{thing_id}/move"]["post"]
    assert {"404", "412", "428"} <= set(move["responses"])
    headers = {one["name"]: one for one in move["parameters"] if one["in"] == "header"}
    assert set(headers) == {"Idempotency-Key", "If-Match"}
    assert headers["If-Match"]["required"] is True
    assert headers["If-Match"]["schema"]["type"] == "string"
    assert set(schemas["Thing"]["required"]) == {"id", "target", "version", "note"}
    assert "required" in schemas["ThingCreate"]
    assert schemas["ThingCreate"]["required"] == ["target"]
    query = {one["name"]: one for one in document["paths"]["/v1/things"]["get"]["parameters"]}
    assert query["code"]["schema"]["type"] == "string"
    assert query["limit"]["schema"]["maximum"] == 200
    assert "/livez" not in document["paths"]
