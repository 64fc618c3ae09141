"""`python -m tests.bench [part …]`: measure, print, and write docs/bench.md when every part ran."""

import asyncio
import importlib
import sys
import time

from tests.bench.report import WHERE, Report
from tests.bench.stage import staged

PARTS = (
    "starting",
    "opening",
    "merging",
    "relaying",
    "growing",
    "tiering",
    "importing",
    "delegation",
    "customers",
    "callback",
    "inspection",
    "incentive",
)
"""In this order: tables grow."""


async def main(wanted: list[str]) -> None:
    """Run the parts."""
    began = time.monotonic()
    report = Report()
    async with staged() as stage:
        for name in wanted or PARTS:
            print(f"{name} ({time.monotonic() - began:.0f} s)", flush=True)
            await importlib.import_module(f"tests.bench.parts.{name}").run(stage, report)
    text = report.render(time.monotonic() - began)
    print(text)
    if not wanted:
        WHERE.write_text(text)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
