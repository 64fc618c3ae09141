"""Streams and durables: made once, drift noticed, clock facts copied to where subscribers look (design.md 4)."""

import asyncio

import pytest

from deploy.gasdesk.embedded.nats import EmbeddedNats
from shared.events.bus import BrokerRefusalError, Bus
from shared.events.envelope import Event, decode
from shared.events.provision import (
    DriftError,
    check_consumers,
    check_streams,
    consumer_config,
    provision_streams,
    stream_configs,
)
from shared.events.pull import ConsumerGoneError, Pull
from shared.events.relay import Relay
from shared.events.topology import CONSUMES, SERVICES, stream_of, subject_of
from tests.shared.events.support import ClockTried, Sessions, fact, publish_all, state


async def test_provisioning_again_changes_nothing(nats: EmbeddedNats) -> None:
    await provision_streams(nats.admin_url)
    await check_streams(nats.admin_url)


async def test_drift_is_named(own_nats: EmbeddedNats) -> None:
    with pytest.raises(DriftError, match="stream not found"):
        await check_streams(own_nats.admin_url)
    await provision_streams(own_nats.admin_url)
    await check_streams(own_nats.admin_url)
    admin = await Bus.connect(own_nats.admin_url, name="drift")
    complaint = await Bus.connect(own_nats.url("complaint"), name="drift-complaint")
    changed = consumer_config("complaint") | {"max_ack_pending": 7}
    await admin.api("CONSUMER.CREATE.CUSTOMER.complaint", {"stream_name": "CUSTOMER", "config": changed})
    stream = next(config for config in stream_configs() if config["name"] == "COMPLAINT")
    await admin.api("STREAM.UPDATE.COMPLAINT", stream | {"discard": "old"})

    with pytest.raises(DriftError, match="durable CUSTOMER/complaint: max_ack_pending is 7, should be 256"):
        await check_consumers(complaint, "complaint")
    with pytest.raises(DriftError, match="stream COMPLAINT: discard is 'old', should be 'new'"):
        await check_streams(own_nats.admin_url)
    await provision_streams(own_nats.admin_url)
    await check_streams(own_nats.admin_url)
    await check_consumers(complaint, "complaint")

    await admin.api("CONSUMER.DELETE.CUSTOMER.complaint")
    with pytest.raises(DriftError, match="consumer not found"):
        await check_consumers(complaint, "complaint")
    with pytest.raises(ConsumerGoneError):
        await Pull(complaint, "CUSTOMER", "complaint").fetch(1, 1.0)
    await admin.close()
    await complaint.close()


async def test_messages_can_neither_be_deleted_nor_purged(own_nats: EmbeddedNats) -> None:
    await provision_streams(own_nats.admin_url)
    admin = await Bus.connect(own_nats.admin_url, name="purge")
    for stream in ("COMPLAINT", "AUDIT"):
        for call, body in (("PURGE", {}), ("MSG.DELETE", {"seq": 1})):
            with pytest.raises(BrokerRefusalError):
                await admin.api(f"STREAM.{call}.{stream}", body)
    await admin.close()


async def test_a_clock_fact_is_found_once_by_plain_and_durable_subscribers(
    company: str, complaint_sessions: Sessions, relay: Relay, reporter: Bus, nats: EmbeddedNats
) -> None:
    plain: asyncio.Queue[tuple[str, Event]] = asyncio.Queue()

    async def keep(message: object) -> None:
        event = decode(message.data)  # type: ignore[attr-defined]
        if event.company == company:
            plain.put_nowait((message.subject, event))  # type: ignore[attr-defined]

    subscription = await reporter.client.subscribe("sla.*", cb=keep)
    durable = {
        "name": "reporter_sla",
        "durable_name": "reporter_sla",
        "ack_policy": "explicit",
        "filter_subject": "sla.tried",
    }
    await reporter.api("CONSUMER.CREATE.SLA.reporter_sla.sla.tried", {"stream_name": "SLA", "config": durable})
    await reporter.client.flush()

    stated = fact(company, payload=ClockTried())
    await state(complaint_sessions, stated, fact(company), fact(company))
    await publish_all(complaint_sessions, relay, company)

    async with asyncio.timeout(5):
        subject, event = await plain.get()
    assert (subject, event.type, event.id) == ("sla.tried", "sla.tried", stated.event_id)
    pull = Pull(reporter, "SLA", "reporter_sla")
    found: list[Event] = []
    async with asyncio.timeout(5):
        while not found:
            for message in await pull.fetch(100, 1.0):
                await message.ack_sync(timeout=2)
                assert message.subject == "sla.tried"
                if company.encode() in message.data:
                    found.append(decode(message.data, stream="SLA"))
    assert [item.id for item in found] == [stated.event_id]
    await asyncio.sleep(0.2)
    assert plain.empty()
    await pull.close()
    await subscription.unsubscribe()


FOLLOWS_ITSELF = {"customer", "inspection", "incentive"}
"""What follows from their own facts no door can forget (docs/adr/0016, 0019)."""


def test_every_consumer_reads_streams_that_exist_and_only_those_of_the_decision_its_own() -> None:
    streams = {config["name"] for config in stream_configs()}
    for service, wanted in CONSUMES.items():
        assert set(wanted) <= streams
        assert (stream_of(service) in wanted) == (service in FOLLOWS_ITSELF)
    assert set(CONSUMES) == set(SERVICES)


@pytest.mark.parametrize(
    ("event_type", "subject"),
    [
        ("complaint.opened", "complaint.opened"),
        ("sla.breached", "sla.breached.complaint"),
        ("audit.anchored", "audit.anchored.complaint"),
    ],
)
def test_subjects_name_the_publisher_only_where_several_publish(event_type: str, subject: str) -> None:
    assert subject_of(event_type, "complaint") == subject
