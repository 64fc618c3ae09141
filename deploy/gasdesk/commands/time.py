"""`gasdesk time advance`: the platform's time for demonstrations and tests."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from deploy.gasdesk.commands.terminal import execute, fail, group

app = group("演示与测试用的时间")

_SPAN = re.compile(r"^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$")


def span_of(text: str) -> timedelta:
    """`3h`, `61m`, `1d12h`.  Raises: typer.BadParameter."""
    match = _SPAN.match(text)
    if match is None or not text:
        raise typer.BadParameter("写作 3h、61m 或 1d12h")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@app.command()
def advance(span: Annotated[str, typer.Argument(help="例如 61m、3h、1d12h")]) -> None:
    """把平台的时间向前拨；各进程 200 毫秒内跟上，令牌与密钥仍按真实时间。"""
    _say(execute(_move("update {schema}.clock_offset set seconds = seconds + $1", span_of(span).total_seconds())))


@app.command()
def reset() -> None:
    """回到真实时间。"""
    _say(execute(_move("update {schema}.clock_offset set seconds = $1", 0.0)))


async def _move(statement: str, seconds: float) -> float:
    """Write the offset of all five schemas in one transaction; answers it, in seconds."""
    import asyncpg

    from deploy.gasdesk.commands.connect import database_url, environment
    from shared.database import asyncpg_dsn
    from shared.events.topology import SERVICES

    if environment() not in {"demo", "test"}:
        fail("只有 ENVIRONMENT 为 demo 或 test 时才能拨动时间（time moves in demo and test only）")
    connection = await asyncpg.connect(asyncpg_dsn(database_url()), timeout=5)
    try:
        async with connection.transaction():
            for service in SERVICES:
                await connection.execute(statement.format(schema=service), seconds)
        return float(await connection.fetchval("select seconds from complaint.clock_offset"))
    finally:
        await connection.close()


def _say(offset: float) -> None:
    now = datetime.now(UTC) + timedelta(seconds=offset)
    print(f"平台时间为 {now.astimezone().isoformat(timespec='seconds')}，比真实时间快 {timedelta(seconds=offset)}")
