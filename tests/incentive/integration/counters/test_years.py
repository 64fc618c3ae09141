"""Complaints of a year, grave notices of a year: proposed once, though the other services count them too."""

import asyncio
from uuid import UUID, uuid4

import pytest

from shared.contracts.finding import (
    ConsequenceProposed,
    FindingOverturned,
    FindingRevised,
    FindingSuspended,
    FindingUpheld,
)
from shared.contracts.inspection_notices import (
    InspectionConsequenceProposed,
    InspectionNoticeCancelled,
    InspectionNoticeIssued,
    InspectionNoticeRevised,
)
from shared.ids import new_id
from tests.incentive.integration.counters.board import brief, grave_notice, hear, tallies, turned_notice, year_before
from tests.incentive.integration.proposals.board import finding, refused, rows, step
from tests.support.stage import Json, Stage
from tests.support.world import Company

GRAVE, COMPLAINTS = "department-grave-notices", "penalty-4-complaints"


def consequence(stage: Stage) -> InspectionConsequenceProposed:
    """What the inspection service itself proposes at the second."""
    said: Json = {"consequence": "awards_lost", "count": 2, "clause": "rectification", "matter_id": uuid4()}
    return InspectionConsequenceProposed(
        **said,
        consequence_id=uuid4(),
        department="customer_service",
        year=2026,
        notice_ids=[uuid4(), uuid4()],
        occurred_at=stage.clock.now(),
    )


def third(stage: Stage, person: UUID) -> ConsequenceProposed:
    """What the complaint service itself proposes at the third."""
    said: Json = {"rule": "three_in_year", "count": 3, "clause": "penalty-4", "finding_id": uuid4()}
    return ConsequenceProposed(
        **said,
        consequence_id=uuid4(),
        person_id=person,
        year=2026,
        complaint_id=uuid4(),
        occurred_at=stage.clock.now(),
    )


@pytest.mark.parametrize("is_own_first", [True, False])
async def test_the_second_grave_notice_proposes_once(stage: Stage, gas: Company, is_own_first: bool) -> None:
    issued = [grave_notice(InspectionNoticeIssued, stage, issued_by=uuid4()) for _ in range(2)]
    minor = grave_notice(InspectionNoticeIssued, stage, issued_by=uuid4(), severity="minor")
    old = grave_notice(InspectionNoticeIssued, stage, issued_by=uuid4(), issued_at=year_before(stage.clock.now()))
    await hear(stage, gas, minor, old, issued[0])
    assert await rows(stage, gas) == []
    for said in (issued[1], consequence(stage)) if is_own_first else (consequence(stage), issued[1]):
        await hear(stage, gas, said)
    found = brief(await rows(stage, gas))
    assert [one[2] for one in found].count("drafted") == 1
    assert {one[:2] for one in found} == {(GRAVE, "customer_service")}


@pytest.mark.parametrize("is_own_first", [True, False])
async def test_what_was_dismissed_is_not_proposed_again_by_the_other(
    stage: Stage, gas: Company, is_own_first: bool
) -> None:
    issued = [grave_notice(InspectionNoticeIssued, stage, issued_by=uuid4()) for _ in range(2)]
    await hear(stage, gas, issued[0])
    first, second = (issued[1], consequence(stage)) if is_own_first else (consequence(stage), issued[1])
    await hear(stage, gas, first)
    (row,) = await rows(stage, gas)
    await step(stage, gas, row, "dismiss", "office", reason="已另行处理")
    await hear(stage, gas, second)
    assert "drafted" not in {one["state"] for one in await rows(stage, gas)}


async def test_a_notice_that_weighs_less_or_is_withdrawn_counts_no_more(stage: Stage, gas: Company) -> None:
    issued = [grave_notice(InspectionNoticeIssued, stage, issued_by=uuid4()) for _ in range(2)]
    await hear(stage, gas, *issued)
    key = ("grave_notices", "customer_service", 2026)
    lighter = turned_notice(issued[0], InspectionNoticeRevised, severity="minor", previous_severity="grave")
    await hear(stage, gas, lighter, version=2)
    assert ((await tallies(stage, gas))[key], brief(await rows(stage, gas))[0][2]) == (1, "withdrawn")
    await hear(stage, gas, turned_notice(issued[0], InspectionNoticeRevised, previous_severity="minor"), version=3)
    assert (await tallies(stage, gas))[key] == 2
    assert [one[2] for one in brief(await rows(stage, gas))] == ["withdrawn", "drafted"]
    gone = turned_notice(issued[1], InspectionNoticeCancelled, cancelled_by=uuid4(), state="cancelled", reason="office")
    await hear(stage, gas, gone, version=2)
    assert {one["state"] for one in await rows(stage, gas)} == {"withdrawn"}


@pytest.mark.parametrize("is_own_first", [True, False])
async def test_the_third_complaint_proposes_once(stage: Stage, gas: Company, is_own_first: bool) -> None:
    person = new_id()
    said = [finding(stage, person, marks=()) for _ in range(3)]
    old = finding(stage, person, marks=(), complained_at=year_before(stage.clock.now()))
    again = finding(stage, person, marks=(), complaint_id=said[0].complaint_id, cycle=2)
    await hear(stage, gas, old, said[0], again, said[1])
    assert await rows(stage, gas) == []
    for one in (said[2], third(stage, person)) if is_own_first else (third(stage, person), said[2]):
        await hear(stage, gas, one)
    found = brief(await rows(stage, gas))
    assert [one[2] for one in found].count("drafted") == 1
    assert {one[:2] for one in found} == {(COMPLAINTS, str(person))}
    await hear(stage, gas, finding(stage, person, marks=()))
    assert [one[2] for one in brief(await rows(stage, gas))].count("drafted") == 1


async def test_a_contested_finding_raises_nothing_and_lets_nothing_fall(stage: Stage, gas: Company) -> None:
    person = new_id()
    said = [finding(stage, person, marks=()) for _ in range(4)]
    await hear(stage, gas, *said[:3])
    held = FindingSuspended(**{**said[0].model_dump(), "appeal_id": uuid4()})
    await hear(stage, gas, held, version=2)
    key = ("complaints", str(person), 2026)
    assert ((await tallies(stage, gas))[key], len(await rows(stage, gas))) == (2, 1)
    assert brief(await rows(stage, gas))[0][2] == "drafted"
    upheld = FindingUpheld(**{**said[0].model_dump(), "appeal_id": uuid4()})
    await hear(stage, gas, upheld, version=3)
    assert ((await tallies(stage, gas))[key], len(await rows(stage, gas))) == (3, 1)
    other = new_id()
    moved = FindingRevised(**{**said[0].model_dump(), "appeal_id": uuid4(), "person_ids": [other]})
    await hear(stage, gas, moved, version=4)
    counted = await tallies(stage, gas)
    assert (counted[key], counted["complaints", str(other), 2026]) == (2, 1)
    assert brief(await rows(stage, gas))[0][2] == "withdrawn"


async def test_findings_about_the_same_people_at_once(stage: Stage, gas: Company) -> None:
    """Drafts, counts and the year's matter are held in one order: nobody waits for each other."""
    people = [new_id() for _ in range(3)]
    for _ in range(3):
        said = [finding(stage, *people), finding(stage, *reversed(people), marks=()), finding(stage, people[1])]
        said += [finding(stage, people[1], people[2], marks=())]
        own = [third(stage, person) for person in people]
        await asyncio.gather(*(hear(stage, gas, one) for one in (*said, *own)))
    counted = await tallies(stage, gas)
    assert [counted["complaints", str(one), 2026] for one in people] == [6, 12, 9]
    open_ones = [one for one in brief(await rows(stage, gas)) if one[0] == COMPLAINTS and one[2] == "drafted"]
    assert sorted(one[1] for one in open_ones) == sorted(str(one) for one in people)
    fallen = [FindingOverturned(**{**one.model_dump(), "appeal_id": uuid4()}) for one in said]
    await asyncio.gather(*(hear(stage, gas, one, version=2) for one in fallen))
    counted = await tallies(stage, gas)
    assert [counted["complaints", str(one), 2026] for one in people] == [4, 8, 6]


async def test_a_draft_of_a_count_is_for_others(stage: Stage, gas: Company) -> None:
    person = gas.person("office")
    await hear(stage, gas, *(finding(stage, person, marks=()) for _ in range(3)))
    (row,) = await rows(stage, gas)
    assert await refused(stage, gas, row, "confirm", "office", opinion="属实") == (404, "incentive_proposal_not_found")
