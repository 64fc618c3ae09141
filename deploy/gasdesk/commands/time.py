"""`gasdesk time advance` (test and demo only) and `gasdesk calendars import`."""

import asyncio
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="演示与测试用的时间")
calendars = typer.Typer(no_args_is_help=True, help="工作日历")

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
    """把平台的时间向前拨（仅演示与测试）；令牌与密钥仍按真实时间。"""
    from deploy.gasdesk.commands.connect import schema
    from shared.events.topology import SERVICES

    by = span_of(span)

    async def write() -> None:
        for service in SERVICES:
            async with schema(service) as connection:
                await connection.execute("update clock_offset set seconds = seconds + $1", by.total_seconds())

    asyncio.run(write())
    print(f"时间已前移 {span}")


@calendars.command("import")
def import_calendar(
    code: Annotated[str, typer.Argument(help="日历代码，例如 office")],
    file: Annotated[
        Path, typer.Argument(help="日历定义（JSON：zone、weekly、overrides、provisional_from）", exists=True)
    ],
) -> None:
    """导入日历的新版本；未结的时限随之重算。"""
    from pydantic import ValidationError

    from deploy.gasdesk.commands.connect import schema
    from shared.events.topology import SERVICES
    from shared.sla.calendars import store_revision
    from shared.sla.definition import CalendarDefinition

    try:
        definition = CalendarDefinition.model_validate_json(file.read_text("utf-8"))
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            print(f"{file}: /{'/'.join(map(str, fault['loc']))}: {fault['msg']}", file=sys.stderr)
        raise typer.Exit(1) from None

    async def store() -> int:
        revision = 0
        for service in SERVICES:
            async with schema(service) as connection:
                now = await connection.fetchval("select now() + make_interval(secs => seconds) from clock_offset")
                revision = await store_revision(
                    connection, code=code, definition=definition, source=file.name, now=now, imported_by="gasdesk"
                )
        return revision

    print(f"{code} 的版本 {asyncio.run(store())} 已导入")
