#!/usr/bin/env python3
"""A reporting table built from scratch out of the events: one row per promise, with nothing but nats-py and SQLite.

Kill it whenever you like.  Effect and event id are committed together, the acknowledgement comes after the commit, and
the durable of the stream goes on where it stood; what was not acknowledged comes again and is recognised by its id.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nats
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

STREAM, SUBJECTS = "SLA", "sla.>"
TABLES = """
create table if not exists seen (event_id text primary key) without rowid;
create table if not exists promises (
  clock_id text primary key, company text, subject_type text, subject_id text, metric text, tier text, clause text,
  state text, started_at text, deadline_at text, breached_at text, is_retracted integer, stopped_at text,
  version integer not null
) without rowid;
"""
KEEP = """
insert into promises values (:clock_id, :company, :subject_type, :subject_id, :metric, :tier, :clause, :state,
  :started_at, :deadline_at, :breached_at, :is_retracted, :stopped_at, :version)
on conflict (clock_id) do update set
  tier = iif(:version > version, :tier, tier), clause = iif(:version > version, :clause, clause),
  state = iif(:version > version, :state, state), deadline_at = iif(:version > version, :deadline_at, deadline_at),
  started_at = coalesce(:started_at, started_at), breached_at = coalesce(:breached_at, breached_at),
  stopped_at = coalesce(:stopped_at, stopped_at), is_retracted = max(:is_retracted, is_retracted),
  version = max(:version, version)
"""
# State is overwritten by a newer version only (the version gate); what is said once is kept whenever it comes.
FIELDS = ("clock_id", "subject_type", "subject_id", "metric", "tier", "clause", "state")
TIMES = ("started_at", "deadline_at", "breached_at", "stopped_at")


def apply(database: sqlite3.Connection, event: dict[str, Any]) -> bool:
    """Let one event take effect once; answers whether it was new."""
    if database.execute("insert or ignore into seen values (?)", (event["id"],)).rowcount == 0:
        return False
    data = event["data"]
    if "clock_id" not in data:
        return True  # a type that came later and is no clock's: contracts grow, a subscriber takes what it knows
    row = {name: data.get(name) for name in (*FIELDS, *TIMES)}
    row |= {"company": event["company"], "version": event["aggregateversion"]}
    database.execute(KEEP, row | {"is_retracted": event["type"] == "sla.breach_retracted"})
    return True


async def take(database: sqlite3.Connection, messages: Iterable[Msg]) -> int:
    """One transaction for a batch, acknowledged when it is safe; answers how many were new."""
    with database:
        new = sum(apply(database, json.loads(message.data)) for message in messages)
    for message in messages:
        await message.ack()
    return new


async def follow(given: argparse.Namespace, url: str, database: sqlite3.Connection) -> None:
    """Read from where the durable stands; for ever, or until nothing came for so many seconds."""
    client = await nats.connect(url, max_reconnect_attempts=-1)
    config = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, deliver_policy=DeliverPolicy.ALL, ack_wait=given.ack_wait)
    subscription = await client.jetstream().pull_subscribe(SUBJECTS, given.durable, stream=STREAM, config=config)
    quiet_since = time.monotonic()
    while given.until_idle is None or time.monotonic() - quiet_since < given.until_idle:
        with contextlib.suppress(TimeoutError):
            messages = await subscription.fetch(given.batch, timeout=0.5)
            new = await take(database, messages)
            sys.stdout.write(f"{len(messages)} events, {new} new\n")
            sys.stdout.flush()
            quiet_since = time.monotonic()
    await client.close()


def main() -> None:
    """Read the arguments and begin."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="report.sqlite")
    parser.add_argument("--durable", default="reporter_promises", help="another name begins at the start of the stream")
    parser.add_argument("--url", help="by default reporter_nats_url of $GASDESK_HOME/state.json")
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--ack-wait", type=float, default=30, help="seconds until an event comes again after a kill")
    parser.add_argument("--until-idle", type=float, metavar="SECONDS", help="end when nothing came for so long")
    given = parser.parse_args()
    state = Path(os.environ.get("GASDESK_HOME", ".gasdesk")) / "state.json"
    url = given.url or json.loads(state.read_text())["reporter_nats_url"]
    with contextlib.closing(sqlite3.connect(given.database)) as database:
        database.executescript("pragma journal_mode = wal;" + TABLES)
        asyncio.run(follow(given, url, database))


if __name__ == "__main__":
    main()
