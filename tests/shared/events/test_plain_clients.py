"""What a subscriber does with plain nats-py and no knowledge of our streams; the reporter may do all of it."""

import secrets

import nats as nats_py
import pytest
from nats.aio.client import Client
from nats.js.api import ConsumerConfig, DeliverPolicy

from deploy.gasdesk.embedded.nats import EmbeddedNats
from shared.events.bus import Bus
from shared.events.envelope import encode
from tests.shared.events.support import Tried, row


@pytest.fixture
async def reporter(nats: EmbeddedNats) -> Client:
    """A client that fails the test by the first thing that the server forbids it."""
    return await nats_py.connect(nats.url("reporter"), allow_reconnect=False)


async def published(nats: EmbeddedNats, company: str) -> bytes:
    """One fact in the stream."""
    bus = await Bus.connect(nats.url("complaint"), name="plain-clients")
    body = encode(row(company, payload=Tried()), "complaint")
    await bus.publish("complaint.tried", body, {})
    await bus.close()
    return body


@pytest.mark.parametrize("kind", ["pull", "push"])
async def test_a_durable_finds_its_stream_by_the_subject(
    reporter: Client, nats: EmbeddedNats, company: str, kind: str
) -> None:
    js = reporter.jetstream()
    name = f"reporter_{secrets.token_hex(4)}"
    if kind == "pull":
        pull = await js.pull_subscribe("complaint.tried", durable=name, config=config(None))
        body = await published(nats, company)
        (message,) = await pull.fetch(1, timeout=5)
    else:
        push = await js.subscribe("complaint.tried", durable=name, config=config(name))
        body = await published(nats, company)
        message = await push.next_msg(timeout=5)
    assert message.data == body
    await message.ack_sync()
    await reporter.close()


def config(name: str | None) -> ConsumerConfig:
    """From now on.  A consumer that is pushed to must be named: nats-py's nameless request could change another's."""
    return ConsumerConfig(name=name, deliver_policy=DeliverPolicy.NEW)
