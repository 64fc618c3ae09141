"""How tests count: customers that are known, calls that were made, figures and the cases behind them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from services.complaint.cases.service import standing
from services.complaint.worker import handlers_of
from shared.contracts.base import Routing
from shared.contracts.callback import CallbackCompleted
from shared.contracts.customer import CustomerRegistered
from shared.events.envelope import Event
from shared.ids import new_id
from tests.complaint.integration.desk import clock_of, sweep_at
from tests.support.world import Company, World

Json = dict[str, Any]


def this_month() -> str:
    """The running month, in civil time."""
    return f"{datetime.now(UTC) + timedelta(hours=8):%Y-%m}"


async def know(
    world: World, company: Company, tier: str, *, standing_code: str = "active", customer_id: UUID | None = None
) -> UUID:
    """Let the service learn of a customer, as the registry's event would."""
    customer_id = customer_id or new_id()
    state = CustomerRegistered(
        customer_id=customer_id,
        number="C1",
        kind="residential",
        customer_class="a",
        party="individual",
        standing=standing_code,
        tier=tier,
    )
    runtime = next(app for app in world.apps if app.state.service == "complaint").state.runtime
    async with runtime.sessions.begin() as session:
        await standing.learn_customers(session, [standing.Said(company.code, 1, state)])
    return customer_id


async def called_back(
    world: World,
    company: Company,
    case: Json,
    *,
    is_satisfied: bool | None,
    version: int = 1,
    at: datetime | None = None,
) -> None:
    """Let the service hear `callback.completed`, through the handler that its worker has for it."""
    runtime = next(app for app in world.apps if app.state.service == "complaint").state.runtime
    said = CallbackCompleted(
        callback_id=UUID(int=UUID(case["id"]).int ^ 1),
        subject_type="complaint",
        subject_id=UUID(case["id"]),
        cycle=case["cycle"],
        outcome="no_answer" if is_satisfied is None else "reached",
        is_satisfied=is_satisfied,
        occurred_at=at or datetime.now(UTC),
    )
    event = Event(
        id=new_id(),
        type=said.TYPE,
        source="/callback",
        subject=said.callback_id,
        time=said.occurred_at,
        company=company.code,
        aggregate_version=version,
        correlation_id=new_id(),
        causation_id=None,
        matter_id=None,
        hops=0,
        actor=None,
        traceparent=None,
        routing=Routing(),
        payload=said,
        data={},
    )
    async with runtime.sessions.begin() as session:
        await handlers_of(runtime)[said.TYPE](session, event)


async def figures(
    client: httpx.AsyncClient, company: Company, period: str, *, login: str = "office", dimension: str = "tier"
) -> list[Json]:
    """All figures of a period."""
    answer = await client.get(
        "/v1/indicators", params={"period": period, "dimension": dimension}, headers=company.headers(login)
    )
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


def figure(items: list[Json], code: str, value: str | None) -> Json:
    """One of them."""
    (found,) = [one for one in items if one["code"] == code and (one["tier"] or one["value"]) == value]
    return found


async def listed(
    client: httpx.AsyncClient, company: Company, item: Json, part: str, *, login: str = "office"
) -> list[Json]:
    """Every case behind a part of a figure, page by page, by the figure's own link."""
    found: list[Json] = []
    cursor: str | None = None
    while True:
        path = f"{item['cases']}&part={part}&limit=2" + (f"&cursor={cursor}" if cursor else "")
        answer = await client.get(path, headers=company.headers(login))
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found


async def overdue(pool: asyncpg.Pool, case: Json, metric: str) -> None:
    """Let a promise be judged unanswered, as if it had fallen due a moment ago."""
    deadline = datetime.fromisoformat(clock_of(case, metric)["deadline_at"])
    await sweep_at(pool, deadline + timedelta(seconds=1))
    await pool.execute(
        "update clocks set deadline_at = $3, breached_at = $3, detected_at = $3 where subject_id = $1 and metric = $2",
        UUID(case["id"]),
        metric,
        datetime.now(UTC),
    )


async def shift(pool: asyncpg.Pool, company: Company, by: timedelta) -> None:
    """Let everything of a company have happened earlier."""
    for table, columns in (
        ("complaints", ("opened_at", "resolved_at")),
        ("clocks", ("started_at", "deadline_at", "stopped_at", "breached_at", "breach_retracted_at")),
        ("complaint_callbacks", ("called_at",)),
    ):
        changes = ", ".join(f"{column} = {column} - $2::interval" for column in columns)
        await pool.execute(f"update {table} set {changes} where company = $1", company.code, by)
