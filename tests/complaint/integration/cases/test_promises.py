"""What a customer is promised when he complains is what his cases' clocks then say."""

import asyncpg
import httpx
import pytest

from tests.complaint.integration.delegation.house import customer
from tests.complaint.integration.judging import done, post
from tests.support.world import Company


@pytest.mark.parametrize("tier", ["vip", "general"])
async def test_the_promises_are_those_of_the_clocks(
    complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company, tier: str
) -> None:
    customer_id = await customer(hot, gas, tier=tier)
    query = {"customer_id": customer_id}
    answer = await complaints.get("/v1/complaints/promises", params=query, headers=gas.headers("agent"))
    told = await done(answer)
    assert (told["tier"], told["is_tier_default"]) == (tier, False)
    body = {"channel": "hotline", "category": "staff_conduct", "summary": "态度生硬", "customer_id": customer_id}
    case = await done(await post(complaints, gas, "/v1/complaints", "agent", body=body), 201)
    path = f"/v1/complaints/{case['id']}/clocks"
    clocks = (await done(await complaints.get(path, headers=gas.headers("agent"))))["items"]
    assert clocks
    promised = {
        one["metric"]: {(limit["budget"], limit["clause"]) for limit in one["limits"]}
        for one in told["items"]
        if (one["kind"], one["grade"], one["start"]) == ("complaint", case["grade"], "receipt")
    }
    for clock in clocks:
        assert (clock["budget"], clock["clause"]) in promised[clock["metric"]]


async def test_somebody_unknown_is_promised_what_the_default_tier_is(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    query = {"customer_id": str(gas.person("agent"))}
    told = await done(await complaints.get("/v1/complaints/promises", params=query, headers=gas.headers("agent")))
    assert (told["tier"], told["is_tier_default"]) == (gas.pack.common.default_tier, True)
    answer = await complaints.get("/v1/complaints/promises", params=query, headers=gas.headers("supervisor"))
    assert answer.status_code == 403
