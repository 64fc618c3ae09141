"""How tests work at the desk: rows of a registry made plainly, steps through the doors, clocks, facts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from services.customer.registry.rules.days import civil
from shared.ids import new_id
from shared.sla.sweeper import Sweeper
from shared.sla.time import FixedClock
from tests.support.world import Company

TODAY = civil(datetime.now(UTC))
_CUSTOMER = (
    "insert into customers (id, company, number, name, kind, customer_class, party, standing, tier, tags,"
    " capacity_m3_day, daily_volume_m3, registered_at, updated_at)"
    " values ($1, $2, $3, '测试客户', 'residential', 'a', 'individual', 'active', $4, $5, $6, $7, $8, $8)"
)
_PREMISES = (
    "insert into premises (id, company, customer_id, address, district, community, building, kind, state, is_primary,"
    " created_at) values ($1, $2, $3, '地址', '东城区', $4, $5, 'residence', 'in_use', true, $6)"
)
_METER = (
    "insert into meters (id, company, customer_id, premises_id, number, kind, state, installed_on, initial_reading,"
    " created_at) values ($1, $2, $3, $4, $5, $6, 'in_use', $7, $8, $9)"
)


@dataclass
class Home:
    """A customer with an address and a meter."""

    customer: UUID
    premises: UUID
    meter: UUID


@dataclass
class Desk:
    """The doors, the rows behind them, and a company of the test's own."""

    client: httpx.AsyncClient
    pool: asyncpg.Pool
    gas: Company

    async def home(
        self,
        *,
        community: str = "锦绣家园",
        building: str = "1",
        tier: str | None = None,
        tags: tuple[str, ...] = (),
        meter_kind: str = "diaphragm",
        capacity: Decimal | None = None,
        volume: Decimal | None = None,
        since: datetime | None = None,
    ) -> Home:
        """A customer with an address and a meter that was put up 100 days ago."""
        one = Home(new_id(), new_id(), new_id())
        code, at = self.gas.code, since or datetime.now(UTC) - timedelta(days=100)
        chosen = tier or {"xxx-gas": "general", "generic": "third"}[self.gas.pack.code]
        await self.pool.execute(
            _CUSTOMER, one.customer, code, str(one.customer)[-12:], chosen, list(tags), capacity, volume, at
        )
        await self.pool.execute(_PREMISES, one.premises, code, one.customer, community, building, at)
        await self.pool.execute(
            _METER,
            one.meter,
            code,
            one.customer,
            one.premises,
            str(one.meter)[-12:],
            meter_kind,
            at.date(),
            Decimal(0),
            at,
        )
        return one

    async def post(
        self, path: str, body: dict[str, Any], login: str, *, version: int | None = None, key: str | None = None
    ) -> httpx.Response:
        """One step, whatever comes of it."""
        return await self.client.post(path, json=body, headers=self.gas.headers(login, version=version, key=key))

    async def done(self, path: str, body: dict[str, Any], login: str, *, version: int | None = None) -> dict[str, Any]:
        """One step that is allowed."""
        answer = await self.post(path, body, login, version=version)
        assert answer.status_code in (200, 201), answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def get(self, path: str, login: str, status: int = 200) -> dict[str, Any]:
        """What a person sees."""
        answer = await self.client.get(path, headers=self.gas.headers(login))
        assert answer.status_code == status, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def clocks(self, path: str, login: str) -> dict[str, dict[str, Any]]:
        """The newest clock of each metric, by the door."""
        found = await self.get(f"{path}/clocks", login)
        return {clock["metric"]: clock for clock in found["items"]}

    async def call(self, **more: Any) -> dict[str, Any]:
        """A call that was answered and has ended."""
        at = datetime.now(UTC) - timedelta(minutes=10)
        said = {
            "channel": "hotline",
            "started_at": at.isoformat(),
            "answered_at": (at + timedelta(seconds=8)).isoformat(),
            "ended_at": (at + timedelta(minutes=3)).isoformat(),
        }
        return await self.done("/v1/contacts", {**said, **more}, "agent")

    async def sweep_at(self, at: datetime) -> None:
        """Judge what is due at an instant."""
        await Sweeper(self.pool, FixedClock(at)).sweep()

    async def facts(self) -> list[str]:
        """The company's facts, in their order."""
        rows = await self.pool.fetch("select type from outbox where company = $1 order by seq", self.gas.code)
        return [row["type"] for row in rows]


def refused(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and the first field."""
    body = answer.json()
    errors = body.get("errors") or [{"pointer": ""}]
    return answer.status_code, body["code"], errors[0]["pointer"]
