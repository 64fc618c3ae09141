"""The worker sends by itself: a message that is queued lies in the folder."""

import asyncio
from datetime import UTC, datetime

from services.callback.worker import run
from tests.callback.integration.line import Line
from tests.callback.integration.messages.post import queued
from tests.support.world import Company, World


async def test_the_worker_sends_by_itself(world: World, line: Line, gas: Company) -> None:
    line.clock.set(datetime(2026, 1, 6, 2, 0, tzinfo=UTC))  # the worker goes by the real clock: long due
    customer = await line.know(gas, "vip")
    row = await queued(line, gas, customer, "safety_notice")
    stop = asyncio.Event()
    working = asyncio.create_task(run(world.settings("callback"), stop))
    file = world.home / "messages" / gas.code / f"{row.id}.json"
    try:
        async with asyncio.timeout(10):
            while not await asyncio.to_thread(file.exists):
                assert not working.done(), "the worker ended"
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await working
