"""One loop of a worker, or one service, alone in its process, so that it can be killed and spoilt by itself.

`loop relay|sweeper|service <service>` and `loop consumer <service> <stream>`; GASDESK_MUTANT names what to spoil.
The production code knows of no mutants: they are put over it here, in test code.
"""

import asyncio
import importlib
import os
import signal
import socket
from collections.abc import Mapping
from typing import Any

import uvloop
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.gasdesk.home import Home
from deploy.gasdesk.run.servers import Running
from shared.events.bus import Bus
from shared.events.consumer import Consumer, Pace
from shared.events.envelope import Event
from shared.events.inbox import Handler
from shared.events.relay import Relay
from shared.observability import logging
from shared.runtime.runtime import Runtime, open_runtime
from shared.sla.sweeper import Sweeper
from tests.support.faults import mutants

TRIED = "complaint.tried"
POISON = "poison"
"""What a fact is noted with that no handler can take."""
PACE = Pace(max_failures=4, first_delay=0.1, max_delay=0.3)
HANDLED = ("complaint.opened", TRIED, "sla.breached")
"""What the test's consumer has an effect for."""

TABLES = (
    "create table if not exists fault_effects (event_id uuid not null, company text not null)",
    "create table if not exists fault_versions (id uuid primary key, company text not null, version bigint not null)",
    "grant select, insert, update on fault_effects, fault_versions to callback_app",
)
"""Where effects are counted; without any unique rule, so that a second effect shows."""

_EFFECT = text("insert into fault_effects (event_id, company) values (:event_id, :company)")
_VERSION = text(
    "insert into fault_versions as known (id, company, version) values (:id, :company, :version)"
    " on conflict (id) do update set version = excluded.version where known.version < excluded.version"
)
_UNGATED = text(str(_VERSION).partition(" where ")[0])


def handlers(*, is_gated: bool) -> Mapping[str, Handler]:
    """One effect for each event, and a projection that ends at the newest version."""

    async def leave_a_mark(session: AsyncSession, event: Event) -> None:
        if event.data.get("note") == POISON:
            raise RuntimeError("not to be digested")
        await session.execute(_EFFECT, {"event_id": event.id, "company": event.company})
        values = {"id": event.subject, "company": event.company, "version": event.aggregate_version}
        await session.execute(_VERSION if is_gated else _UNGATED, values)

    return dict.fromkeys(HANDLED, leave_a_mark)


async def relay(service: str, mutant: str, stop: asyncio.Event) -> None:
    """Publish a schema's outbox."""
    async with _runtime(service, "relay") as runtime:
        settings = runtime.settings
        kind = mutants.RELAY_MUTANTS.get(mutant, Relay)
        dsn, bus = settings.database_url.get_secret_value(), await _bus(runtime)
        await kind(service=service, dsn=dsn, bus=bus, now=runtime.clock.now).run(stop)


async def consumer(service: str, stream: str, mutant: str, stop: asyncio.Event) -> None:
    """Consume a stream as a service, with the effects of the test."""
    spoilt = mutant.split(",")
    for name in spoilt:
        mutants.CONSUMER_MUTANTS.get(name, mutants.nothing)()
    async with _runtime(service, "consumer") as runtime:
        await Consumer(
            service=service,
            stream=stream,
            bus=await _bus(runtime),
            sessions=runtime.sessions,
            handlers=handlers(is_gated="version_gate_dropped" not in spoilt),
            now=runtime.clock.now,
            pace=PACE,
        ).run(stop)


async def sweeper(service: str, mutant: str, stop: asyncio.Event) -> None:
    """Judge due clocks."""
    mutants.SWEEPER_MUTANTS.get(mutant, mutants.nothing)()
    async with _runtime(service, "sweeper") as runtime:
        await Sweeper(runtime.hot, runtime.clock).run(stop)


async def serve(service: str, mutant: str, stop: asyncio.Event) -> None:
    """Answer HTTP."""
    mutants.SERVICE_MUTANTS.get(mutant, mutants.nothing)()
    listener = socket.create_server(("127.0.0.1", int(os.environ[f"GASDESK_{service.upper()}_PORT"])))
    server = Running(service, importlib.import_module(f"services.{service}.main").create_app(), listener)
    await server.ready()
    await stop.wait()
    server.drain()
    await server.finished()


def main(arguments: list[str]) -> None:
    """Run until SIGTERM."""
    Home().load_environment()
    logging.configure("loop", level="WARNING")
    what, *names = arguments
    mutant = os.environ.get("GASDESK_MUTANT", "")
    loops: dict[str, Any] = {"relay": relay, "consumer": consumer, "sweeper": sweeper, "service": serve}

    async def until_told() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await loops[what](*names, mutant, stop)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_told())


def _runtime(service: str, role: str) -> Any:
    settings = importlib.import_module(f"services.{service}.settings").Settings()
    return open_runtime(settings, {}, role=role)


async def _bus(runtime: Runtime) -> Bus:
    settings = runtime.settings
    for _ in range(100):
        try:
            return await Bus.connect(settings.nats_url.get_secret_value(), name=f"{settings.service}-loop")
        except Exception:  # noqa: BLE001  # the broker is being killed all the time
            await asyncio.sleep(0.1)
    raise TimeoutError("no broker")
