"""Facts of the inspection: late and unmended notices, repeated grave ones, accepted improvements."""

from datetime import timedelta
from uuid import uuid4

from services.incentive.proposals.rules.drafts import Cause, Draft, Target
from services.incentive.proposals.rules.matters import yearly
from services.incentive.proposals.service.drafting import draft
from shared.contracts.inspection_improvement import ImprovementAccepted
from shared.contracts.inspection_notices import (
    InspectionConsequenceProposed,
    InspectionConsequenceWithdrawn,
    InspectionNoticeCancelled,
    InspectionNoticeClosed,
    InspectionNoticeLate,
)
from tests.incentive.integration.proposals.board import heard, noticed, rows
from tests.support.stage import Json, Stage
from tests.support.world import Company


async def test_a_late_notice_is_the_departments_once_and_graver_where_it_ends_unmended(
    stage: Stage, gas: Company
) -> None:
    now = stage.clock.now()
    late = noticed(InspectionNoticeLate, stage, breached_at=now, minutes_late=3)
    (row,) = await heard(stage, gas, late)
    assert (row["provision"], row["subject_type"], row["subject"]) == (
        "department-notice-late",
        "department",
        "customer_service",
    )
    said = late.model_dump()
    again = InspectionNoticeLate(**{**said, "cycle": 2})
    assert len(await heard(stage, gas, again)) == 1, "the next round is the same matter"
    assert len(await heard(stage, gas, InspectionNoticeClosed(**{**said, "is_mended": True}))) == 1
    unmended = await heard(stage, gas, InspectionNoticeClosed(**{**said, "is_mended": False}))
    assert [(one["provision"], one["state"]) for one in unmended] == [
        ("department-notice-late", "withdrawn"),
        ("department-not-mending", "drafted"),
    ]
    fallen = await heard(stage, gas, InspectionNoticeCancelled(**said, reason="overturned"))
    assert {(one["state"], one["withdrawn_for"]) for one in fallen} == {("withdrawn", "cause_retracted")}


async def test_two_grave_notices_of_a_year_are_one_matter_with_the_counter(stage: Stage, gas: Company) -> None:
    now, department = stage.clock.now(), "customer_service"
    said: Json = {"consequence_id": uuid4(), "consequence": "awards_lost", "department": department, "year": 2025}
    said |= {"count": 2, "notice_ids": [uuid4(), uuid4()], "clause": "rectification", "matter_id": uuid4()}
    counted = Draft(
        provision="department-grave-notices",
        target=Target.of_department(department),
        cause=Cause("counter", uuid4()),
        matter_id=yearly(gas.code, "department-grave-notices", department, 2025),
        happened_at=now - timedelta(days=365),
        evidence={"links": {}},
        source="grave_notices",
        is_yearly=True,
    )
    async with stage.runtime.sessions.begin() as session:
        assert await draft(session, stage.app.state.desk, gas.code, counted, now=now) is not None
    proposed = InspectionConsequenceProposed(**said, occurred_at=now)
    drafted = await heard(stage, gas, proposed, matter_id=said["matter_id"])
    assert [one["state"] for one in drafted] == ["drafted", "withdrawn"], "of the year that the fact says"
    await heard(stage, gas, InspectionConsequenceWithdrawn(**said, occurred_at=now))
    states = [(one["state"], one["withdrawn_for"]) for one in await rows(stage, gas)]
    assert states == [("drafted", None), ("withdrawn", "cause_retracted")]


async def test_an_accepted_improvement_is_its_owners_and_its_proposers(stage: Stage, gas: Company) -> None:
    crew, agent = gas.person("crew"), gas.person("agent")
    said: Json = {"improvement_id": uuid4(), "number": "GJ1", "source_type": "finding", "clause": "improvement"}
    said |= {"department": "customer_service", "state": "accepted", "round": 1, "occurred_at": stage.clock.now()}
    said |= {"accepted_by": gas.person("office")}
    both = ImprovementAccepted(**said, owner_id=crew, proposer_id=agent, matter_id=uuid4())
    drafted = await heard(stage, gas, both)
    assert {(one["provision"], one["subject"]) for one in drafted} == {
        ("reward-improvement", str(crew)),
        ("reward-improvement", str(agent)),
    }
    alone = ImprovementAccepted(
        **{**said, "improvement_id": uuid4()}, owner_id=crew, proposer_id=crew, matter_id=uuid4()
    )
    assert len(await heard(stage, gas, alone)) == 3, "who is both is rewarded once"
