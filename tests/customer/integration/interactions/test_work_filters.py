"""The work list of a real service by its filters, the green channel (绿色通道) by the pack."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from tests.customer.integration.interactions.desk import Desk, refused
from tests.support.packs import callback_chapter, shipped
from tests.support.world import World


@pytest.fixture
async def liaoning(world: World, customers: httpx.AsyncClient, hot: asyncpg.Pool, company: str) -> Desk:
    """A company that runs the pack of groups."""
    return Desk(customers, hot, await world.company(f"{company}-l", "liaoning"))


async def ids(desk: Desk, login: str = "office", **asked: Any) -> set[str]:
    answer = await desk.client.get("/v1/work", params={"limit": 200, **asked}, headers=desk.gas.headers(login))
    assert answer.status_code == 200, answer.text
    return {entry["id"] for entry in answer.json()["items"]}


async def handed(desk: Desk, tier: str) -> str:
    home = await desk.home(tier=tier)
    body = {"kind": "other", "matter": "业务", "customer_id": str(home.customer)}
    return str((await desk.done("/v1/hand-overs", body, "agent"))["id"])


async def test_filters_narrow_the_list_and_bind_its_cursor(liaoning: Desk) -> None:
    green, plain = await handed(liaoning, "a_plus"), await handed(liaoning, "general")
    both = {green, plain}
    assert await ids(liaoning) == both
    assert await ids(liaoning, is_green_channel="true") == {green}
    assert await ids(liaoning, is_green_channel="false") == {plain}
    assert await ids(liaoning, tier="a_plus") == {green}
    assert await ids(liaoning, kind="hand_over") == both
    assert await ids(liaoning, kind="order") == set()
    assert await ids(liaoning, state="running") == both
    assert await ids(liaoning, state="breached") == set()
    assert await ids(liaoning, queue="company") == both
    assert await ids(liaoning, queue="mine") == set()
    now = datetime.now(UTC)
    for early in (now.isoformat(), "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"):
        assert await ids(liaoning, due_before=early) == set()
    assert await ids(liaoning, due_before="9999-12-31T23:59:59-12:00") == both
    assert await ids(liaoning, due_before=(now + timedelta(days=60)).isoformat()) == both
    assert (await ids(liaoning, is_overdue="true"), await ids(liaoning, is_overdue="false")) == (set(), both)
    await liaoning.sweep_at(now + timedelta(days=60))
    assert (await ids(liaoning, is_overdue="true"), await ids(liaoning, is_overdue="false")) == (both, set())
    page = await liaoning.get("/v1/work?limit=1&is_overdue=true", "office")
    assert page["next_cursor"]
    other = {"limit": 1, "cursor": page["next_cursor"]}
    answer = await liaoning.client.get("/v1/work", params=other, headers=liaoning.gas.headers("office"))
    assert refused(answer)[:2] == (400, "cursor_invalid")
    for wrong in ({"state": "met"}, {"queue": "theirs"}, {"due_before": "2026-11-23T08:00:00"}):
        answer = await liaoning.client.get("/v1/work", params=wrong, headers=liaoning.gas.headers("office"))
        assert refused(answer)[:2] == (422, "validation_failed")


def test_tiers_of_the_green_channel_are_those_that_its_service_stands_open_to() -> None:
    service = callback_chapter("liaoning").entitlements.services["green_channel"]
    standing = {tier for tier, terms in service.tiers.items() if terms and terms.pace == "standing"}
    assert set(shipped("liaoning").common.green_tiers) == standing == {"a_plus", "a", "b"}
    assert all(shipped(pack).common.green_tiers == () for pack in ("xxx-gas", "chaohu", "generic"))
