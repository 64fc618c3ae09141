"""`kill -9` of relays, consumers and the broker, and the loss of its store: each fact takes effect exactly once."""

from tests.support.faults.rig import Rig
from tests.support.faults.scenarios import Figures, events

SEED = 20261124
SMALL = Figures(SEED, acked=300, kills=6)


async def test_killed_relays_consumers_broker_and_a_lost_store_leave_every_effect_exact(rig: Rig) -> None:
    (await events(rig, Figures(SEED), loses_store=True)).require_green()


async def test_a_spoilt_relay_is_noticed(rig: Rig) -> None:
    (await events(rig, SMALL, relay="stamp_before_publish")).require_red("missing_message")


async def test_a_consumer_that_is_spoilt_in_three_ways_is_noticed_in_each(rig: Rig) -> None:
    # One run for three mutants: none of them can cause what another one is to be noticed by.
    outcome = await events(rig, SMALL, consumer="inbox_ignored,version_gate_dropped,dead_forgotten")
    outcome.require_red("duplicate_effect", "wrong_projection", "missing_letter")
    assert {one.kind for one in outcome.violations} == {"duplicate_effect", "wrong_projection", "missing_letter"}
