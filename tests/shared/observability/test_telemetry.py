"""Spans reach a collector that the environment names, with the extra `otel`; without a name there are none."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typing_extensions import override

_PROCESS = """
import asyncio, httpx
from opentelemetry import trace
from shared.http.app import create_fastapi
from shared.observability import telemetry

assert telemetry.configure("complaint") is {wanted}
app = create_fastapi(title="t")

@app.get("/things/{{thing_id}}")
async def get_thing(thing_id: str) -> dict[str, str]:
    return {{"id": thing_id}}

async def ask() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://t") as client:
        assert (await client.get("/things/canary-4711")).status_code == 200

asyncio.run(ask())
if {wanted}:
    trace.get_tracer_provider().shutdown()
"""


class Collector(HTTPServer):
    """Keeps what is posted."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, bytes]] = []
        super().__init__(("127.0.0.1", 0), _Post)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Post(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:  # the library's name
        self.server.posts.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector of this test."""
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("wanted", [True, False])
def test_spans_go_to_the_named_collector_only(collector: Collector, wanted: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    if wanted:
        environment |= {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
    subprocess.run([sys.executable, "-c", _PROCESS.format(wanted=wanted)], env=environment, check=True, timeout=60)
    assert {path for path, _ in collector.posts} == ({"/v1/traces"} if wanted else set())
    sent = b"".join(body for _, body in collector.posts)
    assert (b"gasdesk-complaint" in sent, b"/things/{thing_id}" in sent) == (wanted, wanted)
