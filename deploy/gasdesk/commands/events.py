"""`gasdesk events tail|replay|export`."""

import sys
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from deploy.gasdesk.commands.terminal import execute, group

if TYPE_CHECKING:
    from shared.events.replay import Selection

app = group("事件")

Types = Annotated[list[str] | None, typer.Option("--type", help="事件类型或其发布者，可重复")]
Since = Annotated[datetime | None, typer.Option(help="从何时起（含时区）", formats=["%Y-%m-%dT%H:%M:%S%z"])]
Until = Annotated[datetime | None, typer.Option(help="到何时止（含时区）", formats=["%Y-%m-%dT%H:%M:%S%z"])]
Services = Annotated[list[str] | None, typer.Argument(help="发布事件的服务；默认为全部")]
Ids = Annotated[list[UUID] | None, typer.Option("--id", help="事件编号，可重复")]


@app.command()
def tail(
    types: Types = None,
    company: Annotated[str | None, typer.Option(help="只看一家公司")] = None,
    from_start: Annotated[bool, typer.Option("--from-start", help="从流的开头看起")] = False,
    count: Annotated[int, typer.Option(help="看多少条后结束；0 表示一直看")] = 0,
) -> None:
    """逐行显示事件。"""
    from deploy.gasdesk.commands.connect import reporter_nats_url
    from shared.events import tail as tailing
    from shared.events.bus import Bus
    from shared.events.live import SERVICE_STREAMS

    async def show() -> None:
        bus = await Bus.connect(reporter_nats_url(), name="events-tail")
        after = dict.fromkeys(SERVICE_STREAMS, 0) if from_start else None
        seen = 0
        try:
            async for item in tailing.tail(bus, after=after, types=types or (), company=company):
                print(tailing.line(item), flush=True)
                seen += 1
                if count and seen >= count:
                    return
        finally:
            await bus.close()

    with suppress(KeyboardInterrupt):
        execute(show())


@app.command()
def replay(
    services: Services = None,
    since: Since = None,
    until: Until = None,
    ids: Ids = None,
    types: Types = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="换用新的消息编号（流被清空后）")] = False,
) -> None:
    """把发件箱中已发布的事件再发布一次；消费者按收件箱去重。"""
    from deploy.gasdesk.commands.connect import database_url, known_services, service_nats_url
    from shared.events.bus import Bus
    from shared.events.replay import replay as send

    selection = _selection(since, until, ids, types)

    async def run() -> None:
        for service in known_services(services):
            bus = await Bus.connect(service_nats_url(service), name="events-replay")
            try:
                report = await send(service=service, dsn=database_url(), bus=bus, selection=selection, fresh=fresh)
            finally:
                await bus.close()
            print(f"{service}: 已发布 {report.sent}，重复 {report.duplicates}，被拒 {report.refused}")

    execute(run())


@app.command()
def export(
    services: Services = None, since: Since = None, until: Until = None, ids: Ids = None, types: Types = None
) -> None:
    """把发件箱中已发布的事件写到标准输出，每行一条 CloudEvents JSON。"""
    from deploy.gasdesk.commands.connect import database_url, known_services
    from shared.events.replay import export as read

    selection = _selection(since, until, ids, types)

    async def run() -> None:
        for service in known_services(services):
            async for line in read(service=service, dsn=database_url(), selection=selection):
                sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()

    execute(run())


def _selection(
    since: datetime | None, until: datetime | None, ids: list[UUID] | None, types: list[str] | None
) -> "Selection":
    from shared.events.replay import Selection

    return Selection(since=since, until=until, ids=tuple(ids or ()), types=tuple(types or ()))
