"""What tests do with findings: raise, take a step, be refused, keep files."""

import io
from typing import Any

from PIL import Image

from tests.support.stage import Json, Stage
from tests.support.world import Company

BODY: Json = {
    "source_type": "inspection",
    "severity": "minor",
    "clause": "inspection-finding",
    "department": "customer_service",
    "words": "工单未回访",
}
FINDINGS = "/v1/findings"


def photo() -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), (10, 120, 200)).save(made, "PNG")
    return made.getvalue()


async def raised(stage: Stage, gas: Company, login: str = "inspector", **more: Any) -> Json:
    """A finding that was raised."""
    answer = await stage.post(gas, FINDINGS, {**BODY, **more}, login=login)
    assert answer.status_code == 201, answer.text
    row: Json = answer.json()
    return row


async def step(stage: Stage, gas: Company, row: Json, act: str, login: str, **body: object) -> Json:
    """A step that must succeed."""
    answer = await stage.post(gas, f"{FINDINGS}/{row['id']}/{act}", body, login=login, version=row["version"])
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()
    return after


async def refused(stage: Stage, gas: Company, row: Json, act: str, login: str, **body: object) -> tuple[int, str]:
    """Status and code of a step that must fail and change nothing."""
    answer = await stage.post(gas, f"{FINDINGS}/{row['id']}/{act}", body, login=login, version=row["version"])
    stored = await stage.pool.fetchval("select version from findings where id = $1", row["id"])
    assert stored == row["version"], "nothing changed"
    return answer.status_code, answer.json()["code"]


async def confirmed(stage: Stage, gas: Company, **more: Any) -> Json:
    """A finding that the office confirmed."""
    return await step(stage, gas, await raised(stage, gas, **more), "confirm", "office")


async def contested(stage: Stage, gas: Company, **more: Any) -> Json:
    """A finding that the head of the department contested."""
    row = await confirmed(stage, gas, **more)
    return await step(stage, gas, row, "answer", "head", is_agreed=False, words="已回访")


async def status(stage: Stage, gas: Company, path: str, login: str) -> int:
    """What a GET answers."""
    return (await stage.client.get(path, headers=gas.headers(login))).status_code


async def listed(stage: Stage, gas: Company, login: str, **query: object) -> list[str]:
    """Ids of the list."""
    found = await stage.get(gas, FINDINGS, login=login, **query)
    return [one["id"] for one in found["items"]]


async def stored(stage: Stage, gas: Company, login: str, name: str = "a.png", content: bytes | None = None) -> str:
    """The id of a file that somebody stored."""
    file = (name, content or photo())
    answer = await stage.client.post("/v1/files", files={"file": file}, headers=gas.headers(login))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def clock_of(stage: Stage, row: Json, metric: str) -> Json:
    """The newest clock of a metric as it is stored."""
    found = await stage.pool.fetchrow(
        "select * from clocks where subject_id = $1 and metric = $2 order by id desc limit 1", row["id"], metric
    )
    assert found is not None
    return dict(found)
