"""How often somebody was held responsible in a year, and the consequence that the pack proposes for it."""

import asyncio
from typing import Any

import asyncpg
import httpx

from tests.complaint.integration.desk import facts
from tests.complaint.integration.judging import (
    Json,
    appeal_step,
    confirmed,
    done,
    drafted,
    finding_step,
    lodge,
    reviewed,
    worked_case,
)
from tests.support.world import Company


async def counter(client: httpx.AsyncClient, company: Company, case: Json, login: str = "crew") -> Json | None:
    """The year's figures of one person."""
    year = case["opened_at"][:4]
    path = f"/v1/complaints/responsible-persons?year={year}&person_id={company.person(login)}"
    answer = await done(await client.get(path, headers=company.headers("office")))
    return answer["items"][0] if answer["items"] else None


async def proposed(pool: asyncpg.Pool, company: Company) -> list[tuple[str, int]]:
    """What was published about repeated complaints."""
    said = await facts(pool, company, "complaint.consequence_proposed", "complaint.consequence_retracted")
    return [(fact["type"].rpartition("_")[2], fact["count"]) for fact in said]


async def held(client: httpx.AsyncClient, company: Company, times: int, **more: Any) -> list[Json]:
    """So many cases whose finding holds the repair worker responsible."""
    cases = []
    for _ in range(times):
        case = await worked_case(client, company)
        await confirmed(client, company, case, **more)
        cases.append(case)
    return cases


async def test_the_third_in_a_year_proposes_once_and_the_fourth_nothing(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    await held(complaints, gas, 2)
    assert await proposed(hot, gas) == []
    (case,) = await held(complaints, gas, 1)
    await held(complaints, gas, 1)
    assert await proposed(hot, gas) == [("proposed", 3)]
    (fact,) = await facts(hot, gas, "complaint.consequence_proposed")
    assert (fact["rule"], fact["clause"], fact["person_id"]) == (
        "three_in_year",
        "penalty-4",
        str(gas.person("crew")),
    )
    assert fact["complaint_id"] == case["id"]
    figures = await counter(complaints, gas, case)
    assert figures is not None
    assert (figures["counted"], figures["suspended"], figures["proposed"]) == (4, 0, ["three_in_year"])


async def test_a_verdict_that_holds_nobody_counts_nothing(complaints: httpx.AsyncClient, gas: Company) -> None:
    nobody: dict[str, Any] = {
        "verdict": "unsubstantiated",
        "department": None,
        "person_ids": [],
        "is_preventable": None,
    }
    (case,) = await held(complaints, gas, 1, **nobody)
    assert await counter(complaints, gas, case) is None


async def test_a_reversed_finding_lowers_the_count_and_takes_the_proposal_back(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    *_, case = await held(complaints, gas, 3)
    appeal = await done(await lodge(complaints, gas, case, "crew", "employee"), 201)
    appeal = await reviewed(complaints, gas, appeal)
    assert await proposed(hot, gas) == [("proposed", 3)]
    (suspended,) = await facts(hot, gas, "complaint.finding_suspended")
    assert len(suspended["repeated_consequence_ids"]) == 1
    figures = await counter(complaints, gas, case)
    assert figures is not None
    assert (figures["counted"], figures["suspended"]) == (2, 1)
    await done(await appeal_step(complaints, gas, appeal, "decide", "committee", outcome="revoked", reason="证据不足"))
    assert await proposed(hot, gas) == [("proposed", 3), ("retracted", 2)]
    figures = await counter(complaints, gas, case)
    assert figures is not None
    assert (figures["counted"], figures["suspended"], figures["proposed"]) == (2, 0, [])
    await held(complaints, gas, 1)
    assert await proposed(hot, gas) == [("proposed", 3), ("retracted", 2), ("proposed", 3)]


async def test_three_confirmed_at_once_propose_exactly_once(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    findings = [await drafted(complaints, gas, await worked_case(complaints, gas)) for _ in range(6)]
    answers = await asyncio.gather(
        *(finding_step(complaints, gas, finding, "confirm", "officestaff") for finding in findings)
    )
    assert {answer.status_code for answer in answers} == {200}
    assert await proposed(hot, gas) == [("proposed", 3)]


async def test_staff_see_only_their_own_figures(complaints: httpx.AsyncClient, gas: Company) -> None:
    (case,) = await held(complaints, gas, 1)
    path = f"/v1/complaints/responsible-persons?year={case['opened_at'][:4]}"
    own = await done(await complaints.get(path, headers=gas.headers("crew")))
    assert [one["person_id"] for one in own["items"]] == [str(gas.person("crew"))]
    other = await done(await complaints.get(path, headers=gas.headers("agent")))
    assert other["items"] == []
