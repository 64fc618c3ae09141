"""Tables grow; at each size what belongs to it is read or swept."""

import asyncio

from tests.bench.filling import fill_cases
from tests.bench.parts import reading, sweeping
from tests.bench.parts.opening import open_one
from tests.bench.report import Report
from tests.bench.stage import Stage


async def run(stage: Stage, report: Report) -> None:
    """Small to large."""
    read, swept = reading.Reading(), sweeping.Sweeping()
    with stage.service("complaint") as port:
        sample = await asyncio.to_thread(open_one, stage, port)
        for size in sorted({*reading.SIZES, *sweeping.SIZES}):
            async with stage.admin("complaint") as admin:
                await fill_cases(admin, sample, count=size)
            if size in reading.SIZES:
                await read.at(stage, report, port, sample, size)
            if size in sweeping.SIZES:
                await swept.at(stage, report, size)
        read.compare(report)
        swept.compare(report)
        await sweeping.lateness(stage, report, port)
