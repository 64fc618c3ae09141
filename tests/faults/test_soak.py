"""The large figures of reliability.md 1, run by `make soak` for SOAK_MINUTES; each round has its own seed."""

import os
import time

import pytest

from tests.support.faults.clocks import clocks
from tests.support.faults.rig import Rig
from tests.support.faults.scenarios import Figures, events, processes


@pytest.mark.soak
async def test_rounds_of_every_part_stay_green(rig: Rig) -> None:
    end = time.monotonic() + 60 * float(os.environ.get("SOAK_MINUTES", "10"))
    seed = 20270101
    while time.monotonic() < end:
        (await processes(rig, Figures(seed, acked=20_000, kills=60))).require_green()
        (await events(rig, Figures(seed, acked=20_000, kills=60), loses_store=True)).require_green()
        (await clocks(rig, Figures(seed, acked=20_000, kills=60))).require_green()
        seed += 1
