"""Publishing outbox rows: atomic batches, else one by one, never past a refused row of the same aggregate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.events.bus import Ack, BrokerRefusalError, BrokerUnavailableError, Bus
from shared.events.envelope import encode
from shared.events.topology import CONTENT_TYPE, MSG_ID, stream_for, stream_of, subject_of
from shared.ids import new_id

BATCH_LIMIT = 1000
"""The server's own limit for an atomic batch."""

_HEADER_ROOM = 512
"""Bytes that headers take of the greatest message."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way, with the key of its outbox row."""

    at: datetime
    seq: int
    aggregate_id: UUID
    subject: str
    stream: str
    msg_id: str
    data: bytes


@dataclass(slots=True)
class Outcome:
    """What became of some messages; those in neither list were held back. `error` stopped everything after it."""

    stored: list[tuple[Outgoing, Ack]] = field(default_factory=list)
    refused: list[tuple[Outgoing, str]] = field(default_factory=list)
    error: Exception | None = None
    batches: int = 0


class WrongStreamError(Exception):
    """Another stream than the service's own acknowledged: the broker is provisioned wrongly."""


class Publisher:
    """Turns rows of one service's outbox into messages and sends them with that service's rights."""

    def __init__(self, bus: Bus, service: str) -> None:
        self._bus = bus
        self._service = service

    def outgoing(self, row: Mapping[str, Any], *, suffix: str = "") -> Outgoing:
        """The message of an outbox row; a fresh `suffix` lets the broker take an id that it has seen before."""
        return Outgoing(
            at=row["at"],
            seq=row["seq"],
            aggregate_id=row["aggregate_id"],
            subject=subject_of(row["type"], self._service),
            stream=stream_for(row["type"], self._service),
            msg_id=f"{row['id']}{suffix}",
            data=encode(row, self._service),
        )

    async def publish(self, messages: Sequence[Outgoing]) -> Outcome:
        """Send messages in their order per aggregate; never raises for the broker, see `Outcome.error`."""
        outcome = Outcome()
        own = stream_of(self._service)
        sized = self._without_oversized(messages, outcome)
        await self._batches([message for message in sized if message.stream == own], outcome)
        await self._singles((message for message in sized if message.stream != own), outcome)
        return outcome

    def _without_oversized(self, messages: Sequence[Outgoing], outcome: Outcome) -> list[Outgoing]:
        limit = self._bus.max_payload - _HEADER_ROOM
        blocked: set[UUID] = set()
        sized = []
        for message in messages:
            if message.aggregate_id in blocked:
                continue
            if len(message.data) > limit:
                blocked.add(message.aggregate_id)
                outcome.refused.append((message, f"message of {len(message.data)} bytes, at most {limit}"))
            else:
                sized.append(message)
        return sized

    async def _batches(self, messages: list[Outgoing], outcome: Outcome) -> None:
        for start in range(0, len(messages), BATCH_LIMIT):
            part = messages[start : start + BATCH_LIMIT]
            if outcome.error is not None:
                return
            if len(part) == 1:
                await self._singles(part, outcome)
            else:
                await self._batch(part, outcome)

    async def _batch(self, messages: list[Outgoing], outcome: Outcome) -> None:
        batch_id = new_id().hex
        last = len(messages)
        try:
            for place, message in enumerate(messages[:-1], start=1):
                await self._bus.send(message.subject, message.data, _headers(message, batch_id, place))
            final = messages[-1]
            commit = _headers(final, batch_id, last) | {"Nats-Batch-Commit": "1"}
            ack = await self._bus.publish(final.subject, final.data, commit)
            _check_stream(final, ack)
        except BrokerRefusalError:
            # Refused as a whole: a known id, one message not allowed, or the stream full. One by one tells which.
            await self._singles(messages, outcome)
        except BrokerUnavailableError as error:
            if any(self._bus.was_forbidden(message.subject) for message in messages):
                await self._singles(messages, outcome)
            else:
                outcome.error = error
        except WrongStreamError as error:
            outcome.error = error
        else:
            outcome.batches += 1
            first = ack.seq - last + 1
            outcome.stored += [(message, Ack(ack.stream, first + place)) for place, message in enumerate(messages)]

    async def _singles(self, messages: Iterable[Outgoing], outcome: Outcome) -> None:
        blocked = {message.aggregate_id for message, _ in outcome.refused}
        for message in messages:
            if outcome.error is not None:
                return
            if message.aggregate_id in blocked:
                continue
            refusal = await self._single(message, outcome)
            if refusal is not None:
                blocked.add(message.aggregate_id)
                outcome.refused.append((message, refusal))

    async def _single(self, message: Outgoing, outcome: Outcome) -> str | None:
        try:
            ack = await self._bus.publish(message.subject, message.data, _headers(message), timeout=2.0)
            _check_stream(message, ack)
        except BrokerRefusalError as error:
            if error.code == 400:  # the message itself; 5xx speaks of the stream
                return str(error)
            outcome.error = error
        except BrokerUnavailableError as error:
            if self._bus.was_forbidden(message.subject):
                return f"not allowed to publish on {message.subject}"
            outcome.error = error
        except WrongStreamError as error:
            outcome.error = error
        else:
            outcome.stored.append((message, ack))
        return None


def _headers(message: Outgoing, batch_id: str | None = None, place: int = 0) -> dict[str, str]:
    headers = {MSG_ID: message.msg_id, "Content-Type": CONTENT_TYPE}
    if batch_id is not None:
        headers |= {"Nats-Batch-Id": batch_id, "Nats-Batch-Sequence": str(place)}
    return headers


def _check_stream(message: Outgoing, ack: Ack) -> None:
    if ack.stream != message.stream:
        raise WrongStreamError(f"{message.subject} was acknowledged by {ack.stream}, not {message.stream}")
