"""Every refusal is a problem in Chinese that echoes nothing."""

import json
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from shared.http.problems import catalogue
from shared.http.validation import field_errors
from tests.shared.http.door import Door, open_door
from tests.support.servers import TestPostgres

TARGET = "01890000-0000-7000-8000-0000000000aa"
CANARY = "13800138000"
DEEP = b'{"extra":' + b'{"a":' * 200_000 + b"1" + b"}" * 200_000 + b"}"

BAD_BODIES: list[tuple[bytes, int, str]] = [
    (b"{", 400, "malformed_json"),
    (b"\xff\xfe", 400, "malformed_json"),
    (b'{"target": NaN}', 400, "malformed_json"),
    (b'{"ratio": Infinity}', 400, "malformed_json"),
    (b'{"name": "\\ud800"}', 400, "malformed_json"),
    (b'{"name": "a\\u0000b", "target": "%s"}' % TARGET.encode(), 400, "malformed_json"),
    (b'{"extra": {"\\u0000": 1}, "target": "%s"}' % TARGET.encode(), 400, "malformed_json"),
    (b'{"name": "a\x00b"}', 400, "malformed_json"),
    (DEEP[:900_000], 400, "malformed_json"),
    (b'{"extra":' + b"[" * 100 + b"]" * 100 + b"}", 400, "malformed_json"),
    (b"", 422, "validation_failed"),
    (b"null", 422, "validation_failed"),
    (b"[]", 422, "validation_failed"),
    (b'"%s"' % CANARY.encode(), 422, "validation_failed"),
    (b"{}", 422, "validation_failed"),
    (b'{"target": "%s"}' % CANARY.encode(), 422, "validation_failed"),
    (b'{"target": "%s", "%s": 1}' % (TARGET.encode(), CANARY.encode()), 422, "validation_failed"),
    (b'{"target": "%s", "name": ""}' % TARGET.encode(), 422, "validation_failed"),
    (b'{"target": "%s", "name": {"a": "%s"}}' % (TARGET.encode(), CANARY.encode()), 422, "validation_failed"),
    (b'{"target": "%s", "amount_fen": %s}' % (TARGET.encode(), b"9" * 5000), 400, "malformed_json"),
    (b'{"target": "%s", "amount_fen": -1}' % TARGET.encode(), 422, "validation_failed"),
    (b'{"target": "%s", "amount_fen": 1.5}' % TARGET.encode(), 422, "validation_failed"),
    (b'{"target": "%s", "code": "%s/x"}' % (TARGET.encode(), CANARY.encode()), 422, "validation_failed"),
    (b'{"target": "%s", "tags": ["a","b","c","d","e","f"]}' % TARGET.encode(), 422, "validation_failed"),
    (b'{"target": "%s", "name": "%s"}' % (TARGET.encode(), b"x" * 5000), 422, "validation_failed"),
]


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["type"] == f"urn:gasdesk:problem:{code}"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem["title"])
    assert len(problem["trace_id"]) == 32
    assert CANARY not in answer.text
    return problem


async def send(door: Door, body: bytes, **headers: str) -> httpx.Response:
    given = {"Idempotency-Key": "k", "Content-Type": "application/json", **headers}
    return await door.client.post("/v1/things", content=body, headers=given)


async def test_bad_bodies_are_problems_and_never_faults(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        for body, status, code in BAD_BODIES:
            answer = await send(door, body)
            assert_problem(answer, status, code)
        for number in (b"9" * 5000, b"1e999", b"-1e400", b"123456789012345678901234567890"):
            answer = await send(door, b'{"target": "%s", "extra": {"n": %s}}' % (TARGET.encode(), number))
            assert answer.status_code in {201, 400, 422}


async def test_errors_name_place_and_rule_but_no_value(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        body = {"target": CANARY, "amount_fen": -5, "tags": ["a", ""], CANARY: 1, "nickname": "x", "code": CANARY + "/"}
        problem = assert_problem(await send(door, json.dumps(body).encode()), 422, "validation_failed")
        found = {one["pointer"]: (one["code"], one["message"]) for one in problem["errors"]}
        assert found["/target"] == ("uuid_parsing", "应为 UUID")
        assert found["/amount_fen"] == ("greater_than_equal", "不得小于 0")
        assert found["/tags/1"] == ("string_too_short", "至少 1 个字")
        assert found["/nickname"] == ("extra_forbidden", "不认识的字段")
        assert found["/*"][0] == "extra_forbidden"
        assert found["/code"][0] == "string_pattern_mismatch"


async def test_parameters_have_their_own_pointers(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        problem = assert_problem(await door.client.get("/v1/things", params={"limit": 201}), 422, "validation_failed")
        assert problem["errors"] == [{"pointer": "?limit", "code": "less_than_equal", "message": "不得大于 200"}]
        problem = assert_problem(await door.client.get(f"/v1/things/{CANARY}"), 422, "validation_failed")
        assert problem["errors"][0]["pointer"] == "{thing_id}"
        assert_problem(await door.client.get("/v1/things", params={"code": "\x00"}), 422, "validation_failed")


async def test_routing_and_headers_are_problems_too(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        assert_problem(await door.client.get("/nowhere/" + CANARY), 404, "not_found")
        refused = await door.client.delete("/v1/things")
        assert_problem(refused, 405, "method_not_allowed")
        assert set(refused.headers["allow"].split(", ")) & {"GET", "POST"}
        for content_type in ("text/plain", "application/xml", "multipart/form-data; boundary=x", ""):
            assert_problem(await send(door, b"{}", **{"Content-Type": content_type}), 415, "unsupported_media_type")
        problem = assert_problem(await door.client.get(f"/v1/things/{TARGET}"), 404, "thing_not_found")
        assert problem["title"] == "没有这件东西"


async def test_large_bodies_are_cut_off_with_and_without_length(postgres: TestPostgres, company: str) -> None:
    produced = 0

    async def endless() -> Any:
        nonlocal produced
        for _ in range(300):
            produced += 65536
            yield b" " * 65536

    async with open_door(postgres, company, body_limits={"/v1/things/hot": 64}) as door:
        assert_problem(await send(door, b"x" * (1024 * 1024 + 1)), 413, "body_too_large")
        headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
        chunked = await door.client.post("/v1/things", content=endless(), headers=headers)
        assert_problem(chunked, 413, "body_too_large")
        assert produced <= 20 * 1024 * 1024
        assert_problem(
            await door.client.post("/v1/things/hot", content=b'{"name":"' + b"x" * 64 + b'"}', headers=headers),
            413,
            "body_too_large",
        )


async def test_fault_is_a_500_without_text_and_the_next_request_works(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        answer = await door.client.get("/v1/things/fault")
        problem = assert_problem(answer, 500, "internal_error")
        assert "张三" not in answer.text
        assert answer.headers["x-request-id"] in problem["instance"]
        assert (await door.client.get("/v1/things")).status_code == 200


async def test_token_and_permission_decide(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company) as door:
        for token, code in (("", "token_missing"), ("Bearer expired", "token_expired"), ("Bearer x", "token_invalid")):
            answer = await door.client.get("/v1/things", headers={"Authorization": token})
            assert_problem(answer, 401, code)
            assert answer.headers["www-authenticate"].startswith("Bearer")
        answer = await door.client.post(
            "/v1/things", json={"target": TARGET}, headers={"Authorization": "Bearer auditor", "Idempotency-Key": "k"}
        )
        assert_problem(answer, 403, "permission_denied")
        assert door.runtime.principals.seen[0].isoformat() == "2026-11-23"


def test_catalogue_holds_platform_and_feature_codes() -> None:
    codes = catalogue()
    assert codes["thing_not_found"] == (404, "没有这件东西")
    assert codes["idempotency_key_reused"].status == 422
    assert all(400 <= entry.status < 600 and entry.title for entry in codes.values())


def test_messages_of_own_rules_are_shown_and_foreign_ones_are_not() -> None:
    class Model(BaseModel):
        own: str = ""
        foreign: str = ""

        @field_validator("own")
        @classmethod
        def refuse_own(cls, _: str) -> str:
            raise PydanticCustomError("phone_invalid", "不是可拨打的号码")

        @field_validator("foreign")
        @classmethod
        def refuse_foreign(cls, value: str) -> str:
            raise ValueError(f"bad {value}")

    with pytest.raises(ValidationError) as caught:
        Model(own=CANARY, foreign=CANARY)
    told = field_errors(caught.value.errors(include_input=False))
    assert [(one.code, one.message) for one in told] == [
        ("phone_invalid", "不是可拨打的号码"),
        ("value_error", "不符合规则"),
    ]
