"""How tests find, confirm and contest: one call per verb, over HTTP."""

from typing import Any

import httpx

from tests.complaint.integration.desk import open_case, step
from tests.support.world import Company

Json = dict[str, Any]


def content(company: Company, **more: Any) -> Json:
    """A finding that holds the repair worker responsible."""
    return {
        "verdict": "substantiated",
        "facts": "维修人员未按约到场且未说明",
        "root_cause": "派工未确认",
        "department": "customer_service",
        "person_ids": [str(company.person("crew"))],
        "is_preventable": True,
        "is_reported_upward": True,
        **more,
    }


async def worked_case(client: httpx.AsyncClient, company: Company, **more: Any) -> Json:
    """A case that was answered, so that something can be found."""
    case = await open_case(client, company, **more)
    return await step(client, company, case, "acknowledge")


async def post(
    client: httpx.AsyncClient,
    company: Company,
    path: str,
    login: str,
    version: int | None = None,
    body: Json | None = None,
    key: str | None = None,
) -> httpx.Response:
    """One POST, whatever comes of it."""
    return await client.post(path, json=body or {}, headers=company.headers(login, version=version, key=key))


async def done(answer: httpx.Response, status: int = 200) -> Json:
    """The body of an answer that must have succeeded."""
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    return body


async def drafted(
    client: httpx.AsyncClient, company: Company, case: Json, *, login: str = "inspector", **more: Any
) -> Json:
    """A draft of the case's finding."""
    path = f"/v1/complaints/{case['id']}/finding"
    return await done(await post(client, company, path, login, body=content(company, **more)), 201)


async def finding_step(
    client: httpx.AsyncClient, company: Company, finding: Json, verb: str, login: str, **body: Any
) -> httpx.Response:
    """One step on a finding, whatever comes of it."""
    path = f"/v1/complaints/{finding['complaint_id']}/finding/{verb}"
    return await post(client, company, path, login, finding["version"], body)


async def confirmed(client: httpx.AsyncClient, company: Company, case: Json, **more: Any) -> Json:
    """A finding drafted by the inspector and confirmed by the office's staff."""
    finding = await drafted(client, company, case, **more)
    return await done(await finding_step(client, company, finding, "confirm", "officestaff"))


async def current(client: httpx.AsyncClient, company: Company, case: Json, login: str = "office") -> Json:
    """The case's newest finding."""
    return await done(await client.get(f"/v1/complaints/{case['id']}/finding", headers=company.headers(login)))


async def lodge(
    client: httpx.AsyncClient, company: Company, case: Json, login: str, appellant: str, **more: Any
) -> httpx.Response:
    """An appeal, whatever comes of it."""
    body = {
        "complaint_id": case["id"],
        "appellant": appellant,
        "grounds": ["facts_wrong"],
        "statement": "与实际情况不符",
        **more,
    }
    return await post(client, company, "/v1/appeals", login, body=body)


async def appeal_step(
    client: httpx.AsyncClient, company: Company, appeal: Json, verb: str, login: str, **body: Any
) -> httpx.Response:
    """One step on an appeal, whatever comes of it."""
    return await post(client, company, f"/v1/appeals/{appeal['id']}/{verb}", login, appeal["version"], body)


async def reviewed(client: httpx.AsyncClient, company: Company, appeal: Json) -> Json:
    """Admitted and reviewed by the office's director; the committee has it now."""
    appeal = await done(await appeal_step(client, company, appeal, "accept", "office"))
    answer = await appeal_step(client, company, appeal, "decide", "office", outcome="revoked", reason="事实不足")
    return await done(answer)
