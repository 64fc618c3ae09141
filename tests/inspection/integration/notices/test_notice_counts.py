"""What repeated notices of a year cost a department, and the figures that reports take."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.inspection.notices.service import figures, reading
from tests.inspection.integration.findings.book import confirmed
from tests.inspection.integration.notices.mending import (
    NOTICES,
    accepted,
    drafted,
    follow,
    issued,
    later,
    reported,
    step,
    told,
    verified,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company

CLAUSES = ("inspection", "inspection-form", "inspection-finding", "rectification", "inspection-reports")
"""One each, so that none repeats another."""


async def grave(stage: Stage, gas: Company, place: int, **more: Any) -> Json:
    """An issued notice for a grave problem."""
    return await issued(stage, gas, severity="grave", clause=CLAUSES[place], **more)


async def counts_of(stage: Stage, gas: Company, year: int = 2026, login: str = "office", **query: object) -> Json:
    """What the year counts."""
    found: Json = await stage.get(gas, "/v1/notice-counts", login=login, year=year, **query)
    return found


async def test_second_grave_notice_proposes_the_consequence_once_and_the_third_says_nothing(
    stage: Stage, gas: Company
) -> None:
    first = await grave(stage, gas, 0)
    await issued(stage, gas, severity="ordinary", clause="rectification")
    await grave(stage, gas, 1, department="call_centre")
    assert await told(stage, gas, "consequence_proposed") == []
    second = await grave(stage, gas, 2)
    (fact,) = await told(stage, gas, "consequence_proposed")
    assert (fact["department"], fact["year"], fact["count"]) == ("customer_service", 2026, 2)
    assert fact["notice_ids"] == [first["id"], second["id"]]
    assert (fact["consequence"], fact["clause"]) == ("awards_lost", "rectification")
    assert fact["matter_id"] == (await told(stage, gas, "notice_issued"))[-1]["matter_id"]
    third = await grave(stage, gas, 3)
    assert len(await told(stage, gas, "consequence_proposed")) == 1
    (standing,) = (await counts_of(stage, gas))["consequences"]
    assert (standing["count"], standing["notice_ids"][-1]) == (3, third["id"])


async def test_two_grave_notices_at_once_propose_one_consequence(stage: Stage, gas: Company) -> None:
    rows = [await drafted(stage, gas, severity="grave", clause=CLAUSES[place]) for place in range(2)]
    async with stage.pool.acquire() as holding:
        transaction = holding.transaction()
        await transaction.start()
        key = f"notices|{gas.code}|customer_service|2026"
        await holding.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", key)
        issuing = [
            asyncio.create_task(step(stage, gas, row, "issue", login))
            for row, login in zip(rows, ("office", "officestaff"), strict=True)
        ]
        waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        while not any(one.done() for one in issuing) and await holding.fetchval(waiting) < len(issuing):
            await asyncio.wait(issuing, timeout=0.01)
        assert not any(one.done() for one in issuing), "both wait for the department's year"
        await transaction.commit()
    await asyncio.gather(*issuing)
    (fact,) = await told(stage, gas, "consequence_proposed")
    assert set(fact["notice_ids"]) == {row["id"] for row in rows}


async def test_consequence_is_withdrawn_when_a_notice_falls_and_comes_again_with_the_next(
    stage: Stage, gas: Company
) -> None:
    first, second = await grave(stage, gas, 0), await grave(stage, gas, 1)
    await step(stage, gas, first, "cancel", "committee", words="误发")
    (gone,) = await told(stage, gas, "consequence_withdrawn")
    assert (gone["count"], gone["notice_ids"]) == (1, [second["id"]])
    assert (await counts_of(stage, gas))["consequences"] == []
    third = await grave(stage, gas, 2)
    facts = await told(stage, gas, "consequence_proposed")
    assert len(facts) == 2
    assert facts[0]["consequence_id"] == gone["consequence_id"] != facts[1]["consequence_id"]
    assert facts[1]["notice_ids"] == [second["id"], third["id"]]


async def test_consequence_is_withdrawn_when_the_finding_of_a_closed_notice_falls(stage: Stage, gas: Company) -> None:
    await grave(stage, gas, 0)
    row = await reported(stage, gas, severity="grave", clause=CLAUSES[1])
    finding = row["findings"][0]["finding_id"]
    said = {"is_agreed": False, "words": "不属实"}
    await stage.post(gas, f"/v1/findings/{finding}/answer", said, login="head", version=2)
    row = await verified(stage, gas, row)
    row = await step(stage, gas, row, "accept", "office", is_accepted=True, words="同意")
    assert len(await told(stage, gas, "consequence_proposed")) == 1
    held = await stage.get(gas, f"/v1/findings/{finding}")
    assert held["state"] == "contested"
    fell = {"is_upheld": False, "words": "不成立"}
    answer = await stage.post(gas, f"/v1/findings/{finding}/decide", fell, login="gm", version=held["version"])
    assert answer.status_code == 200, answer.text
    await follow(stage, gas)
    assert len(await told(stage, gas, "consequence_withdrawn")) == 1
    (count,) = [one for one in (await counts_of(stage, gas))["counts"] if one["severity"] == "grave"]
    assert count["issued"] == 1


async def test_year_is_that_of_the_company(stage: Stage, gas: Company) -> None:
    stage.clock.set(datetime(2026, 12, 31, 15, 30, tzinfo=UTC))
    await grave(stage, gas, 0)
    later(stage, hours=1)
    await grave(stage, gas, 1)
    assert await told(stage, gas, "consequence_proposed") == []
    assert [(await counts_of(stage, gas, year))["counts"][0]["issued"] for year in (2026, 2027)] == [1, 1]
    bad = await stage.client.get("/v1/notice-counts", params={"year": 1}, headers=gas.headers("office"))
    assert (bad.status_code, bad.json()["code"]) == (422, "notice_year_unknown")


async def test_counts_reach_as_far_as_the_person(stage: Stage, gas: Company) -> None:
    await grave(stage, gas, 0)
    await grave(stage, gas, 1)
    await drafted(stage, gas, clause="rectification")
    for login, departments in (("office", ["customer_service"]), ("head", ["customer_service"]), ("callhead", [])):
        found = await counts_of(stage, gas, login=login)
        assert [one["department"] for one in found["counts"]] == departments
        assert [one["department"] for one in found["consequences"]] == departments


async def test_figures_of_a_period_and_notices_of_an_archive(stage: Stage, gas: Company) -> None:
    inspection = "0193b0c0-0000-7000-8000-00000000aaaa"
    start = stage.clock.now()
    done = await accepted(stage, gas, await reported(stage, gas, severity="grave", clause=CLAUSES[0]))
    await issued(stage, gas, severity="grave", clause=CLAUSES[1])
    finding = await confirmed(stage, gas, severity="grave", clause=CLAUSES[1])
    await stage.pool.execute("update findings set inspection_id = $1 where id = $2", inspection, finding["id"])
    late = await stage.post(gas, NOTICES, {"finding_ids": [finding["id"]]}, login="office")
    assert late.status_code == 201
    later(stage, days=1)
    async with stage.runtime.sessions.begin() as session:
        (now,) = await figures.figures(session, [gas.code], start, start + timedelta(days=30))
        whole = await reading.of_inspection(session, UUID(inspection))
        same = await reading.of_findings(session, [one["finding_id"] for one in done["findings"]])
    assert (now.department, now.severity, now.issued, now.closed) == ("customer_service", "grave", 3, 1)
    assert (now.in_time, now.judged, now.open) == (1, 1, 2)
    assert (now.findings, now.recurrent) == (3, 1)
    assert [str(one.notice.id) for one in whole] == [late.json()["id"]]
    assert [(str(one.notice.id), len(one.rounds), len(one.steps)) for one in same] == [(done["id"], 1, 7)]
    later(stage, days=20)
    await stage.sweep()
    await follow(stage, gas)
    async with stage.runtime.sessions.begin() as session:
        (now,) = await figures.figures(session, [gas.code], start, start + timedelta(days=30))
    assert (now.in_time, now.judged, now.open) == (1, 3, 0)
