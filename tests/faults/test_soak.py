"""`make soak`: the scenarios with fresh seeds, each at least once and on for SOAK_MINUTES (reliability.md 1)."""

import os
import random
import time
from collections import Counter

import pytest

from tests.support.faults.clocks import clocks
from tests.support.faults.rig import Rig
from tests.support.faults.scenarios import Figures, events, processes

MINUTES = float(os.environ.get("SOAK_MINUTES", "0"))
_SCENARIOS = (processes, events, clocks)
_ACKED = 10_000
_KILLS = 40
_SECONDS = 1800.0


@pytest.mark.soak
@pytest.mark.skipif(not MINUTES, reason="make soak")
async def test_soak(rig: Rig) -> None:
    until = time.monotonic() + MINUTES * 60
    seeds = random.SystemRandom()
    acked: Counter[str] = Counter()
    kills: Counter[str] = Counter()
    rounds = 0
    while rounds < len(_SCENARIOS) or time.monotonic() < until:
        figures = Figures(seeds.randrange(1 << 31), _ACKED, _KILLS, _SECONDS)
        scenario = _SCENARIOS[rounds % len(_SCENARIOS)]
        print(f"{scenario.__name__} with seed {figures.seed}", flush=True)
        outcome = await (events(rig, figures, loses_store=True) if scenario is events else scenario(rig, figures))
        await rig.fleet.end(*rig.fleet.processes)
        outcome.require_green()
        acked[scenario.__name__] += outcome.acked
        kills += outcome.kills
        rounds += 1
    print(f"soak: {rounds} rounds, acked {dict(acked)}, kills {dict(kills)}, 0 lost, 0 twice")
