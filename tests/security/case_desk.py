"""A case of a special customer at the real door: verbs in, rows out."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx

from shared.ids import new_id
from tests.complaint.integration.desk import open_case
from tests.security.case_model import FROM, CaseModel
from tests.security.house import House
from tests.security.rows import Fingerprint, fingerprint
from tests.support.world import Company

WAYS: Mapping[str, tuple[str, ...]] = {
    "received": (),
    "acknowledged": ("acknowledge",),
    "assessed": ("acknowledge", "assess"),
    "planned": ("acknowledge", "assess", "plan"),
    "agreed": ("acknowledge", "assess", "plan", "agree"),
    "resolved": ("acknowledge", "resolve"),
    "closed": ("acknowledge", "resolve", "close"),
}
"""How a case comes into each state."""
VERBS = (*FROM, "line")


@dataclass
class Desk:
    """A company whose customers are special, and the service's door and rows."""

    client: httpx.AsyncClient
    pool: asyncpg.Pool
    company: Company

    async def opened(self) -> str:
        """A case of a new customer: the same one again would make it a repeat, which is graver."""
        customer_id = new_id()
        await self.pool.execute(_CUSTOMER, customer_id, self.company.code)
        case = await open_case(self.client, self.company, customer_id=str(customer_id), category="repair")
        assert (case["tier"], case["grade"]) == ("special", "3")
        return str(case["id"])

    async def brought_to(self, state: str) -> tuple[str, CaseModel]:
        """A case in that state, and its model."""
        case, model = await self.opened(), CaseModel.received()
        for verb in WAYS[state]:
            assert (await self.post(case, verb, version=model.version)).status_code == 200
            assert model.take(verb) is None
        return case, model

    async def post(self, case: str, verb: str, argument: str = "", *, version: int | None) -> httpx.Response:
        """One verb on a version, as the director of the service office."""
        if verb == "link-customer":
            argument = str(
                await self.pool.fetchval("select customer_id from complaints where id = $1", uuid.UUID(case))
            )
        path = f"emergency-steps/{argument or 'lead'}/done" if verb == "line" else verb
        headers = self.company.headers("office", version=version)
        return await self.client.post(f"/v1/complaints/{case}/{path}", json=self._body(verb, argument), headers=headers)

    async def row(self, case: str) -> dict[str, Any]:
        """What the database says of the case, in the words of the model."""
        found = await self.pool.fetchrow(_CASE, uuid.UUID(case))
        assert found is not None
        clocks = await self.pool.fetch(_CLOCKS, uuid.UUID(case))
        facts = await self.pool.fetch(_FACTS, uuid.UUID(case))
        assert [fact["aggregate_version"] for fact in facts] == list(range(1, found["version"] + 1))
        return {
            **dict(found),
            "ticked": set(found["ticked"]),
            "facts": [fact["type"] for fact in facts],
            "clocks": {(row["metric"], row["cycle"], row["sequence"]): row["state"] for row in clocks},
        }

    async def fingerprint(self) -> Fingerprint:
        """Every row of the company."""
        return await fingerprint(self.pool, "complaint", self.company.code)

    async def at_once(self, case: str, verbs: list[tuple[str, str]], version: int) -> list[httpx.Response]:
        """All of them on the same version at the same time."""
        return await asyncio.gather(*(self.post(case, *verb, version=version) for verb in verbs))

    def _body(self, verb: str, argument: str) -> dict[str, Any]:
        soon = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
        bodies: dict[str, dict[str, Any]] = {
            "pause": {"reason": argument or "wait_customer", "until": soon, "note": "等客户回复"},
            "resolve": {"resolution": "已处理"},
            "reopen": {"reason": "客户不满意"},
            "refuse": {"reason": "客户不接受"},
            "report": {"text": "服务报告"},
            "regrade": {"grade": argument or "2", "reason": "重新定级"},
            "transfer": {"owner_id": str(self.company.person(argument or "leader")), "reason": "转办"},
            "link-customer": {"customer_id": argument},
        }
        return bodies.get(verb, {})


async def open_desk(house: House, code: str) -> Desk:
    """A company on the pack `generic`."""
    return Desk(house.clients["complaint"], house.pool("complaint"), await house.company(code, "generic"))


_CUSTOMER = """
insert into customers (id, company, version, tier, tier_effective_at, tier_version)
values ($1, $2, 1, 'special', '2026-01-01', 1)
"""
_CASE = """
select c.state, c.version, c.cycle, c.grade, c.paused_reason, c.emergency_started_at is not null as has_plan,
  c.leader_post is not null as has_leader, c.acceptance, c.reported_at is not null as is_reported,
  array(select e.code from emergency_steps e where e.complaint_id = c.id and e.done_at is not null) as ticked,
  (select s.to_state from complaint_steps s where s.complaint_id = c.id order by s.at desc, s.id desc limit 1)
    as last_step
from complaints c where c.id = $1
"""
_CLOCKS = "select metric, cycle, sequence, state from clocks where subject_type = 'complaint' and subject_id = $1"
_FACTS = "select type, aggregate_version from outbox where aggregate_id = $1 order by seq"
