"""The month's draw from the ledger, as the worker's schedule runs it: the GM's list, and nobody else's."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.callback.calls.jobs import LEDGER_JOB
from services.callback.worker import SCHEDULES, job_bodies
from shared.jobs.runner import Runner
from shared.jobs.schedules import ensure_schedule
from tests.callback.integration.line import GOOD, Json, Line
from tests.support.world import Company

DECEMBER = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
"""08:30 in Shanghai."""
JANUARY = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)


async def month_begins(line: Line, company: Company, at: datetime) -> None:
    """The worker's clock passes the time of its schedule; its runner works until nothing is left."""
    line.clock.set(at - timedelta(minutes=1))
    async with line.runtime.sessions.begin() as session:
        await ensure_schedule(
            session, kind=LEDGER_JOB, company=company.code, every=SCHEDULES[LEDGER_JOB], now=line.clock.now()
        )
    line.clock.set(at + timedelta(seconds=5))
    body = job_bodies(line.runtime, "http://127.0.0.1:1")[LEDGER_JOB]
    runner = Runner(line.runtime.sessions, line.clock, {LEDGER_JOB: body})
    for _ in range(2):
        while await runner.step():
            pass


async def listed(line: Line, company: Company, login: str) -> list[Json]:
    """The person's callbacks in the common work list."""
    answer = await line.client.get("/v1/work", headers=company.headers(login))
    assert answer.status_code == 200, answer.text
    return [entry for entry in answer.json()["items"] if entry["kind"] == "callback"]


async def test_the_gm_finds_the_months_vips_in_the_work_list_and_nobody_else_calls_them(
    line: Line, chaohu: Company
) -> None:
    vips = {str(await line.know(chaohu, "vip")) for _ in range(2)}
    await line.know(chaohu, "general")
    await month_begins(line, chaohu, DECEMBER)
    entries = await listed(line, chaohu, "gm")
    assert {entry["customer_id"] for entry in entries} == vips
    assert {(entry["metric"], tuple(entry["posts"]), entry["owner_id"]) for entry in entries} == {
        ("window", ("gm",), None)
    }
    for login in ("agent", "clerk", "account"):
        assert await listed(line, chaohu, login) == [], login
        none = await line.post(chaohu, "/v1/callbacks/claim", login=login)
        assert (none.status_code, none.json()["code"]) == (404, "callback_none_waiting"), login
    one = await line.callback_of(chaohu, UUID(min(vips)))
    assert (one["business"], one["queue"], one["is_in_person"], one["subject_type"]) == (
        "ledger",
        "gm",
        True,
        "customer",
    )
    for login, status, code in (("agent", 404, "callback_not_found"), ("office", 403, "callback_in_person")):
        refused = await line.act(chaohu, one, "claim", login=login)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    mine = await line.claim(chaohu, login="gm")
    given = await line.act(chaohu, mine, "contact", login="gm", purpose="callback")
    assert given.status_code == 200, given.text
    done = await line.record(chaohu, mine, login="gm", result="reached", answers=GOOD)
    assert done["completed_by"] == str(chaohu.person("gm"))
    (clock,) = await line.clocks(chaohu, "callbacks", done)
    assert clock["state"] == "met"
    assert len(await listed(line, chaohu, "gm")) == 1
    await month_begins(line, chaohu, JANUARY)
    drawn = await line.facts(chaohu, "callback.drawn")
    assert sorted(fact["customer_id"] for fact in drawn) == sorted([*vips, *vips]), "each month each once"


async def test_a_ledger_of_a_time_before_the_chapter_draws_nobody(line: Line, chaohu: Company) -> None:
    await line.know(chaohu, "vip")
    await month_begins(line, chaohu, datetime(2009, 1, 1, 0, 30, tzinfo=UTC))
    states = await line.pool.fetch("select state from jobs where company = $1 and kind = $2", chaohu.code, LEDGER_JOB)
    assert [row["state"] for row in states] == ["done"]
    assert await line.facts(chaohu, "callback.drawn") == []
