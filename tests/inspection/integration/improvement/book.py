"""What tests do with improvements, proposals, meetings: take a step, be refused, let facts happen."""

from datetime import datetime, timedelta
from typing import Any

from services.inspection.improvement.jobs import EFFECT_JOB, GATHERING_JOB, PLAN_JOB
from shared.ids import new_id
from tests.inspection.integration.findings.book import photo, stored
from tests.support.stage import Json, Stage
from tests.support.world import Company

__all__ = ["EFFECT_JOB", "GATHERING_JOB", "PLAN_JOB", "photo", "stored"]

IMPROVEMENT: Json = {"source_type": "office", "title": "缩短上门等候", "department": "customer_service"}
PLANNED: Json = {"due_on": "2026-12-20", "goal": "超时比例降一半", "measure": "预约派工"}
EFFECT: Json = {
    "before_numerator": 40,
    "after_numerator": 25,
    "is_less_better": True,
    "words": "平均等候由 40 分钟降到 25 分钟",
}
_TABLES = {
    "improvements": "improvements",
    "improvement-plans": "improvement_plans",
    "staff-proposals": "staff_proposals",
    "meeting-decisions": "meeting_decisions",
    "good-examples": "good_examples",
}


async def made(stage: Stage, gas: Company, path: str, body: Json, login: str) -> Json:
    """Something new that must come about."""
    answer = await stage.post(gas, f"/v1/{path}", body, login=login)
    assert answer.status_code == 201, answer.text
    row: Json = answer.json()
    return row


async def step(stage: Stage, gas: Company, row: Json, path: str, act: str, login: str, **body: object) -> Json:
    """A step that must succeed."""
    answer = await stage.post(gas, f"/v1/{path}/{row['id']}/{act}", body, login=login, version=row["version"])
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()
    return after


async def refused(
    stage: Stage, gas: Company, row: Json, path: str, act: str, login: str, **body: object
) -> tuple[int, str]:
    """Status and code of a step that must fail and change nothing."""
    answer = await stage.post(gas, f"/v1/{path}/{row['id']}/{act}", body, login=login, version=row["version"])
    version = await stage.pool.fetchval(f"select version from {_TABLES[path]} where id = $1", row["id"])
    assert version == row["version"], "nothing changed"
    return answer.status_code, answer.json()["code"]


async def refused_new(stage: Stage, gas: Company, path: str, body: Json, login: str) -> tuple[int, str, list[str]]:
    """Status, code and fields of something new that must not come about."""
    answer = await stage.post(gas, f"/v1/{path}", body, login=login)
    said = answer.json()
    return answer.status_code, said["code"], [one["pointer"] for one in said.get("errors", [])]


async def planned(stage: Stage, gas: Company, by: str = "office", owner: str = "crew", **more: Any) -> Json:
    """A planned improvement of a member of staff."""
    row = await made(stage, gas, "improvements", IMPROVEMENT, by)
    body = {**PLANNED, "owner_id": str(gas.person(owner)), **more}
    return await step(stage, gas, row, "improvements", "plan", "head", **body)


async def reported(stage: Stage, gas: Company, by: str = "office", owner: str = "crew", **more: Any) -> Json:
    """An improvement that its owner reports done."""
    row = await step(stage, gas, await planned(stage, gas, by, owner, **more), "improvements", "begin", owner)
    return await step(stage, gas, row, "improvements", "done", owner, words="已实行预约派工")


async def measured(stage: Stage, gas: Company, by: str = "inspector", owner: str = "crew") -> Json:
    """An improvement that was measured by hand."""
    row, proof = await reported(stage, gas, by, owner), await stored(stage, gas, owner)
    return await step(stage, gas, row, "improvements", "effect", owner, file_ids=[proof], **EFFECT)


async def happened(
    stage: Stage,
    gas: Company,
    kind: str,
    at: datetime,
    count: int,
    *,
    late: int = 0,
    satisfied: int | None = None,
    department: str = "customer_service",
    category: str = "repair",
) -> None:
    """Facts of a kind, one an hour, of which the first `late` were late and the first `satisfied` satisfied."""
    rows = [
        (
            new_id(),
            gas.code,
            kind,
            new_id(),
            f"N{place}",
            at + timedelta(hours=place),
            department,
            category,
            place < late,
            None if satisfied is None else place < satisfied,
        )
        for place in range(count)
    ]
    await stage.pool.executemany(
        "insert into facts (id, company, kind, subject_id, number, happened_at, department, category, is_late,"
        " is_satisfied, amount, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 1)",
        rows,
    )


async def work(stage: Stage, gas: Company, login: str) -> list[tuple[str, str]]:
    """What the queue of a person shows."""
    found = await stage.get(gas, "/v1/work", login=login, limit=200)
    return [(one["id"], one["metric"]) for one in found["items"]]


async def status(stage: Stage, gas: Company, path: str, login: str) -> int:
    """What a GET answers."""
    return (await stage.client.get(path, headers=gas.headers(login))).status_code
