"""Running a company's nightly jobs at once."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from shared.jobs.model import JobBody
from shared.jobs.queue import enqueue
from shared.jobs.runner import Runner
from tests.customer.integration.records.desk import Desk
from tests.support.packs import policy_of


async def run_nightly(desk: Desk, bodies: Callable[[Any], dict[str, JobBody]], kind: str) -> None:
    """Queue the job of the company as its schedule does, and run it."""
    policy = SimpleNamespace(policy=lambda company, _: policy_of("xxx-gas", company))
    async with desk.rig.sessions.begin() as session:
        await enqueue(session, kind=kind, company=desk.company, args={}, now=desk.rig.clock.now(), created_by="test")
    runner = Runner(desk.rig.sessions, desk.rig.clock, bodies(SimpleNamespace(clock=desk.rig.clock, policy=policy)))
    while await runner.step():
        pass
