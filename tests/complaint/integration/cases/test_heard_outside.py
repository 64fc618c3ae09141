"""What outsiders report becomes a case once: the words stay with whoever took them down."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from shared.contracts.inspection_supervisors import ObservationComplained
from shared.ids import new_id
from tests.support.stage import Stage, open_stage
from tests.support.world import World

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
async def stage(world: World) -> AsyncIterator[Stage]:
    async with open_stage(world, "complaint", TUESDAY) as opened:
        yield opened


async def test_an_observation_of_a_social_supervisor_becomes_a_case(world: World, stage: Stage, company: str) -> None:
    gas = await world.company(company)
    observation, customer = new_id(), new_id()
    said = ObservationComplained(
        callback_id=observation,
        number="GC20261124000001",
        business="supervision",
        tier="general",
        subject_type="customer",
        subject_id=customer,
        customer_id=customer,
        occurred_at=TUESDAY,
        consequence_id=observation,
        called_by=gas.person("office"),
        category="staff_conduct",
    )
    matter = new_id()
    assert await stage.hear(stage.event(gas, said, matter_id=matter))
    assert await stage.hear(stage.event(gas, said, matter_id=matter, version=2))
    (case,) = (await stage.get(gas, "/v1/complaints", login="office"))["items"]
    assert case["category"] == "staff_conduct"
    assert case["summary"] == "社会监督员意见转投诉，原文见监督意见 GC20261124000001"
    (opened,) = await stage.facts(gas, "complaint.opened")
    assert (opened["matter_id"], opened["complaint_id"]) == (matter, case["id"])
