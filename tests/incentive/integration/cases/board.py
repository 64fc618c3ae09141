"""What tests do with cases: a fact becomes a proposal, a case, is signed, told, heard, contested."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.contracts.base import EventPayload
from tests.incentive.integration.proposals.board import breach, finding, heard, step
from tests.support.stage import Json, Stage
from tests.support.world import Company

CASES = "/v1/incentive-cases"
FOUR = ("head", "deputy", "office", "gm")
"""Who signs for a repair worker."""


async def opened(stage: Stage, gas: Company, said: EventPayload | None = None, **body: Any) -> Json:
    """A case from a fact; by default a breach that the repair worker `crew` caused."""
    row = (await heard(stage, gas, said or breach(stage, gas.person("crew"))))[-1]
    await step(stage, gas, row, "confirm", "officestaff", opinion="属实", **body)
    (case,) = (await stage.get(gas, CASES, proposal_id=str(row["id"])))["items"]
    return dict(case)


async def grave(stage: Stage, gas: Company, person: str = "crew") -> Json:
    """A case of level 3: mishandling that led to a complaint."""
    return await opened(stage, gas, finding(stage, gas.person(person)))


async def do(stage: Stage, gas: Company, case: Json, act: str, login: str, **body: Any) -> Json:
    """A step that must succeed."""
    answer = await stage.post(gas, f"{CASES}/{case['id']}/{act}", body, login=login, version=case["version"])
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def refused(stage: Stage, gas: Company, case: Json, act: str, login: str, **body: Any) -> tuple[int, str]:
    """Status and code of a step that must fail and change nothing."""
    answer = await stage.post(gas, f"{CASES}/{case['id']}/{act}", body, login=login, version=case["version"])
    row = await stage.pool.fetchrow("select version, state from incentive_cases where id = $1", UUID(case["id"]))
    assert row is not None
    assert (row["version"], row["state"]) == (case["version"], case["state"]), "nothing changed"
    return answer.status_code, answer.json()["code"]


async def signed(stage: Stage, gas: Company, case: Json, *logins: str, **body: Any) -> Json:
    """Signed by all in their order."""
    for login in logins or FOUR:
        case = await do(stage, gas, case, "sign", login, opinion="同意", **body)
    return case


async def told(stage: Stage, gas: Company, case: Json, *logins: str) -> Json:
    """Signed by all, and told to the person."""
    return await do(stage, gas, await signed(stage, gas, case, *logins), "tell", "officestaff")


async def lapsed(stage: Stage, gas: Company, case: Json) -> Json:
    """The window for a statement ends unused."""
    stage.clock.advance(timedelta(days=12))
    await stage.run_job(gas, "let_hearings_lapse")
    return await again(stage, gas, case)


async def effective(stage: Stage, gas: Company, case: Json, *logins: str) -> Json:
    """In effect."""
    return await lapsed(stage, gas, await told(stage, gas, case, *logins))


async def again(stage: Stage, gas: Company, case: Json, login: str = "office") -> Json:
    """As it stands."""
    return dict(await stage.get(gas, f"{CASES}/{case['id']}", login=login))


async def sums(stage: Stage, gas: Company, period: str = "2026") -> dict[tuple[str, str, str], int]:
    """What every subject gained or lost in a period, by kind, subject and unit; the company's own accounts left out."""
    rows = await stage.pool.fetch(
        "select kind, subject, unit, sum(case side when 'credit' then amount else -amount end)::bigint as net"
        " from ledger_entries where company = $1 and month like $2 || '%' and subject <> 'company' group by 1, 2, 3",
        gas.code,
        period,
    )
    return {(row["kind"], row["subject"], row["unit"]): row["net"] for row in rows if row["net"]}
