"""What is refused has its own code and changes nothing: no row, no fact, no audit, no key."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import httpx

from tests.callback.integration.line import Json, Line
from tests.support.world import Company

_EVERYTHING = """
select (select jsonb_agg(to_jsonb(c) order by c.id) from callbacks c where c.company = $1) as callbacks,
       (select count(*) from callback_attempts where company = $1) as attempts,
       (select count(*) from callback_answers where company = $1) as answers,
       (select count(*) from callback_consequences where company = $1) as consequences,
       (select count(*) from opinions where company = $1) as opinions,
       (select count(*) from outbox where company = $1) as facts,
       (select count(*) from audit where company = $1) as audited,
       (select count(*) from idempotency where company = $1) as keys
"""


class Witness:
    """Sees whether anything changed, and collects the codes."""

    def __init__(self, line: Line, company: Company) -> None:
        self.line, self.company = line, company
        self.codes: list[str] = []

    async def refused(self, deed: Awaitable[httpx.Response], status: int, code: str) -> None:
        """The deed is refused like this, and everything stands as before."""
        before = await self._everything()
        answer = await deed
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert answer.json()["title"]
        assert await self._everything() == before, f"{code} changed something"
        self.codes.append(code)

    async def _everything(self) -> dict[str, Any]:
        row = await self.line.pool.fetchrow(_EVERYTHING, self.company.code)
        assert row is not None
        return dict(row)


async def test_each_refusal_has_its_own_code_and_changes_nothing(line: Line, gas: Company) -> None:
    order = await line.complete(gas)
    own = await line.callback_of(gas, (await line.complete(gas, staff=("agent",))).order_id)
    later = await line.callback_of(gas, (await line.complete(gas, ago=timedelta(hours=2))).order_id)
    one = await line.callback_of(gas, order.order_id)
    seen = Witness(line, gas)
    report: Json = {"result": "reached", "answers": {"overall": {"score": 9}}}
    await seen.refused(line.act(gas, one, "contact", purpose="callback"), 409, "callback_not_claimed")
    await seen.refused(line.act(gas, own, "claim"), 403, "callback_own_work")
    await seen.refused(line.act(gas, later, "claim"), 409, "callback_not_due")
    held = (await line.act(gas, one, "claim")).json()
    await seen.refused(line.act(gas, held, "claim", login="agent2"), 409, "callback_already_claimed")
    await seen.refused(line.act(gas, one, "record", result="refused"), 412, "stale_version")
    await seen.refused(line.act(gas, held, "record", **report), 422, "callback_answer_outside_script")
    line.clock.advance(timedelta(minutes=31))
    await seen.refused(line.act(gas, held, "contact", purpose="callback"), 409, "callback_lease_lost")
    line.clock.set(line.clock.now().replace(hour=12, minute=20))  # 20:20
    held = await line.claim(gas)
    line.clock.advance(timedelta(minutes=10))
    await seen.refused(line.act(gas, held, "contact", purpose="callback"), 422, "callback_quiet_hours")
    line.clock.set(line.clock.now().replace(day=26, hour=9, minute=31))
    await seen.refused(line.act(gas, own, "claim", login="agent2"), 409, "callback_window_expired")
    assert len(set(seen.codes)) == len(seen.codes), "each has a code of its own"
