"""The doors of tiering: rights, keys, versions, pages."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest

from services.customer.tiering.routes import router
from shared.access.permissions import Role
from shared.access.principal import Principal
from shared.http.app import create_fastapi, install
from shared.ids import new_id
from shared.policy.book import Policy
from tests.customer.integration.conftest import NOW, Rig
from tests.customer.integration.test_tiering_runs import person, register
from tests.support.packs import policy_of


class Known:
    """Answers the principal whose role the token names; the verifier has its own tests."""

    def __init__(self, company: str) -> None:
        self.people = {role.value: person(company, role=role) for role in Role}
        self.people["deputy"] = person(company, "leader_in_charge", "deputy_gm", role=Role.DEPUTY)
        self.people["stranger"] = person("another", "leader_in_charge", role=Role.DEPUTY)

    async def principal(self, token: str, *, on: date) -> Principal:
        assert on == date(2026, 11, 22)
        return self.people[token]


class Packs:
    def policy(self, company: str, at: datetime) -> Policy:
        assert at == NOW
        return policy_of("chaohu", company)


@pytest.fixture
async def door(rig: Rig, company: str) -> AsyncIterator[httpx.AsyncClient]:
    app = create_fastapi(title="customer")
    app.state.runtime = SimpleNamespace(
        sessions=rig.sessions,
        hot=rig.pool,
        engine=rig.engine,
        clock=rig.clock,
        principals=Known(company),
        cursor_key=bytes(32),
        policy=Packs(),
    )
    install(app, service="customer", has_database=False)
    app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://customer") as client:
        yield client


def as_(role: str, **said: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {role}", **{name.replace("_", "-"): value for name, value in said.items()}}


def key() -> str:
    return str(uuid4())


async def test_run_is_started_once_and_confirmed_once(rig: Rig, company: str, door: httpx.AsyncClient) -> None:
    customer = await register(rig, company, "1", daily_volume_m3=1000)
    started = as_("keeper", Idempotency_Key=key())
    first = await door.post("/v1/tier-runs", json={}, headers=started)
    assert first.status_code == 201, first.text
    run = first.json()
    assert (run["state"], run["written"]) == ("proposed", 1)
    assert run["summary"] == [{"from_tier": "general", "tier": "vip", "customers": 1, "needs_person": 0}]
    again = await door.post("/v1/tier-runs", json={}, headers=started)
    assert (again.status_code, again.json()["id"]) == (201, run["id"])
    assert again.headers["Idempotency-Replayed"] == "true"

    read = await door.get(first.headers["Location"], headers=as_("agent"))
    assert read.headers["ETag"] == first.headers["ETag"] == f'"{run["version"]}"'
    address = f"/v1/tier-runs/{run['id']}/confirm"
    missing = await door.post(address, json={}, headers=as_("deputy", Idempotency_Key=key()))
    assert missing.status_code == 428
    stale = await door.post(address, json={}, headers=as_("deputy", Idempotency_Key=key(), If_Match='"1"'))
    assert stale.status_code == 412
    word = as_("deputy", Idempotency_Key=key(), If_Match=read.headers["ETag"])
    done = await door.post(address, json={"note": "同意"}, headers=word)
    assert (done.status_code, done.json()["state"]) == (200, "confirmed"), done.text
    replayed = await door.post(address, json={"note": "同意"}, headers=word)
    assert (replayed.status_code, replayed.headers["ETag"]) == (200, done.headers["ETag"])

    tier = (await door.get(f"/v1/customers/{customer}/tier", headers=as_("agent"))).json()
    assert (tier["tier"], tier["rule"], tier["is_confirmed"]) == ("vip", "vip_volume", True)
    assert tier["matches"][0] == {"rule": "vip_volume", "tier": "vip", "name": "日用气量 1000 m³ 及以上的工商户"}


@pytest.mark.parametrize(
    ("role", "status"), [("keeper", 403), ("agent", 403), ("gm", 403), ("office", 403), ("stranger", 404)]
)
async def test_only_the_reviewing_post_confirms(
    rig: Rig, company: str, door: httpx.AsyncClient, role: str, status: int
) -> None:
    await register(rig, company, "1", daily_volume_m3=1000)
    run = (await door.post("/v1/tier-runs", json={}, headers=as_("keeper", Idempotency_Key=key()))).json()
    headers = as_(role, Idempotency_Key=key(), If_Match=f'"{run["version"]}"')
    answer = await door.post(f"/v1/tier-runs/{run['id']}/confirm", json={}, headers=headers)
    assert answer.status_code == status


async def test_proposals_are_paged_and_filtered(rig: Rig, company: str, door: httpx.AsyncClient) -> None:
    for number in range(3):
        await register(rig, company, str(number), daily_volume_m3=1000)
    await register(rig, company, "9", daily_volume_m3=600)
    run = (await door.post("/v1/tier-runs", json={}, headers=as_("keeper", Idempotency_Key=key()))).json()
    query = {"run_id": run["id"], "tier": "vip", "state": "proposed", "limit": "2"}
    first = (await door.get("/v1/tier-proposals", params=query, headers=as_("office"))).json()
    assert len(first["items"]) == 2
    rest = await door.get("/v1/tier-proposals", params={**query, "cursor": first["next_cursor"]}, headers=as_("office"))
    assert (len(rest.json()["items"]), rest.json()["next_cursor"]) == (1, None)
    other = (await door.get("/v1/tier-proposals", params={"run_id": run["id"]}, headers=as_("stranger"))).json()
    assert other["items"] == []


async def test_what_is_not_there_and_what_is_not_allowed(company: str, door: httpx.AsyncClient) -> None:
    assert (await door.get(f"/v1/tier-runs/{new_id()}", headers=as_("agent"))).status_code == 404
    assert (await door.get(f"/v1/customers/{new_id()}/tier", headers=as_("agent"))).status_code == 404
    assert (await door.get(f"/v1/customers/{new_id()}/tier", headers=as_("crew"))).status_code == 403
    unknown = await door.post(
        "/v1/tier-runs", json={"customer_ids": [str(new_id())]}, headers=as_("keeper", Idempotency_Key=key())
    )
    assert (unknown.status_code, unknown.json()["code"]) == (422, "tier_run_unknown_customers")
    assert (await door.post("/v1/tier-runs", json={}, headers=as_("keeper"))).status_code == 400
    assert (await door.post("/v1/tier-runs", json={}, headers=as_("agent", Idempotency_Key=key()))).status_code == 403


async def test_runs_are_listed_newest_first_by_state(rig: Rig, company: str, door: httpx.AsyncClient) -> None:
    await register(rig, company, "1", daily_volume_m3=1000)
    made = [
        (await door.post("/v1/tier-runs", json={}, headers=as_("keeper", Idempotency_Key=key()))).json()
        for _ in range(3)
    ]
    newest, middle, oldest = (run["id"] for run in reversed(made))
    first = (await door.get("/v1/tier-runs", params={"limit": "2"}, headers=as_("agent"))).json()
    assert [(run["id"], run["state"]) for run in first["items"]] == [(newest, "proposed"), (middle, "superseded")]
    query = {"limit": "2", "cursor": first["next_cursor"]}
    rest = (await door.get("/v1/tier-runs", params=query, headers=as_("agent"))).json()
    assert ([run["id"] for run in rest["items"]], rest["next_cursor"]) == ([oldest], None)
    assert rest["items"][0]["superseded_by"] == middle
    waiting = await door.get("/v1/tier-runs", params={"state": ["proposed", "confirming"]}, headers=as_("office"))
    assert [run["id"] for run in waiting.json()["items"]] == [newest]
    assert (await door.get("/v1/tier-runs", headers=as_("stranger"))).json()["items"] == []
    assert (await door.get("/v1/tier-runs", headers=as_("crew"))).status_code == 403

    old = (await door.get(f"/v1/tier-runs/{oldest}", headers=as_("agent"))).headers["ETag"]
    for version in (old, '"1"'):
        word = as_("deputy", Idempotency_Key=key(), If_Match=version)
        refused = await door.post(f"/v1/tier-runs/{oldest}/confirm", json={}, headers=word)
        assert (refused.status_code, refused.json()["code"]) == (409, "tier_run_superseded")
