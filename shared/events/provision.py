"""Streams and durable consumers: created by `gasdesk provision`, compared with what was meant at start."""

import asyncio
from dataclasses import dataclass
from typing import Any

from shared.events.bus import BrokerRefusalError, Bus
from shared.events.topology import (
    ADVISORY_STREAM,
    AUDIT_ANCHORED,
    AUDIT_STREAM,
    CONSUMES,
    SERVICES,
    SLA_STREAM,
    stream_of,
)

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
GIB = 1 << 30

STREAM_MISSING = 10059
CONSUMER_MISSING = 10014

MAX_ACK_PENDING = 256
ACK_WAIT_SECONDS = 60

Config = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """What a deployment may choose: bytes and days per stream, copies in a cluster."""

    max_bytes: int = 2 * GIB
    max_age_days: int = 30
    replicas: int = 1


class DriftError(Exception):
    """The broker differs from what provisioning makes; the message names stream or durable, field and both values."""


def stream_configs(limits: StreamLimits | None = None) -> list[Config]:
    """Every stream as it must be, service streams first because `SLA` sources them (reliability.md 2.1-2)."""
    limits = limits or StreamLimits()
    streams = [
        _stream(stream_of(service), limits, subjects=[f"{service}.>", f"sla.*.{service}"], allow_atomic=True)
        for service in SERVICES
    ]
    sources = [
        {
            "name": stream_of(service),
            "subject_transforms": [{"src": f"sla.*.{service}", "dest": "sla.{{wildcard(1)}}"}],
        }
        for service in SERVICES
    ]
    republish = {"src": "sla.>", "dest": "sla.>"}
    streams.append(_stream(SLA_STREAM, limits, sources=sources, republish=republish))
    streams.append(_stream(AUDIT_STREAM, limits, subjects=[f"{AUDIT_ANCHORED}.*"], max_age=0))
    advisories = _stream(ADVISORY_STREAM, limits, subjects=["$JS.EVENT.ADVISORY.CONSUMER.>"], max_age=7 * DAY)
    return [*streams, advisories | {"max_bytes": 64 << 20, "discard": "old"}]


def consumer_config(service: str) -> Config:
    """The durable of one consuming service, alike on every stream it reads (reliability.md 2.1-5)."""
    return {
        "name": service,
        "durable_name": service,
        "ack_policy": "explicit",
        "ack_wait": ACK_WAIT_SECONDS * SECOND,
        "max_deliver": -1,
        "max_ack_pending": MAX_ACK_PENDING,
        "deliver_policy": "all",
        "replay_policy": "instant",
    }


async def provision_streams(admin_url: str, *, limits: StreamLimits | None = None) -> None:
    """Create or update every stream and durable; repeating it changes nothing.

    `admin_url` is the provisioner's. Raises: BrokerRefusalError, BrokerUnavailableError.
    """
    bus = await Bus.connect(admin_url, name="gasdesk-provision")
    try:
        for config in stream_configs(limits):
            await _upsert_stream(bus, config)
        for service, streams in CONSUMES.items():
            for stream in streams:
                await _upsert_consumer(bus, stream, consumer_config(service))
    finally:
        await bus.close()


async def check_streams(admin_url: str, *, limits: StreamLimits | None = None) -> None:
    """Compare every stream and durable with what provisioning makes.

    Raises: DriftError naming each difference.
    """
    bus = await Bus.connect(admin_url, name="gasdesk-check")
    try:
        found = await asyncio.gather(*(_stream_drift(bus, config) for config in stream_configs(limits)))
        found += await asyncio.gather(*(_consumer_drifts(bus, service) for service in CONSUMES))
    finally:
        await bus.close()
    _raise_drift([line for lines in found for line in lines])


async def check_consumers(bus: Bus, service: str) -> None:
    """What a worker may ask with its own rights: are its durables there and as meant?

    Raises: DriftError, BrokerUnavailableError.
    """
    _raise_drift(await _consumer_drifts(bus, service))


def _stream(name: str, limits: StreamLimits, **settings: Any) -> Config:
    return {
        "name": name,
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "max_bytes": limits.max_bytes,
        "max_age": limits.max_age_days * DAY,
        "duplicate_window": 600 * SECOND,
        "num_replicas": limits.replicas,
        "deny_delete": True,
        "deny_purge": True,
        **settings,
    }


async def _upsert_stream(bus: Bus, config: Config) -> None:
    name = config["name"]
    try:
        await bus.api(f"STREAM.INFO.{name}")
    except BrokerRefusalError as refusal:
        if refusal.err_code != STREAM_MISSING:
            raise
        await bus.api(f"STREAM.CREATE.{name}", config)
    else:
        await bus.api(f"STREAM.UPDATE.{name}", config)


async def _upsert_consumer(bus: Bus, stream: str, config: Config) -> None:
    await bus.api(f"CONSUMER.CREATE.{stream}.{config['name']}", {"stream_name": stream, "config": config})


async def _stream_drift(bus: Bus, config: Config) -> list[str]:
    try:
        answer = await bus.api(f"STREAM.INFO.{config['name']}")
    except BrokerRefusalError as refusal:
        return [f"stream {config['name']}: {refusal}"]
    return [f"stream {config['name']}: {line}" for line in _differences(config, answer["config"])]


async def _consumer_drifts(bus: Bus, service: str) -> list[str]:
    lines: list[str] = []
    for stream in CONSUMES[service]:
        try:
            answer = await bus.api(f"CONSUMER.INFO.{stream}.{service}")
        except BrokerRefusalError as refusal:
            lines.append(f"durable {stream}/{service}: {refusal}")
            continue
        found = _differences(consumer_config(service), answer["config"])
        lines += [f"durable {stream}/{service}: {line}" for line in found]
    return lines


def _differences(wanted: Config, actual: Config) -> list[str]:
    # The server leaves out what is false or zero.
    return [
        f"{key} is {actual.get(key)!r}, should be {value!r}"
        for key, value in wanted.items()
        if (actual.get(key) or None) != (value or None)
    ]


def _raise_drift(lines: list[str]) -> None:
    if lines:
        raise DriftError("; ".join(lines))
