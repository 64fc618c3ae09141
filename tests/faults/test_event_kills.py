"""`kill -9` of relays, consumers and the broker, and the loss of its store: each fact takes effect exactly once."""

import pytest

from tests.support.faults.rig import Rig
from tests.support.faults.scenarios import Figures, events

SEED = 20261124


async def test_killed_relays_consumers_broker_and_a_lost_store_leave_every_effect_exact(rig: Rig) -> None:
    (await events(rig, Figures(SEED), loses_store=True)).require_green()


@pytest.mark.parametrize(
    ("relay", "consumer", "kind"),
    [
        ("stamp_before_publish", "", "missing_message"),
        ("", "inbox_ignored", "duplicate_effect"),
        ("", "version_gate_dropped", "wrong_projection"),
        ("", "dead_forgotten", "missing_letter"),
    ],
)
async def test_a_spoilt_relay_or_consumer_is_noticed(rig: Rig, relay: str, consumer: str, kind: str) -> None:
    (await events(rig, Figures(SEED, acked=300, kills=6), relay=relay, consumer=consumer)).require_red(kind)
