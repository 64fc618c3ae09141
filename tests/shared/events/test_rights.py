"""Least rights at the broker: the list of reliability.md 2.8, each tried against the shipped configuration."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from nats.aio.msg import Msg

from deploy.gasdesk.embedded.nats import EmbeddedNats
from shared.events.bus import BrokerUnavailableError, Bus
from shared.events.envelope import encode
from shared.events.nats_config import permissions, render
from shared.events.pull import Pull
from shared.events.topology import SERVICES
from tests.shared.events.support import ClockTried, row, until

ACK = "1.1.1.1767225600000000000.0"
EPHEMERAL = {"name": "gateway_x", "ack_policy": "none", "mem_storage": True, "inactive_threshold": 5_000_000_000}


@pytest.fixture(scope="module")
async def buses(nats: EmbeddedNats) -> AsyncIterator[dict[str, Bus]]:
    """A connection of every user."""
    users = (*SERVICES, "gateway", "reporter")
    found = {user: await Bus.connect(nats.url(user), name=f"rights-{user}") for user in users}
    yield found
    for bus in found.values():
        await bus.close()


async def is_denied(bus: Bus, subject: str, body: bytes = b"") -> bool:
    """Whether the server refuses to take this; the complaint comes before the answer to a ping."""
    before = bus.error_count
    await bus.send(subject, body)
    await bus.client.flush()
    await asyncio.sleep(0.01)
    return bus.error_count > before and bus.was_forbidden(subject)


DENIED = [
    ("complaint", "customer.opened"),
    ("complaint", "sla.breached"),
    ("complaint", "sla.breached.customer"),
    ("complaint", "audit.anchored.customer"),
    ("complaint", "$JS.API.CONSUMER.MSG.NEXT.CUSTOMER.incentive"),
    ("complaint", "$JS.API.CONSUMER.MSG.NEXT.COMPLAINT.customer"),
    ("complaint", "$JS.API.CONSUMER.INFO.CUSTOMER.incentive"),
    ("complaint", f"$JS.ACK.CUSTOMER.incentive.{ACK}"),
    ("complaint", f"$JS.ACK._.hash.CUSTOMER.incentive.{ACK}"),
    ("complaint", "$JS.API.CONSUMER.CREATE.CUSTOMER.spy"),
    ("complaint", "$JS.API.CONSUMER.CREATE.CUSTOMER.complaint"),
    ("complaint", "$JS.API.CONSUMER.DELETE.CUSTOMER.complaint"),
    ("complaint", "$JS.API.STREAM.INFO.COMPLAINT"),
    ("complaint", "$JS.API.STREAM.PURGE.COMPLAINT"),
    ("complaint", "$JS.API.STREAM.DELETE.COMPLAINT"),
    ("complaint", "$JS.API.STREAM.MSG.GET.CUSTOMER"),
    ("complaint", "$JS.API.DIRECT.GET.CUSTOMER"),
    ("complaint", "_INBOX_customer.x"),
    *(
        (reader, subject)
        for reader in ("reporter", "gateway")
        for subject in (
            "complaint.opened",
            "sla.breached",
            "$JS.API.CONSUMER.CREATE.COMPLAINT",  # nameless: the body could name a service's durable and change it
            "$JS.API.CONSUMER.DURABLE.CREATE.COMPLAINT.incentive",
            "$JS.API.CONSUMER.CREATE.COMPLAINT.incentive",
            "$JS.API.CONSUMER.CREATE.COMPLAINT.incentive.complaint.opened",
            "$JS.API.CONSUMER.MSG.NEXT.COMPLAINT.incentive",
            "$JS.API.CONSUMER.DELETE.COMPLAINT.incentive",
            f"$JS.ACK.COMPLAINT.incentive.{ACK}",
            f"$JS.ACK._.hash.COMPLAINT.incentive.{ACK}",
            "$JS.API.STREAM.PURGE.COMPLAINT",
            "$JS.API.STREAM.DELETE.COMPLAINT",
            "$JS.API.STREAM.CREATE.MINE",
        )
    ),
]


@pytest.mark.parametrize(("user", "subject"), DENIED)
async def test_publishing_is_denied(buses: dict[str, Bus], user: str, subject: str) -> None:
    assert await is_denied(buses[user], subject)


SPYING = [
    ("complaint", "customer.>"),
    ("complaint", "_INBOX_customer.>"),
    ("complaint", "_INBOX.>"),
    ("complaint", "$JS.EVENT.>"),
    ("gateway", "complaint.>"),
    ("gateway", "_INBOX_complaint.>"),
    ("reporter", "_INBOX_complaint.>"),
    ("reporter", ">"),
]


@pytest.mark.parametrize(("user", "subject"), SPYING)
async def test_subscribing_is_denied(buses: dict[str, Bus], user: str, subject: str) -> None:
    bus = buses[user]
    before = bus.error_count
    await bus.client.subscribe(subject)
    await bus.client.flush()
    await asyncio.sleep(0.01)
    assert bus.error_count > before
    assert "permissions violation for subscription" in str(bus.last_error).lower()


async def test_a_reader_of_sla_and_below_gets_copies_but_loses_nothing(
    buses: dict[str, Bus], nats: EmbeddedNats, company: str
) -> None:
    once = encode(row(company, payload=ClockTried()), "complaint")
    reporter = await Bus.connect(nats.url("reporter"), name="rights-copies")
    found: list[str] = []

    async def keep(message: Msg) -> None:
        if message.data == once:
            found.append(message.subject)

    await reporter.client.subscribe("sla.>", cb=keep)  # the server grants it where sla.* is allowed
    await reporter.client.flush()
    config = EPHEMERAL | {"name": "reporter_copies", "deliver_policy": "new"}
    await reporter.api("CONSUMER.CREATE.COMPLAINT.reporter_copies", {"stream_name": "COMPLAINT", "config": config})
    await buses["complaint"].publish("sla.tried.complaint", once, {})
    pull = Pull(reporter, "COMPLAINT", "reporter_copies")
    assert [message.data for message in await pull.fetch(1, 2.0)] == [once]
    await until(lambda: sorted(found) == ["sla.tried", "sla.tried.complaint"])
    await pull.close()
    await reporter.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_may_do_its_work(buses: dict[str, Bus], service: str) -> None:
    bus, before = buses[service], buses[service].error_count
    for subject in (f"{service}.tried", f"sla.tried.{service}"):
        assert (await bus.publish(subject, b"{}", {})).stream == service.upper()
    assert (await bus.publish(f"audit.anchored.{service}", b"{}", {})).stream == "AUDIT"
    assert bus.error_count == before


@pytest.mark.parametrize("reader", ["gateway", "reporter"])
async def test_a_reader_may_read_every_stream(buses: dict[str, Bus], reader: str) -> None:
    bus, before = buses[reader], buses[reader].error_count
    for stream in (*(service.upper() for service in SERVICES), "SLA"):
        body = {"stream_name": stream, "config": EPHEMERAL | {"name": f"{reader}_x"}}
        await bus.api(f"CONSUMER.CREATE.{stream}.{reader}_x", body)
        await bus.api(f"CONSUMER.INFO.{stream}.{reader}_x")
        pull = Pull(bus, stream, f"{reader}_x")
        assert await pull.fetch(1, 2.0)
        await pull.close()
    assert bus.error_count == before


async def test_a_wrong_password_is_refused(nats: EmbeddedNats) -> None:
    with pytest.raises(BrokerUnavailableError):
        await Bus.connect(f"nats://complaint:wrong@{nats.address}", name="wrong", timeout=1)


async def test_nobody_may_come_without_a_password(nats: EmbeddedNats) -> None:
    with pytest.raises(BrokerUnavailableError):
        await Bus.connect(f"nats://{nats.address}", name="anonymous", timeout=1)


def test_every_user_needs_a_password(tmp_path: object) -> None:
    with pytest.raises(KeyError):
        render(store_dir=tmp_path, passwords={})  # type: ignore[arg-type]
    with pytest.raises(LookupError):
        permissions("stranger")
