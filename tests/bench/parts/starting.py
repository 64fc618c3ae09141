"""`make run`: the third start, and the memory of all its processes after a minute."""

import asyncio
import time
from pathlib import Path

import psutil

from tests.bench.report import Report
from tests.bench.stage import Stage
from tests.support.platform import PlatformProcess

_IDLE = 60


async def run(stage: Stage, report: Report) -> None:
    """Three starts on one home."""
    platform = PlatformProcess(stage.folder / "run", GASDESK_DURABLE="1")
    took = []
    for number in range(3):
        began = time.perf_counter()
        await asyncio.to_thread(platform.start)
        took.append(time.perf_counter() - began)
        if number < 2:
            await asyncio.to_thread(platform.stop)
    first = f"first {took[0]:.1f} s"
    report.at_most("make run, third start", floor="", ours=first, value=took[2], goal=5, unit=" s")
    await asyncio.sleep(_IDLE)
    held = _pss(platform.pid)
    report.at_most("make run, PSS after 60 s", floor="", ours="", value=held / 1024, goal=500, unit=" MB")
    await asyncio.to_thread(platform.stop)


def _pss(pid: int) -> int:
    """KiB of a process and all below it."""
    total = 0
    for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        text = Path(f"/proc/{one.pid}/smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total
