"""`kill -9` of sweepers and Postgres while clocks fall due: each says all once, never early nor after its end."""

from tests.support.faults.clocks import clocks
from tests.support.faults.rig import Rig
from tests.support.faults.scenarios import Figures

SEED = 20261125


async def test_killed_sweepers_judge_every_clock_once(rig: Rig) -> None:
    (await clocks(rig, Figures(SEED))).require_green()


async def test_a_sweeper_without_row_lock_is_noticed(rig: Rig) -> None:
    (await clocks(rig, Figures(SEED, acked=1000, kills=3), mutant="no_row_lock")).require_red("duplicate_clock_event")
