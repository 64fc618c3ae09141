"""Facts draft proposals: who held it is responsible, one matter counts once, what is taken back falls."""

import asyncio
import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest

from services.incentive.proposals.rules.drafts import Cause, Draft, Target
from services.incentive.proposals.rules.matters import yearly
from services.incentive.proposals.service.drafting import draft
from shared.contracts.authority import AuthorityAbused
from shared.contracts.base import EventPayload
from shared.contracts.callback_quality import CallbackFalsified
from shared.contracts.calls import CallbackPraised
from shared.contracts.entry import DataMisuseConfirmed, EntryErrorsConfirmed, RightsWithdrawn
from shared.contracts.finding import (
    ConsequenceProposed,
    ConsequenceRetracted,
    FindingOverturned,
    FindingRevised,
    FindingSuspended,
    FindingUpheld,
)
from shared.contracts.inspection_findings import (
    GoodExampleConfirmed,
    InspectionFindingConfirmed,
    InspectionFindingOverturned,
    InspectionFindingRevised,
)
from shared.contracts.lifecycle import ComplaintPraiseRecorded, ComplaintSuggestionAdopted
from shared.contracts.sla import ClockBreachRetracted
from tests.incentive.integration.proposals.board import (
    breach,
    finding,
    heard,
    held,
    inspected,
    one,
    praise,
    refused,
    rows,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company


async def test_a_breach_is_everybodys_who_held_it_and_its_evidence_stays(stage: Stage, gas: Company) -> None:
    now, crew, agent = stage.clock.now(), gas.person("crew"), gas.person("agent")
    segments = [
        held(agent, 40, "call_centre", now),
        held(crew, 15, "customer_service", now),
        held(gas.person("clerk"), 1, "customer_service", now),
        held(None, 44, "network", now),
    ]
    matter = uuid4()
    drafted = await heard(stage, gas, breach(stage, gas.person("head"), segments=segments), matter_id=matter)
    blamed = {row["subject"]: (row["provision"], row["share_us"], row["share_of_us"]) for row in drafted}
    minute = 60_000_000
    assert blamed == {
        str(agent): ("penalty-2-commitment", 40 * minute, 100 * minute),
        str(crew): ("penalty-2-commitment", 15 * minute, 100 * minute),
        "network": ("department-commitment", 44 * minute, 100 * minute),
    }
    assert {row["matter_id"] for row in drafted} == {matter}
    row = await one(stage, gas, next(row["id"] for row in drafted if row["subject"] == str(crew)))
    assert (row["state"], row["source"], row["department"], row["team"]) == (
        "drafted",
        "breach",
        "customer_service",
        "repair_1",
    )
    assert row["suggested"]["amount_fen"] == 10000
    assert row["evidence"]["links"]["clock_id"] == str(row["cause_id"])
    text = orjson.dumps(row["evidence"], option=orjson.OPT_SORT_KEYS)
    assert row["digest"] == hashlib.sha256(text).hexdigest()
    assert len(row["segments"]) == 4
    with pytest.raises(asyncpg.CheckViolationError):
        await stage.pool.execute("update incentive_proposals set evidence = '{}' where id = $1", UUID(row["id"]))
    clocks = await stage.clocks(gas, f"/v1/incentive-proposals/{row['id']}")
    assert (clocks["proposal_confirm"]["state"], clocks["proposal_confirm"]["clause"]) == ("running", "approval")
    (fact, *_) = await stage.facts(gas, "incentive.proposed")
    assert fact["routing"]["department"] is None
    assert fact["routing"]["owner_id"] is None


async def test_the_same_breach_is_drafted_once_however_often_it_comes(stage: Stage, gas: Company) -> None:
    said, event_id, matter = breach(stage, gas.person("crew")), uuid4(), uuid4()
    for delivery in (event_id, event_id, uuid4()):
        await heard(stage, gas, said, event_id=delivery, matter_id=matter)
    other = breach(stage, gas.person("crew"), clock_id=uuid4(), metric="resolution")
    drafted = await heard(stage, gas, other, matter_id=matter)
    assert [(row["state"], row["withdrawn_for"]) for row in drafted] == [
        ("drafted", None),
        ("withdrawn", "same_matter"),
    ]
    assert len(await stage.facts(gas, "incentive.proposed")) == 1
    gone = ClockBreachRetracted(
        **{**said.model_dump(), "breach_event_id": event_id, "state": "met", "occurred_at": stage.clock.now()}
    )
    after = await heard(stage, gas, gone, matter_id=matter)
    assert [row["state"] for row in after] == ["withdrawn", "drafted"], "the second breach holds by itself"
    assert after[0]["withdrawn_for"] == "cause_retracted"


async def test_what_is_no_broken_promise_drafts_nothing(stage: Stage, gas: Company) -> None:
    for more in (
        {"is_aim": True},
        {"is_consequence": True},
        {"cause": "retarget"},
        {"subject_type": "incentive_proposal"},
    ):
        assert await heard(stage, gas, breach(stage, gas.person("crew"), **more)) == [], more


async def test_breach_and_finding_are_one_matter_of_which_the_graver_stands(stage: Stage, gas: Company) -> None:
    crew, matter = gas.person("crew"), uuid4()
    await heard(stage, gas, breach(stage, crew), matter_id=matter)
    found = finding(stage, crew, marks=("mishandled", "data_leak", "data_error"))
    drafted = await heard(stage, gas, found, matter_id=matter)
    states = {row["provision"]: (row["state"], row["withdrawn_for"]) for row in drafted}
    assert states == {
        "penalty-2-commitment": ("withdrawn", "same_matter"),
        "penalty-3-mishandled": ("withdrawn", "same_matter"),
        "entry-withdrawal": ("withdrawn", "same_matter"),
        "penalty-4-leak": ("drafted", None),
    }
    overturned = FindingOverturned(**{**found.model_dump(), "appeal_id": uuid4(), "state": "overturned"})
    after = {row["provision"]: row for row in await heard(stage, gas, overturned, matter_id=matter)}
    assert [code for code, row in after.items() if row["state"] == "drafted"] == ["penalty-2-commitment"]
    assert after["penalty-4-leak"]["withdrawn_for"] == "cause_retracted"
    back = after["penalty-2-commitment"]
    clocks = await stage.get(gas, f"/v1/incentive-proposals/{back['id']}/clocks")
    assert [(clock["cycle"], clock["state"]) for clock in clocks["items"]] == [(1, "cancelled"), (2, "running")]
    withdrawn = await stage.facts(gas, "incentive.withdrawn")
    assert {fact["reason"] for fact in withdrawn} == {"same_matter", "cause_retracted"}


async def test_a_revised_finding_keeps_what_it_says_again(stage: Stage, gas: Company) -> None:
    crew, clerk, matter = gas.person("crew"), gas.person("clerk"), uuid4()
    found = finding(stage, crew, clerk, marks=("preventable",))
    before = await heard(stage, gas, found, matter_id=matter)
    assert {row["subject"] for row in before} == {str(crew), str(clerk)}
    revised = FindingRevised(**{**found.model_dump(), "person_ids": [crew], "appeal_id": uuid4(), "revision": 2})
    after = {row["subject"]: row for row in await heard(stage, gas, revised, matter_id=matter)}
    assert (after[str(crew)]["state"], after[str(crew)]["version"]) == ("drafted", 1)
    assert (after[str(clerk)]["state"], after[str(clerk)]["withdrawn_for"]) == ("withdrawn", "cause_retracted")


async def test_a_finding_of_an_inspection_weighs_what_it_says(stage: Stage, gas: Company) -> None:
    crew = gas.person("crew")
    found = inspected(InspectionFindingConfirmed, stage, crew, points=4)
    (row,) = await heard(stage, gas, found)
    assert (row["provision"], row["suggested"]["points"]) == ("penalty-1-routine", 4)
    revised = InspectionFindingRevised(
        **{**found.model_dump(), "points": 2, "overturned_id": uuid4(), "previous_points": 4}
    )
    after = await heard(stage, gas, revised)
    assert [(one["state"], one["suggested"]["points"]) for one in after] == [("withdrawn", 4), ("drafted", 2)]
    await heard(stage, gas, InspectionFindingOverturned(**found.model_dump()))
    assert {one["state"] for one in await rows(stage, gas)} == {"withdrawn"}
    assert len(await heard(stage, gas, inspected(InspectionFindingConfirmed, stage, crew, points=0))) == 2
    assert len(await heard(stage, gas, inspected(InspectionFindingConfirmed, stage, None))) == 2


async def test_the_first_minor_matter_of_a_year_suggests_a_talk(stage: Stage, gas: Company) -> None:
    crew = gas.person("crew")
    for _ in range(2):
        await heard(stage, gas, inspected(InspectionFindingConfirmed, stage, crew))
    last_year = stage.clock.now() - timedelta(days=365)
    await heard(stage, gas, inspected(InspectionFindingConfirmed, stage, crew, found_at=last_year))
    await heard(stage, gas, finding(stage, gas.person("clerk")))
    talks = [row["is_talk_suggested"] for row in await rows(stage, gas)]
    assert talks == [True, False, True, False], "by the calendar year of the matter; never for what is not minor"


async def test_each_kind_of_fact_proposes_its_clause(stage: Stage, gas: Company) -> None:
    crew, agent, now = gas.person("crew"), gas.person("agent"), stage.clock.now()
    call: Json = {"callback_id": uuid4(), "number": "HF1", "occurred_at": now, "customer_id": uuid4()}
    call |= {"subject_type": "order", "subject_id": uuid4()}
    spoken: Json = {**call, "business": "repair", "tier": "general", "consequence_id": uuid4(), "called_by": agent}
    abused: Json = {
        "authorisation_id": uuid4(),
        "number": "SQ1",
        "authority": "x",
        "category": "permission",
        "clause": "c",
        "state": "used",
        "requested_by": crew,
        "abuse_id": uuid4(),
        "kind": "faked",
        "person_id": crew,
        "points": 5,
        "has_damage": False,
        "reported_by": agent,
        "occurred_at": now,
    }
    entry: Json = {
        "kind": "wrong",
        "concern": "requests",
        "check": "monthly",
        "rule": "r",
        "clause": "c",
        "month": "2026-11",
    }
    repeated: Json = {"consequence_id": uuid4(), "person_id": crew, "year": 2026, "rule": "three_in_year", "count": 3}
    repeated |= {"clause": "penalty-4", "finding_id": uuid4(), "complaint_id": uuid4(), "occurred_at": now}
    said: list[tuple[EventPayload, str, UUID]] = [
        (AuthorityAbused(**abused), "authority-abuse", crew),
        (AuthorityAbused(**{**abused, "abuse_id": uuid4(), "has_damage": True}), "authority-damage", crew),
        (CallbackPraised(**spoken, staff_ids=[crew, agent]), "reward-praise", crew),
        (praise(stage, ComplaintPraiseRecorded, staff_ids=[crew, agent], recorded_by=agent), "reward-praise", crew),
        (
            CallbackFalsified(
                **call,
                review_id=uuid4(),
                caller_id=agent,
                month="2026-11",
                mode="recall",
                falsification_id=uuid4(),
                clause="c",
                proposed_by=crew,
                confirmed_by=crew,
                again_callback_id=uuid4(),
            ),
            "penalty-2-falsified",
            agent,
        ),
        (
            EntryErrorsConfirmed(**entry, finding_ids=[uuid4()], operator_id=agent, count=1, occurred_at=now),
            "entry-errors",
            agent,
        ),
        (
            RightsWithdrawn(
                withdrawal_id=uuid4(),
                staff_id=agent,
                concerns=["requests"],
                ground="repeated_errors",
                state="withdrawn",
                clause="c",
                occurred_at=now,
            ),
            "entry-withdrawal",
            agent,
        ),
        (
            DataMisuseConfirmed(
                misuse_id=uuid4(), kind="leak", person_id=agent, clause="c", happened_at=now, occurred_at=now
            ),
            "entry-misuse",
            agent,
        ),
        (inspected(GoodExampleConfirmed, stage, crew, points=0), "reward-example", crew),
        (ConsequenceProposed(**repeated), "penalty-4-complaints", crew),
    ]
    for number, (fact, provision, person) in enumerate(said, 1):
        drafted = await heard(stage, gas, fact, matter_id=uuid4())
        assert len(drafted) == number, fact.TYPE
        assert (drafted[-1]["provision"], drafted[-1]["subject"]) == (provision, str(person)), fact.TYPE
    assert (await rows(stage, gas))[0]["suggested"]["points"] == 5
    customer = praise(stage, ComplaintSuggestionAdopted, kind="suggestion", answer="adopted")
    (*_, row) = await heard(stage, gas, customer)
    assert (row["provision"], row["subject_type"], row["suggested"]["gift"]) == (
        "reward-customer",
        "customer",
        "安全用气礼包",
    )
    await heard(stage, gas, ConsequenceRetracted(**repeated))
    fallen = [row for row in await rows(stage, gas) if row["provision"] == "penalty-4-complaints"]
    assert [row["state"] for row in fallen] == ["withdrawn"]


async def test_a_promise_to_a_tier_that_was_missed_is_a_failure_by_tier(stage: Stage, chaohu: Company) -> None:
    await heard(stage, chaohu, breach(stage, chaohu.person("crew"), tier="vip"))
    await heard(stage, chaohu, breach(stage, chaohu.person("crew"), tier="general"))
    await heard(stage, chaohu, breach(stage, None, tier="key"))
    drafted = [
        (row["source"], row["provision"], row["suggested"]["department_points"]) for row in await rows(stage, chaohu)
    ]
    assert drafted == [
        ("tier_failure", "tier-failure", 5),
        ("breach", "penalty-2-commitment", 1),
        ("tier_failure", "tier-failure-department", 5),
    ]


async def test_while_the_finding_is_contested_nobody_confirms_what_rests_on_it(stage: Stage, gas: Company) -> None:
    found, matter = finding(stage, gas.person("crew")), uuid4()
    await heard(stage, gas, found, matter_id=matter)
    appealed: Json = {**found.model_dump(), "appeal_id": uuid4()}
    (row,) = await heard(stage, gas, FindingSuspended(**appealed), matter_id=matter)
    path = f"/v1/incentive-proposals/{row['id']}"
    assert (await stage.clocks(gas, path))["proposal_confirm"]["state"] == "paused"
    assert await refused(stage, gas, row, "confirm", "office", opinion="同意") == (409, "incentive_cause_contested")
    (row,) = await heard(stage, gas, FindingUpheld(**appealed), matter_id=matter)
    assert (row["suspended_at"], row["state"]) == (None, "drafted")
    assert (await stage.clocks(gas, path))["proposal_confirm"]["state"] == "running"


async def test_deliveries_at_once_draft_once(stage: Stage, gas: Company) -> None:
    said, matter = breach(stage, gas.person("crew")), uuid4()
    await asyncio.gather(*(heard(stage, gas, said, event_id=uuid4(), matter_id=matter) for _ in range(5)))
    assert [row["state"] for row in await rows(stage, gas)] == ["drafted"]


async def test_whoever_counts_the_third_complaint_it_is_proposed_once(stage: Stage, gas: Company) -> None:
    crew, now = gas.person("crew"), stage.clock.now()
    repeated: Json = {"person_id": crew, "year": 2026, "rule": "three_in_year", "count": 3, "clause": "penalty-4"}
    repeated |= {"finding_id": uuid4(), "complaint_id": uuid4(), "occurred_at": now}
    for _ in range(2):
        await heard(stage, gas, ConsequenceProposed(**repeated, consequence_id=uuid4()), matter_id=uuid4())
    target = Target.employee(crew, "customer_service")
    counted = Draft(
        provision="penalty-4-complaints",
        target=target,
        cause=Cause("counter", uuid4()),
        matter_id=yearly(gas.code, "penalty-4-complaints", target.key, 2026),
        happened_at=now,
        evidence={"links": {}},
        source="complaints",
    )
    async with stage.runtime.sessions.begin() as session:
        assert await draft(session, stage.app.state.desk, gas.code, counted, now=now) is None
    assert [row["state"] for row in await rows(stage, gas)] == ["drafted", "withdrawn", "withdrawn"]


async def test_a_department_that_was_praised_or_set_an_example_is_proposed_itself(stage: Stage, gas: Company) -> None:
    (row,) = await heard(stage, gas, inspected(GoodExampleConfirmed, stage, None))
    assert (row["provision"], row["subject"], row["named_ids"]) == ("reward-department", "customer_service", [])
