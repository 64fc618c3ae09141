#!/usr/bin/env python3
"""The SLA table in DuckDB, built out of the events from the first one on: a row per clock, and the share kept by tier.

Every event is a row of `facts` under its own id; `sla` and `kept` are views of them.  The place in the stream is stored
in the same transaction as the events up to it.  So it may be killed at any time and started again, and the same events
may come twice or in another order (replay, an exported file): the table is the same.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import time
import uuid
from collections.abc import Sequence
from datetime import date
from itertools import islice
from pathlib import Path

import duckdb
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

STREAM = "SLA"
BATCH = 500
IDLE_SECONDS = 60.0
"""After so long without us the server forgets the consumer; the place is in our own table."""

# What was said last counts, by the clock's version and not by arrival; `arg_max` would skip a null that was said last.
# `kept` follows the platform's own figures: promises that fell due in the period, cancelled ones and aims left out.
TABLES = """
create table if not exists place (stream varchar primary key, seq ubigint not null);
create table if not exists facts (
  event_id uuid primary key, type varchar not null, company varchar not null, clock_id uuid not null,
  version bigint not null, said_at timestamptz not null, data json not null
);
create or replace view sla as
select clock_id, any_value(company) as company,
  any_value(data->>'subject_type') as subject_type, any_value((data->>'subject_id')::uuid) as subject_id,
  any_value(data->>'metric') as metric, any_value((data->>'cycle')::int) as cycle,
  last(data->>'tier' order by version) as tier, last(data->>'grade' order by version) as grade,
  last(data->>'clause' order by version) as clause, last(data->>'state' order by version) as state,
  last(coalesce((data->>'is_aim')::bool, false) order by version) as is_aim,
  last((data->>'deadline_at')::timestamptz order by version) as deadline_at,
  min((data->>'started_at')::timestamptz) as started_at,
  max((data->>'stopped_at')::timestamptz) as stopped_at,
  last(case when type = 'sla.breached' or data->>'to_verdict' = 'breached' then 'stands' else 'retracted' end
    order by version) filter (type in ('sla.breached', 'sla.breach_retracted', 'sla.corrected')) as breach,
  max((data->>'breached_at')::timestamptz) as breached_at,
  count(*) filter (type = 'sla.warned') as warnings, count(*) filter (type = 'sla.escalated') as escalations,
  count(*) filter (type = 'sla.paused') as pauses,
  count(*) filter (type in ('sla.retargeted', 'sla.recalendared')) as changes, max(version) as version
from facts group by clock_id;
create or replace macro kept(whose, from_at, until_at, as_of) as table
select subject_type || '.' || metric || '.on_time' as code, tier,
  count(*) filter (deadline_at is not null and state = 'met' and breach is null or breach = 'retracted') as numerator,
  count(*) filter (deadline_at is not null and (state in ('met', 'breached') or breach is not null)) as denominator,
  count(*) filter (deadline_at is null) as untargeted,
  count(*) filter (deadline_at is not null and breach is not null and stopped_at is null) as unanswered
from sla
where company = whose and state <> 'cancelled' and not is_aim
  and coalesce(deadline_at, started_at) >= from_at and coalesce(deadline_at, started_at) < until_at
  and (deadline_at is null or deadline_at <= as_of or state = 'met')
group by all order by all;
"""
# A type that came later and is no clock's is left out: contracts grow, a subscriber takes what it knows.
TAKE = """
insert or ignore into facts
select (e->>'id')::uuid, e->>'type', e->>'company', (e->'data'->>'clock_id')::uuid,
  (e->>'aggregateversion')::bigint, (e->>'time')::timestamptz, e->'data'
from (select unnest(?::json[]) as e) where (e->'data'->>'clock_id') is not null
"""


class SlaTable:
    """The database file."""

    def __init__(self, path: str) -> None:
        self._database = duckdb.connect(path)
        self._database.execute("set timezone = 'UTC'")
        self._database.execute(TABLES)

    @property
    def place(self) -> int:
        """The last message of the stream that is in the table."""
        row = self._database.execute("select seq from place where stream = ?", [STREAM]).fetchone()
        return int(row[0]) if row else 0

    def take(self, events: Sequence[str], place: int | None = None) -> int:
        """One transaction: the events, and with them the place that was reached; answers how many were new."""
        self._database.begin()
        try:
            before = self._count()
            self._database.execute(TAKE, [list(events)])
            if place is not None:
                self._database.execute("insert or replace into place values (?, ?)", [STREAM, place])
            new = self._count() - before
        except BaseException:
            self._database.rollback()
            raise
        self._database.commit()
        return new

    def kept(self, company: str, month: str) -> list[dict[str, object]]:
        """What was promised for a month and kept, by metric and tier; a month of Shanghai's calendar."""
        begin = date.fromisoformat(f"{month}-01")
        end = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
        found = self._database.execute(
            "from kept(?, ?::timestamptz, ?::timestamptz, (select max(said_at) from facts))",
            [company, f"{begin} 00:00:00+08", f"{end} 00:00:00+08"],
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _count(self) -> int:
        row = self._database.execute("select count(*) from facts").fetchone()
        return int(row[0]) if row else 0


def take_file(table: SlaTable, path: Path) -> None:
    """Events older than the stream keeps: a file that `gasdesk events export` wrote."""
    with path.open(encoding="utf-8") as lines:
        while events := list(islice(lines, BATCH)):
            _tell(len(events), table.take(events))


async def follow(table: SlaTable, url: str, until_idle: float | None, batch: int = BATCH) -> None:
    """Read on from the place in the table; for ever, or until nothing came for so many seconds."""
    client = await nats.connect(url, max_reconnect_attempts=-1)
    try:
        while True:
            try:
                await _read(table, client, until_idle, batch)
            except NatsError as error:
                sys.stderr.write(f"{error!r}; reading on from {table.place}\n")
                await asyncio.sleep(1)
            else:
                return
    finally:
        await client.close()


async def _read(table: SlaTable, client: Client, until_idle: float | None, batch: int) -> None:
    streams = client.jetstream()
    last = (await streams.stream_info(STREAM)).state.last_seq
    config = ConsumerConfig(
        name=f"reporter_{uuid.uuid4().hex}",
        ack_policy=AckPolicy.NONE,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        # A place beyond the end is that of a stream that was lost and began anew.
        opt_start_seq=table.place + 1 if table.place <= last else 1,
        inactive_threshold=IDLE_SECONDS,
    )
    subscription = await streams.pull_subscribe("sla.>", stream=STREAM, config=config)
    quiet_since = time.monotonic()
    while until_idle is None or time.monotonic() - quiet_since < until_idle:
        messages: list[Msg] = []
        with contextlib.suppress(TimeoutError):
            messages = await subscription.fetch(batch, timeout=0.5)
        if not messages:
            continue
        new = table.take([one.data.decode() for one in messages], messages[-1].metadata.sequence.stream)
        _tell(len(messages), new)
        quiet_since = time.monotonic()


def _tell(came: int, new: int) -> None:
    sys.stdout.write(f"{came} events, {new} new\n")
    sys.stdout.flush()


def main() -> None:
    """Read the arguments and begin."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="sla.duckdb")
    parser.add_argument("--url", help="by default reporter_nats_url of $GASDESK_HOME/state.json")
    parser.add_argument("--file", type=Path, help="take an exported file instead of the stream")
    parser.add_argument("--batch", type=int, default=BATCH, help="events of one transaction")
    parser.add_argument("--until-idle", type=float, metavar="SECONDS", help="end when nothing came for so long")
    parser.add_argument("--kept", nargs=2, metavar=("COMPANY", "MONTH"), help="print what was kept: xxx-gas 2026-11")
    given = parser.parse_args()
    table = SlaTable(given.database)
    if given.kept:
        sys.stdout.writelines(f"{json.dumps(row)}\n" for row in table.kept(*given.kept))
    elif given.file:
        take_file(table, given.file)
    else:
        state = Path(os.environ.get("GASDESK_HOME", ".gasdesk")) / "state.json"
        url = given.url or json.loads(state.read_text())["reporter_nats_url"]
        asyncio.run(follow(table, url, given.until_idle, given.batch))


if __name__ == "__main__":
    main()
