"""`gasdesk calendars import`: a published year, or a whole calendar, as the next revision in every schema."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.gasdesk.commands.terminal import execute, fail, group

app = group("工作日历")


@app.command("import")
def import_calendar(
    code: Annotated[str, typer.Argument(help="日历代码，例如 office")],
    file: Annotated[
        Path,
        typer.Argument(
            help="YAML 或 JSON：整个日历（weekly、overrides…），或公布的一年"
            "（year: 2027、closed: [放假的日期]、worked: [调休上班的日期]）",
            exists=True,
            dir_okay=False,
        ),
    ],
) -> None:
    """导入日历的新版本；未结的时限随之重算。内容相同则不产生新版本。"""
    import yaml

    content = yaml.safe_load(file.read_text("utf-8"))
    if not isinstance(content, dict):
        fail(f"{file}: 应为一个映射（not a mapping）", 1)
    print(f"{code} 的版本 {execute(_store(code, file, content))} 已导入")


async def _store(code: str, file: Path, content: Mapping[str, Any]) -> int:
    import asyncpg

    from deploy.gasdesk.commands.connect import database_url
    from shared.database import asyncpg_dsn
    from shared.events.topology import SERVICES
    from shared.sla.calendars import store_revision

    revision = 0
    connection = await asyncpg.connect(asyncpg_dsn(database_url()), timeout=5)
    try:
        async with connection.transaction():
            for service in SERVICES:
                await connection.execute(f"set local search_path = {service}")
                now = await connection.fetchval(
                    "select clock_timestamp() + make_interval(secs => seconds) from clock_offset"
                )
                definition = await _definition(connection, code, file, content)
                revision = await store_revision(
                    connection, code=code, definition=definition, source=file.name, now=now, imported_by="gasdesk"
                )
    finally:
        await connection.close()
    return revision


async def _definition(connection: Any, code: str, file: Path, content: Mapping[str, Any]) -> Any:
    """The whole definition: the file's, or the newest one with the file's year in the place of the guess."""
    from pydantic import ValidationError

    from deploy.gasdesk.published_year import PublishedYear
    from shared.sla.definition import CalendarDefinition

    try:
        if "year" not in content:
            return CalendarDefinition.model_validate(content)
        published = PublishedYear.model_validate(content)
    except ValidationError as error:
        lines = [f"{file}: /{'/'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        fail("\n".join(lines), 1)
    newest = await connection.fetchval(
        "select definition::text from calendar_revisions where code = $1 order by revision desc limit 1", code
    )
    if newest is None:
        fail(f"没有日历 {code}（no such calendar）", 1)
    return published.applied_to(CalendarDefinition.model_validate_json(newest))
