"""The documented subscriber builds its table from scratch, and a kill in the middle neither loses nor doubles."""

import asyncio
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from deploy.gasdesk.embedded.nats import EmbeddedNats
from shared.contracts.sla import ClockBreached, ClockBreachRetracted, ClockMet, ClockPayload, ClockStarted
from shared.database import create_engine, create_sessions
from shared.events import outbox
from shared.events.bus import Bus
from shared.events.fact import Fact
from shared.events.provision import provision_streams
from shared.events.relay import Relay
from shared.events.replay import Selection
from shared.events.replay import export as exporting
from tests.support.servers import TestPostgres, start_nats

SCRIPT = Path(__file__).parents[2] / "docs/examples/sla_table.py"
START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
DEADLINE = START + timedelta(hours=1)


def clock_facts(company: str, *, is_late: bool, is_retracted: bool = False) -> list[Fact]:
    """What is said of one clock: started, perhaps breached and taken back, met."""
    clock_id = uuid.uuid4()
    said: dict[str, Any] = {
        "clock_id": clock_id,
        "subject_type": "complaint",
        "subject_id": uuid.uuid4(),
        "metric": "response",
        "cycle": 1,
        "sequence": 1,
        "tier": "vip",
        "clause": "vip-complaint",
        "deadline_at": DEADLINE,
        "occurred_at": START,
    }
    payloads: list[ClockPayload] = [
        ClockStarted(
            **said,
            state="running",
            started_at=START,
            budget=60,
            unit="natural",
            calendar="natural",
            calendar_revision=0,
        )
    ]
    if is_late:
        payloads.append(
            ClockBreached(**said, state="breached", breached_at=DEADLINE, detected_at=DEADLINE, cause="deadline")
        )
    if is_retracted:
        payloads.append(ClockBreachRetracted(**said, state="met", breached_at=DEADLINE, breach_event_id=uuid.uuid4()))
    stays_late = is_late and not is_retracted
    state = "breached" if stays_late else "met"
    payloads.append(ClockMet(**said, state=state, stopped_at=DEADLINE, is_late=stays_late))
    return [
        Fact(payload, company, "clock", clock_id, version, DEADLINE)
        for version, payload in enumerate(payloads, start=1)
    ]


async def publish(postgres: TestPostgres, facts: Sequence[Fact]) -> None:
    """Commit facts as a use case does."""
    engine = create_engine(postgres.url("complaint"), application_name="test-report", schema="complaint")
    async with create_sessions(engine).begin() as session:
        await outbox.add(session, *facts)
    await engine.dispose()


@asynccontextmanager
async def relaying(postgres: TestPostgres, nats: EmbeddedNats) -> AsyncIterator[None]:
    bus = await Bus.connect(nats.url("complaint"), name="test-report")
    relay = Relay(service="complaint", dsn=postgres.url("complaint"), bus=bus, now=lambda: DEADLINE)
    stop = asyncio.Event()
    task = asyncio.create_task(relay.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task
        await bus.close()


async def start(nats: EmbeddedNats, database: Path, *more: str) -> asyncio.subprocess.Process:
    told = [str(SCRIPT), "--database", str(database), "--url", nats.url("reporter"), *more]
    return await asyncio.create_subprocess_exec(sys.executable, *told, stdout=asyncio.subprocess.PIPE)


@pytest.fixture(scope="module")
async def nats(server_folder: Path) -> AsyncIterator[EmbeddedNats]:
    """A broker of its own: other tests say things in the streams that no service of ours would say."""
    server = start_nats(server_folder / "nats-subscriber")
    await provision_streams(server.admin_url)
    yield server
    server.stop()


async def messages(nats: EmbeddedNats) -> int:
    """All clock facts of the stream, other tests' among them: what a reader from the beginning is told."""
    bus = await Bus.connect(nats.url("reporter"), name="test-count")
    try:
        return int((await bus.api("STREAM.INFO.SLA"))["state"]["messages"])
    finally:
        await bus.close()


def rows(database: Path, company: str) -> list[dict[str, Any]]:
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        found = connection.execute("select columns(*)::varchar from sla where company = ? order by clock_id", [company])
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def verdicts(facts: Sequence[Fact]) -> dict[str, tuple[str, bool]]:
    """Clock → its last state, and whether a breach stands."""
    expected: dict[str, tuple[str, bool]] = {}
    for fact in facts:
        payload = fact.payload
        assert isinstance(payload, ClockPayload)
        expected[str(payload.clock_id)] = (payload.state, payload.state == "breached")
    return expected


async def test_the_table_is_complete_after_a_kill_in_the_middle(
    postgres: TestPostgres, nats: EmbeddedNats, company: str, tmp_path: Path
) -> None:
    database = tmp_path / "sla.duckdb"
    first = [fact for n in range(60) for fact in clock_facts(company, is_late=n % 3 == 0, is_retracted=n % 6 == 0)]
    second = [fact for n in range(20) for fact in clock_facts(company, is_late=n % 2 == 0)]
    async with relaying(postgres, nats):
        await publish(postgres, first)
        process = await start(nats, database, "--batch", "5")
        assert process.stdout is not None
        for _ in range(4):
            assert await asyncio.wait_for(process.stdout.readline(), 20)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        assert len(rows(database, company)) < 60
        await publish(postgres, second)
        resumed = await start(nats, database, "--until-idle", "3")
        told = (await asyncio.wait_for(resumed.communicate(), 40))[0].decode()
        assert resumed.returncode == 0
    found = {row["clock_id"]: (row["state"], row["breach"] == "stands") for row in rows(database, company)}
    assert found == verdicts([*first, *second])
    came, new = (sum(int(line.split()[place]) for line in told.splitlines()) for place in (0, 2))
    assert came < await messages(nats), "it began again"
    assert came == new, "the place and what was taken are one transaction: nothing comes twice after a kill"
    assert all(row["started_at"] and row["deadline_at"] and row["stopped_at"] for row in rows(database, company))


async def test_facts_that_come_twice_or_the_other_way_round_make_the_same_table(
    postgres: TestPostgres, nats: EmbeddedNats, company: str, tmp_path: Path
) -> None:
    facts = [fact for n in range(8) for fact in clock_facts(company, is_late=True, is_retracted=n % 2 == 0)]
    async with relaying(postgres, nats):
        await publish(postgres, facts)
        process = await start(nats, tmp_path / "one", "--until-idle", "3")
        assert await asyncio.wait_for(process.wait(), 40) == 0
    exported = await export(postgres, company)
    assert len(exported) == len(facts)
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\n".join([*reversed(exported), *exported]))
    process = await start(nats, tmp_path / "two", "--file", str(file))
    assert await asyncio.wait_for(process.wait(), 40) == 0
    assert rows(tmp_path / "one", company) == rows(tmp_path / "two", company)
    assert len(rows(tmp_path / "one", company)) == 8


async def export(postgres: TestPostgres, company: str) -> list[bytes]:
    """The company's clock facts as `gasdesk events export` writes them."""
    found = [line async for line in exporting(service="complaint", dsn=postgres.admin_dsn, selection=Selection())]
    return [line for line in found if f'"{company}"'.encode() in line]
