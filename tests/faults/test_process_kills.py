"""`kill -9` of services, workers and all of Postgres under load: nothing acked is lost, nothing happens twice."""

import pytest

from tests.support.faults.rig import Rig
from tests.support.faults.scenarios import Figures, processes, spoilt_service

SEED = 20261123


async def test_killed_services_workers_and_postgres_lose_and_repeat_nothing(rig: Rig) -> None:
    (await processes(rig, Figures(SEED))).require_green()


@pytest.mark.parametrize(
    ("mutant", "kind"), [("reply_before_commit", "lost"), ("key_in_another_transaction", "duplicate")]
)
async def test_a_spoilt_service_is_noticed(rig: Rig, mutant: str, kind: str) -> None:
    (await spoilt_service(rig, Figures(SEED, acked=200, kills=6), mutant)).require_red(kind)
