"""The third complaint proposes, once; the same fact again changes nothing; below three the draft falls."""

from shared.contracts.finding import FindingOverturned
from shared.ids import new_id
from tests.incentive.integration.proposals.board import finding, rows
from tests.support.stage import Stage
from tests.support.world import Company


async def test_the_third_complaint_proposes_once_and_falls_when_one_is_overturned(stage: Stage, gas: Company) -> None:
    person = new_id()
    said = [finding(stage, person, marks=()) for _ in range(4)]
    for one in said[:2]:
        for _ in range(3):
            await stage.hear(stage.event(gas, one, version=2))
    assert await rows(stage, gas) == []
    for one in said[2:]:
        await stage.hear(stage.event(gas, one, version=2))
    drafted = await rows(stage, gas)
    assert [(one["provision"], one["subject"], one["state"]) for one in drafted] == [
        ("penalty-4-complaints", str(person), "drafted")
    ]
    for one in said[:2]:
        fallen = FindingOverturned(**{**one.model_dump(), "appeal_id": new_id()})
        await stage.hear(stage.event(gas, fallen, version=3))
    assert [one["state"] for one in await rows(stage, gas)] == ["withdrawn"]
    await stage.hear(stage.event(gas, said[0], version=2))
    assert [one["state"] for one in await rows(stage, gas)] == ["withdrawn"], "an older fact changes nothing"
