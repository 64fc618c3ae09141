"""How tests use authorities: the facts that the pack asks for, one call per verb, and the walk to the end."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx

from services.complaint.delegation.rules.steps import BEFORE, DECISIONS, Stage
from services.complaint.policy import ComplaintChapter
from services.complaint.policy_delegation import Authority, AuthorityCondition, ConditionProof, Delegation
from tests.complaint.integration.judging import done, post
from tests.support.world import Company

Json = dict[str, Any]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PATH = "/v1/authorisations"


def terms(company: Company) -> Delegation:
    """The delegation of the company's pack."""
    chapter = company.pack.chapters["complaint"]
    assert isinstance(chapter, ComplaintChapter)
    return chapter.delegation


def login_of(company: Company, posts: list[str] | tuple[str, ...], *, apart_from: str = "") -> str:
    """A demo login that holds one of the posts."""
    staff = company.pack.common.demo_staff
    return next(login for one in posts for login in staff if one in staff[login].posts and login != apart_from)


async def upload(client: httpx.AsyncClient, company: Company, login: str) -> str:
    """A file of the person's own."""
    files = {"file": ("证明.pdf", PDF, "application/pdf")}
    stored = await done(await client.post("/v1/files", files=files, headers=company.headers(login)), 201)
    found: str = stored["id"]
    return found


async def customer(pool: asyncpg.Pool, company: Company, *, tier: str = "general", tags: tuple[str, ...] = ()) -> str:
    """A customer as events made it known."""
    found = str(uuid.uuid4())
    await pool.execute(
        "insert into customers (id, company, version, tier, tags) values ($1, $2, 1, $3, $4)",
        found,
        company.code,
        tier,
        list(tags),
    )
    return found


async def fact_of(
    client: httpx.AsyncClient, company: Company, login: str, condition: AuthorityCondition
) -> Json | None:
    """A fact with which the condition holds; None where it is not shown on the form."""
    match condition.proof:
        case ConditionProof.DOCUMENT:
            return {"file_ids": [await upload(client, company, login)]}
        case ConditionProof.DECLARED:
            return {"is_declared": True}
        case ConditionProof.NUMBER:
            return {"number": condition.at_least if condition.at_least is not None else condition.at_most}
        case _:
            return None


async def body_of(
    client: httpx.AsyncClient, pool: asyncpg.Pool, company: Company, code: str, login: str, **more: Any
) -> Json:
    """A request that meets every condition of the item."""
    item = terms(company).authorities[code]
    facts = {name: await fact_of(client, company, login, one) for name, one in item.conditions.items()}
    tiers = next((one for one in item.conditions.values() if one.proof is ConditionProof.TIER), None)
    body: Json = {
        "authority": code,
        "reason": "客户当面提出",
        "facts": {name: fact for name, fact in facts.items() if fact is not None},
        "customer_id": await customer(pool, company, tier=tiers.tiers[0] if tiers and tiers.tiers else "general"),
    }
    if item.money is not None and item.money.amount_fen is None:
        body["amount_fen"] = 10_000
    if item.order is not None:
        body["order_department"] = item.order.departments[0]
        if item.order.is_liaison:
            body["liaison"] = note(company, item)
    return {**body, **more}


def note(company: Company, item: Authority) -> Json:
    """A liaison note to the first of the item's departments."""
    assert item.order is not None
    deadline = datetime.now(UTC) + timedelta(days=2)
    owner = company.person(f"{item.order.departments[0]}head")
    return {"matter": "配合降压作业", "owner_id": str(owner), "deadline_at": deadline.isoformat()}


async def request(client: httpx.AsyncClient, company: Company, login: str, body: Json) -> httpx.Response:
    """A request, whatever comes of it."""
    return await post(client, company, PATH, login, body=body)


async def act(
    client: httpx.AsyncClient, company: Company, one: Json, verb: str, login: str, **body: Any
) -> httpx.Response:
    """One verb, whatever comes of it."""
    return await post(client, company, f"{PATH}/{one['id']}/{verb}", login, one["version"], body)


def pending(one: Json, stages: tuple[Stage, ...] = tuple(Stage)) -> list[Json]:
    """Steps that nobody took yet."""
    return [step for step in one["steps"] if step["state"] == "pending" and step["stage"] in stages]


async def take_next(client: httpx.AsyncClient, company: Company, one: Json, login: str, stage: Stage) -> Json:
    """The first pending step of a stage, by whoever holds its post."""
    step = pending(one, (stage,))[0]
    body: Json = {"step": step["code"]}
    if step["files_order"]:
        body["order_id"] = str(uuid.uuid4())
    verb = "approve" if stage in DECISIONS else "sign"
    return await done(await act(client, company, one, verb, login_of(company, step["posts"], apart_from=login), **body))


async def approved(client: httpx.AsyncClient, company: Company, one: Json, login: str) -> Json:
    """Every step before the use."""
    for stage in BEFORE:
        while pending(one, (stage,)):
            assert one["state"] == "pending"
            one = await take_next(client, company, one, login, stage)
    assert one["state"] == "approved", one
    return one


async def executed(client: httpx.AsyncClient, company: Company, one: Json, login: str, **more: Any) -> Json:
    """Used by whoever asked."""
    return await done(await act(client, company, one, "execute", login, **{"result": "已办理", **more}))


async def completed(client: httpx.AsyncClient, company: Company, one: Json, login: str) -> Json:
    """Every step after the use."""
    for stage in (Stage.FOLLOW, Stage.COMPLY):
        while pending(one, (stage,)):
            assert one["state"] == "executed"
            one = await take_next(client, company, one, login, stage)
    assert one["state"] == "completed", one
    return one


async def used(
    client: httpx.AsyncClient, pool: asyncpg.Pool, company: Company, code: str, login: str, **more: Any
) -> Json:
    """An authority from the request to the last signature."""
    body = await body_of(client, pool, company, code, login, **more)
    one = await done(await request(client, company, login, body), 201)
    one = await executed(client, company, await approved(client, company, one, login), login)
    return await completed(client, company, one, login)


async def work(client: httpx.AsyncClient, company: Company, login: str) -> list[tuple[str, str, str]]:
    """What waits for a person: kind, metric and id."""
    found = await done(await client.get("/v1/work?limit=200", headers=company.headers(login)))
    return [(one["kind"], one["metric"], one["id"]) for one in found["items"]]
