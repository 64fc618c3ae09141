"""What tests do in the supervision network: appoint, invite, observe, take a step, be refused."""

import io
from typing import Any

from PIL import Image

from shared.ids import new_id
from tests.support.stage import Json, Stage
from tests.support.world import Company

SUPERVISORS, ACTIVITIES, OBSERVATIONS = "/v1/supervisors", "/v1/supervisor-activities", "/v1/observations"
OWN = {"name": "钟玉兰", "phone": "13800138000", "group": "residents", "since": "2026-11-24", "until": "2027-11-23"}
SEEN = {"kind": "attitude", "department": "customer_service", "place": "城东营业厅", "words": "窗口无人应答"}


async def appointed(stage: Stage, gas: Company, *, is_own: bool = True, **more: object) -> Json:
    """A member, by default the one with the demo account."""
    body: Json = {**OWN, **more}
    if is_own:
        body["staff_id"] = str(gas.person("supervisor"))
    answer = await stage.post(gas, SUPERVISORS, body, login="office")
    assert answer.status_code == 201, answer.text
    row: Json = answer.json()
    return row


async def filed(stage: Stage, gas: Company, login: str = "supervisor", **more: object) -> Json:
    """An observation."""
    answer = await stage.post(gas, OBSERVATIONS, {**SEEN, **more}, login=login)
    assert answer.status_code == 201, answer.text
    row: Json = answer.json()
    return row


async def invited(stage: Stage, gas: Company, member: Json, **more: object) -> Json:
    """An invitation to a visit."""
    body = {
        "supervisor_id": member["id"],
        "kind": "visit",
        "place": "抢修站",
        "purpose": "走访抢修班",
        "starts_at": "2026-11-27T02:00:00Z",
        **more,
    }
    answer = await stage.post(gas, ACTIVITIES, body, login="office")
    assert answer.status_code == 201, answer.text
    row: Json = answer.json()
    return row


async def step(stage: Stage, gas: Company, where: str, row: Json, act: str, login: str, **body: object) -> Json:
    """A step that must succeed."""
    answer = await stage.post(gas, f"{where}/{row['id']}/{act}", body, login=login, version=row["version"])
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()
    return after


async def refused(
    stage: Stage, gas: Company, where: str, row: Json, act: str, login: str, code: str, **body: object
) -> None:
    """A step that must be refused with this code and change nothing."""
    answer = await stage.post(gas, f"{where}/{row['id']}/{act}", body, login=login, version=row["version"])
    assert answer.json()["code"] == code, answer.text
    table = where.removeprefix("/v1/").replace("-", "_")
    version = await stage.pool.fetchval(f"select version from {table} where id = $1::text::uuid", row["id"])
    assert version == row["version"]


async def photo(stage: Stage, gas: Company, login: str = "office") -> str:
    """A stored picture."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), (10, 120, 200)).save(made, "PNG")
    answer: Any = await stage.client.post(
        "/v1/files", files={"file": (f"{new_id()}.png", made.getvalue(), "image/png")}, headers=gas.headers(login)
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
