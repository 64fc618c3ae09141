"""What is passed on and back, unchanged but for what belongs to the connection."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from gateway.proxy.rules import PREFIXES
from tests.gateway.conftest import House
from tests.gateway.standin import Reply, refusal


async def test_every_resource_goes_to_its_owner(house: House) -> None:
    person = house.person("agent")
    for service, resources in PREFIXES.items():
        house.services[service].fallback = Reply({"by": service})
        for resource in resources:
            answer = await house.get(person, f"/v1/{resource}/x/clocks")
            assert (answer.status_code, answer.json()) == (200, {"by": service})


async def test_path_and_query_travel_as_they_are(house: House) -> None:
    service = house.services["complaint"]
    service.fallback = Reply({})
    target = "/v1/complaints/a%2Fb%20c?q=%E7%87%83%20x+y&ids=1&ids=2&empty="
    await house.client.get(target, headers=house.person("agent").headers)
    assert service.seen[-1].target == target


async def test_headers_of_the_connection_and_internal_ones_stay_behind(house: House) -> None:
    service = house.services["complaint"]
    service.fallback = Reply(
        {"id": 1},
        201,
        [
            (b"content-type", b"application/json"),
            (b"set-cookie", b"a=1"),
            (b"set-cookie", b"b=2"),
            (b"etag", b'"3"'),
            (b"location", b"/v1/complaints/1"),
            (b"x-gasdesk-node", b"secret"),
            (b"connection", b"x-private"),
            (b"x-private", b"secret"),
        ],
    )
    headers = [
        *house.person("agent").headers.items(),
        ("Idempotency-Key", "k1"),
        ("X-GasDesk-Role", "gm"),
        ("X-Forwarded-For", "1.2.3.4"),
        ("X-Deadline-Ms", "59000"),
        ("Connection", "keep-alive, x-hop"),
        ("X-Hop", "1"),
        ("TE", "trailers"),
        ("Accept-Language", "zh"),
        ("X-Many", "1"),
        ("X-Many", "2"),
        ("X-Request-ID", "request-0001"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ]
    answer = await house.client.post("/v1/complaints", json={"summary": "燃气"}, headers=headers)
    seen = service.seen[-1]
    for gone in ("x-gasdesk-role", "x-forwarded-for", "x-hop", "te"):
        assert seen.values(gone) == []
    assert seen.values("x-many") == ["1", "2"]
    assert seen.values("accept-language") == ["zh"]
    assert seen.values("idempotency-key") == ["k1"]
    assert seen.values("x-request-id") == ["request-0001"]
    assert seen.values("x-deadline-ms") == ["6000"]
    assert seen.values("traceparent")[0].split("-")[1] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert seen.body == '{"summary":"燃气"}'.encode()
    assert (answer.status_code, answer.headers["etag"], answer.headers["location"]) == (201, '"3"', "/v1/complaints/1")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.headers.get_list("x-request-id") == ["request-0001"]
    assert "x-gasdesk-node" not in answer.headers
    assert "x-private" not in answer.headers


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "token_missing"),
        ("Basic abc", "token_missing"),
        ("Bearer garbage", "token_invalid"),
        (f"Bearer a.b.{'c' * 5000}", "token_invalid"),
    ],
)
async def test_what_is_no_token_never_reaches_a_service(house: House, header: str | None, code: str) -> None:
    headers = {"Authorization": header} if header else {}
    answer = await house.client.get("/v1/complaints", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert house.services["complaint"].seen == []


async def test_body_guards_hold_before_a_service_is_asked(house: House) -> None:
    headers = house.person("agent").headers
    broken = await house.client.post(
        "/v1/complaints", content=b'{"a": NaN}', headers={**headers, "content-type": "application/json"}
    )
    assert (broken.status_code, broken.json()["code"]) == (400, "malformed_json")
    content = b'"' + b"x" * 1_100_000 + b'"'
    assert await refused_as_too_large(house, "/v1/complaints", content, {**headers, "content-type": "application/json"})
    assert house.services["complaint"].seen == []


async def refused_as_too_large(house: House, path: str, content: Any, headers: dict[str, str]) -> bool:
    try:
        answer = await house.client.post(path, content=content, headers=headers)
    except httpx.HTTPError:
        return True  # the server hung up while the client was still sending
    return (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_upload_is_streamed_and_refused_when_too_large(house: House) -> None:
    service = house.services["complaint"]
    service.fallback = Reply(
        {"id": "f1"}, 201, [(b"content-type", b"application/json"), (b"location", b"/v1/files/f1")]
    )
    headers = {**house.person("agent").headers, "content-type": "application/octet-stream"}

    async def pieces(count: int) -> Any:
        for _ in range(count):
            yield b"x" * 100_000

    answer = await house.client.post("/v1/files?for=complaint", content=pieces(30), headers=headers)
    assert answer.status_code == 201
    assert answer.headers["location"] == "/v1/files/f1?for=complaint"
    assert len(service.seen[-1].body) == 3_000_000
    assert await refused_as_too_large(house, "/v1/files?for=complaint", pieces(230), headers)
    unnamed = await house.client.get("/v1/files/f1", headers=headers)
    assert (unnamed.status_code, unnamed.json()["errors"][0]["pointer"]) == (422, "?for")


async def test_problems_of_a_service_pass_unchanged_with_their_headers(house: House) -> None:
    reply = refusal("rate_limited")
    reply.headers.append((b"retry-after", b"7"))
    house.services["callback"].fallback = reply
    answer = await house.get(house.person("agent"), "/v1/callbacks")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["code"] == "rate_limited"


async def test_events_come_through_as_they_are_sent_and_end_with_the_client(house: House) -> None:
    ended = asyncio.Event()

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        ended.set()

    house.services["complaint"].raw = stream
    headers = house.person("agent").headers
    async with asyncio.timeout(3):
        async with house.client.stream("GET", "/v1/complaints/stream", headers=headers) as answer:
            assert answer.headers["content-type"] == "text/event-stream"
            assert await anext(answer.aiter_bytes()) == b"data: 1\n\n"
        await ended.wait()


async def test_answer_cut_short_is_not_taken_for_a_whole_one(house: House) -> None:
    async def cut(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"[" + b" " * 300_000, "more_body": True})

    house.services["complaint"].raw = cut
    with pytest.raises(httpx.HTTPError):
        await house.get(house.person("agent"), "/v1/complaints")


async def test_head_answers_without_a_body_and_unknown_paths_are_not_found(house: House) -> None:
    house.services["customer"].fallback = Reply({"a": 1})
    headers = house.person("agent").headers
    head = await house.client.head("/v1/customers", headers=headers)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "7", b"")
    for path in ("/v1/unknown", "/v1/", "/metrics/../v1", "/v2/complaints"):
        assert (await house.client.get(path, headers=headers)).status_code == 404


async def test_requests_are_counted_by_resource_not_by_path(house: House) -> None:
    house.services["customer"].fallback = Reply({})
    await house.get(house.person("agent"), "/v1/customers/0199-secret")
    text = (await house.client.get("/metrics")).text
    assert 'route="/v1/customers/*"' in text
    assert "0199-secret" not in text
