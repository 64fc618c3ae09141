"""Never decided by whoever drafted, confirmed or decided before, is held responsible or leads the department."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import httpx
import pytest

from tests.complaint.integration.judging import (
    Json,
    appeal_step,
    confirmed,
    done,
    drafted,
    finding_step,
    lodge,
    worked_case,
)
from tests.support.world import Company, World


async def deputise(world: World, company: Company, away: str, deputy: str, *, days: int) -> None:
    """`deputy` stands in for `away` from `days` before today until a week later."""
    start = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=days)
    deputies = [
        {
            "staff_id": str(company.person(deputy)),
            "from_on": start.isoformat(),
            "until_on": (start + timedelta(days=7)).isoformat(),
        }
    ]
    connection = await asyncpg.connect(world.postgres.dsn("complaint"))
    try:
        await connection.execute(
            "update staff set deputies = $2::jsonb, version = version + 1 where id = $1",
            company.person(away),
            json.dumps(deputies),
        )
    finally:
        await connection.close()
    for app in world.apps:
        await app.state.runtime.staff.refresh()


async def appealed(client: httpx.AsyncClient, company: Company, drafter: str, confirmer: str, **more: object) -> Json:
    """The employee's appeal against a finding of these two."""
    case = await worked_case(client, company)
    finding = await drafted(client, company, case, login=drafter, **more)
    await done(await finding_step(client, company, finding, "confirm", confirmer))
    return await done(await lodge(client, company, case, "crew", "employee"), 201)


@pytest.fixture
async def appeal(complaints: httpx.AsyncClient, gas: Company) -> Json:
    """Against a finding that the inspector drafted and the office's staff confirmed."""
    return await appealed(complaints, gas, "inspector", "officestaff")


async def test_substitutes_act_where_the_post_took_part(complaints: httpx.AsyncClient, gas: Company) -> None:
    appeal = await appealed(complaints, gas, "office", "committee")
    assert appeal["posts"] == ["service_office_staff"]
    refused = await appeal_step(complaints, gas, appeal, "accept", "office")
    assert (refused.status_code, refused.json()["code"]) == (403, "appeal_decider_excluded")
    appeal = await done(await appeal_step(complaints, gas, appeal, "accept", "officestaff"))
    assert appeal["posts"] == ["service_office_staff"]
    appeal = await done(
        await appeal_step(complaints, gas, appeal, "decide", "officestaff", outcome="upheld", reason="事实清楚")
    )
    assert (appeal["step"], appeal["posts"]) == ("decide", ["gm"])
    own = await appeal_step(complaints, gas, appeal, "decide", "committee", outcome="upheld", reason="维持")
    assert own.json()["code"] == "appeal_decider_excluded"
    appeal = await done(await appeal_step(complaints, gas, appeal, "decide", "gm", outcome="upheld", reason="维持"))
    assert appeal["outcome"] == "upheld"


async def test_the_head_of_the_responsible_department_keeps_away(complaints: httpx.AsyncClient, gas: Company) -> None:
    appeal = await appealed(complaints, gas, "inspector", "officestaff", department="service_office")
    assert appeal["posts"] == ["service_management_committee"]
    refused = await appeal_step(complaints, gas, appeal, "accept", "office")
    assert refused.json()["code"] == "appeal_decider_excluded"
    await done(await appeal_step(complaints, gas, appeal, "accept", "committee"))


async def test_a_deputy_decides_by_date_unless_the_deputy_took_part(
    world: World, complaints: httpx.AsyncClient, gas: Company, appeal: Json
) -> None:
    await deputise(world, gas, "office", "generalhead", days=5)
    early = await appeal_step(complaints, gas, appeal, "accept", "generalhead")
    assert early.status_code in {403, 404}
    await deputise(world, gas, "office", "inspector", days=-1)
    biased = await appeal_step(complaints, gas, appeal, "accept", "inspector")
    assert (biased.status_code, biased.json()["code"]) == (403, "appeal_decider_excluded")
    await deputise(world, gas, "office", "generalhead", days=-1)
    appeal = await done(await appeal_step(complaints, gas, appeal, "accept", "generalhead"))
    assert appeal["state"] == "in_review"


async def test_who_stands_in_for_a_drafter_decides_nothing(
    world: World, complaints: httpx.AsyncClient, gas: Company, appeal: Json
) -> None:
    await deputise(world, gas, "inspector", "office", days=-1)
    refused = await appeal_step(complaints, gas, appeal, "accept", "office")
    assert (refused.status_code, refused.json()["code"]) == (403, "appeal_decider_excluded")


async def test_whoever_decided_before_does_not_decide_again(
    world: World, complaints: httpx.AsyncClient, company: str
) -> None:
    house = await world.company(f"{company}-gen", "generic")
    case = await worked_case(complaints, house)
    await confirmed(complaints, house, case)
    first = await done(await lodge(complaints, house, case, "crew", "employee"), 201)
    first = await done(await appeal_step(complaints, house, first, "accept", "office"))
    first = await done(
        await appeal_step(complaints, house, first, "decide", "office", outcome="upheld", reason="事实清楚")
    )
    first = await done(
        await appeal_step(complaints, house, first, "decide", "committee", outcome="upheld", reason="维持")
    )
    await done(await appeal_step(complaints, house, first, "tell", "office"))
    second = await done(await lodge(complaints, house, case, "crew", "employee", grounds=["new_evidence"]), 201)
    assert (second["instance"], second["posts"]) == (2, ["deputy_gm"])
    for login in ("office", "officestaff", "committee"):
        again = await appeal_step(complaints, house, second, "accept", login)
        assert again.json()["code"] == "appeal_decider_excluded"
    second = await done(await appeal_step(complaints, house, second, "accept", "deputy"))
    second = await done(
        await appeal_step(complaints, house, second, "decide", "deputy", outcome="revoked", reason="有新的证据")
    )
    assert second["posts"] == ["gm"]
    second = await done(
        await appeal_step(complaints, house, second, "decide", "gm", outcome="revoked", reason="有新的证据")
    )
    assert second["outcome"] == "revoked"
