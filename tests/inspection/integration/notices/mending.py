"""What tests do with notices: findings confirmed and heard, steps taken and refused, clocks read."""

import dataclasses
from datetime import timedelta
from typing import Any

from shared.contracts import inspection_findings, sla
from shared.contracts.base import EventPayload
from shared.events.envelope import Event
from tests.inspection.integration.findings.book import clock_of, confirmed, stored
from tests.inspection.integration.findings.book import step as finding_step
from tests.support.stage import Json, Stage
from tests.support.world import Company

NOTICES = "/v1/notices"
KINDS: dict[str, type[EventPayload]] = {one.TYPE: one for one in (*inspection_findings.EVENTS, *sla.EVENTS)}
HEARD = (
    *("inspection.finding_confirmed", "inspection.finding_overturned", "inspection.finding_revised", "sla.breached"),
    "sla.recalendared",
)
PLAN: Json = {"measure": "逐单回访并复盘", "planned_on": "2026-11-25"}


async def follow(stage: Stage, gas: Company) -> list[Event]:
    """Let the service hear its own facts, as the bus brings them; those that it heard have no effect again."""
    rows = await stage.pool.fetch(
        "select * from outbox where company = $1 and type = any($2::text[]) order by seq", gas.code, list(HEARD)
    )
    events = []
    for row in rows:
        payload = KINDS[row["type"]](**row["payload"], routing=row["routing"])
        event = stage.event(
            gas,
            payload,
            version=row["aggregate_version"],
            event_id=row["id"],
            subject=row["aggregate_id"],
            matter_id=row["matter_id"],
            hops=row["hops"],
        )
        event = dataclasses.replace(event, source="/inspection")
        await stage.hear(event)
        events.append(event)
    return events


async def drafted(stage: Stage, gas: Company, **more: Any) -> Json:
    """The notice that was drafted on a new finding."""
    finding = await confirmed(stage, gas, **more)
    await follow(stage, gas)
    return await of_finding(stage, gas, finding["id"])


async def of_finding(stage: Stage, gas: Company, finding_id: str) -> Json:
    """The newest notice of a finding."""
    found = await stage.pool.fetchval(
        "select notice_id from notice_findings where finding_id = $1 order by id desc limit 1", finding_id
    )
    assert found is not None
    return await read(stage, gas, {"id": found})


async def read(stage: Stage, gas: Company, row: Json, login: str = "office") -> Json:
    """The notice as it stands."""
    notice: Json = await stage.get(gas, f"{NOTICES}/{row['id']}", login=login)
    return notice


async def step(stage: Stage, gas: Company, row: Json, act: str, login: str, **body: object) -> Json:
    """A step that must succeed."""
    answer = await stage.post(gas, f"{NOTICES}/{row['id']}/{act}", body, login=login, version=row["version"])
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()
    assert after["version"] == row["version"] + 1
    return after


async def refused(stage: Stage, gas: Company, row: Json, act: str, login: str, **body: object) -> tuple[int, str]:
    """Status and code of a step that must fail and change nothing."""
    answer = await stage.post(gas, f"{NOTICES}/{row['id']}/{act}", body, login=login, version=row["version"])
    stored_version = await stage.pool.fetchval("select version from rectification_notices where id = $1", row["id"])
    assert stored_version == row["version"], "nothing changed"
    return answer.status_code, answer.json()["code"]


async def issued(stage: Stage, gas: Company, login: str = "office", **more: Any) -> Json:
    """A notice that was issued on its draft."""
    return await step(stage, gas, await drafted(stage, gas, **more), "issue", login)


async def planned(stage: Stage, gas: Company, row: Json, who: str = "crew") -> Json:
    """The department took note and planned."""
    row = await step(stage, gas, row, "acknowledge", "head")
    return await step(stage, gas, row, "plan", "head", responsible_id=str(gas.person(who)), **PLAN)


async def mended(stage: Stage, gas: Company, row: Json, who: str = "crew") -> Json:
    """Reported with a picture."""
    proof = await stored(stage, gas, who)
    return await step(stage, gas, row, "mend", who, report="已逐单回访", proof_ids=[proof])


async def reported(stage: Stage, gas: Company, **more: Any) -> Json:
    """A notice that waits for its verification."""
    return await mended(stage, gas, await planned(stage, gas, await issued(stage, gas, **more)))


async def verified(stage: Stage, gas: Company, row: Json, verdict: str = "mended", login: str = "inspector") -> Json:
    """Another inspector's word."""
    return await step(stage, gas, row, "verify", login, verdict=verdict, words="现场复核")


async def accepted(stage: Stage, gas: Company, row: Json) -> Json:
    """Verified and accepted."""
    row = await verified(stage, gas, row)
    return await step(stage, gas, row, "accept", "office", is_accepted=True, words="同意销号")


async def overturned(stage: Stage, gas: Company, finding_id: str) -> None:
    """The finding falls, and the service hears it."""
    row = await stage.get(gas, f"/v1/findings/{finding_id}")
    row = await finding_step(stage, gas, row, "answer", "head", is_agreed=False, words="不属实")
    await finding_step(stage, gas, row, "decide", "gm", is_upheld=False, words="不成立")
    await follow(stage, gas)


def later(stage: Stage, **by: float) -> None:
    """Let time pass."""
    stage.clock.set(stage.clock.now() + timedelta(**by))


async def state_of(stage: Stage, row: Json, metric: str) -> str:
    """How its newest clock of a metric stands."""
    return str((await clock_of(stage, row, metric))["state"])


async def told(stage: Stage, gas: Company, name: str) -> list[Json]:
    """Facts about notices."""
    return await stage.facts(gas, f"inspection.{name}")
