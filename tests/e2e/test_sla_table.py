"""The documented subscriber builds, beside the running platform, the figures that the platform itself answers."""

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.conftest import GASDESK, Platform
from tests.e2e.person import Person, until

SCRIPT = Path(__file__).parents[2] / "docs/examples/sla_table.py"
COMPANY = "xxx-gas"
COUNTED = ("code", "tier", "numerator", "denominator", "untargeted", "unanswered")
Figures = set[tuple[Any, ...]]


async def run(platform: Platform, *told: str) -> str:
    """A command to its end; answers what it said."""
    process = await asyncio.create_subprocess_exec(*told, env=platform.environment, stdout=asyncio.subprocess.PIPE)
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    return said.decode()


async def done(answer: httpx.Response) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json()


async def opened(agent: Person, number: int) -> list[dict[str, Any]]:
    """So many cases, of two categories."""
    cases = []
    for n in range(number):
        category = ("staff_conduct", "meter")[n % 2]
        said = {"kind": "complaint", "channel": "hotline", "category": category, "summary": "态度生硬，请处理"}
        cases.append(await done(await agent.post("/v1/complaints", said)))
    return cases


async def acknowledged(agent: Person, cases: Sequence[dict[str, Any]]) -> None:
    for case in cases:
        newest = await done(await agent.get(f"/v1/complaints/{case['id']}"))
        await done(await agent.post(f"/v1/complaints/{case['id']}/acknowledge", {}, version=newest["version"]))


async def own_figures(person: Person, month: str) -> Figures:
    """The kept promises of all services as the gateway answers them, once every service has answered in time."""

    async def whole() -> Any:
        report = await done(await person.get("/v1/indicators", period=month, company=COMPANY))
        return report["is_complete"] and report

    report = await until(whole)
    return {
        tuple(item[name] for name in COUNTED)
        for part in report["parts"].values()
        for item in part["data"]["items"]
        if item["code"].endswith(".on_time") and item["dimension"] is None
    }


async def built_figures(platform: Platform, database: Path, month: str) -> Figures:
    said = await run(platform, sys.executable, str(SCRIPT), "--database", str(database), "--kept", COMPANY, month)
    rows = [json.loads(line) for line in said.splitlines()]
    return {tuple(row[name] for name in COUNTED) for row in rows}


async def test_the_table_says_what_the_platform_says(moved_platform: Platform, tmp_path: Path) -> None:
    platform, database = moved_platform, tmp_path / "sla.duckdb"
    follow = (sys.executable, str(SCRIPT), "--database", str(database))
    async with httpx.AsyncClient(base_url=platform.state["gateway_url"], timeout=20) as client:
        agent, reporter = [await Person.sign_in(client, login) for login in ("agent", "reporter")]
        cases = await opened(agent, 9)
        process = await asyncio.create_subprocess_exec(
            *follow, "--batch", "4", env=platform.environment, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await acknowledged(agent, cases[:3])
        await run(platform, str(GASDESK), "time", "advance", "30h")
        month = (await done(await agent.get(f"/v1/complaints/{cases[0]['id']}")))["opened_at"][:7]

        async def is_breached() -> bool:
            return any(figure[-1] >= 6 for figure in await own_figures(reporter, month))

        await until(is_breached)
        await acknowledged(agent, cases[3:6])
        await run(platform, *follow, "--until-idle", "3")
        built = await built_figures(platform, database, month)
        assert built == await own_figures(reporter, month)
        assert {figure[2:4] for figure in built} >= {(3, 9)}, "three of nine were answered in time"
        exported = tmp_path / "events.jsonl"
        exported.write_text(await run(platform, str(GASDESK), "events", "export"), "utf-8")
        rebuilt = tmp_path / "rebuilt.duckdb"
        await run(platform, sys.executable, str(SCRIPT), "--database", str(rebuilt), "--file", str(exported))
        assert await built_figures(platform, rebuilt, month) == built
