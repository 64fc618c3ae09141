"""`gasdesk`: the command line; one file per group of commands, services imported only when a command needs them."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Annotated, Any

import typer
import uvloop

from deploy.gasdesk.commands import audit, contracts, data, dead_letters, events, packs, provisioning, time
from deploy.gasdesk.embedded.process import StartError
from deploy.gasdesk.home import Home, HomeError
from deploy.gasdesk.run.ports import PortTakenError
from shared.observability import logging
from shared.policy.loader import PackError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="GasDesk 城市燃气客户服务平台"
)
app.add_typer(packs.app, name="packs")
app.add_typer(events.app, name="events")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(audit.app, name="audit")
app.add_typer(time.app, name="time")
app.add_typer(time.calendars, name="calendars")
provisioning.register(app)
contracts.register(app)
data.register(app)

Name = Annotated[str, typer.Argument(help="customer, complaint, callback, inspection, incentive 或 gateway")]
EXPECTED = (HomeError, PortTakenError, StartError, PackError)


@app.command()
def run() -> None:
    """在本机运行整个平台（everything in one process）。"""
    from deploy.gasdesk.run.platform import Platform

    logging.configure("gasdesk", level="WARNING")
    execute(lambda: Platform(Home()).run())


@app.command()
def serve(name: Name) -> None:
    """运行一个服务或网关的 HTTP 进程。"""
    from deploy.gasdesk import serve as processes

    logging.configure(name)
    execute(lambda: processes.serve(name))


@app.command()
def work(name: Name) -> None:
    """运行一个服务的后台进程。"""
    from deploy.gasdesk import serve as processes

    logging.configure(f"{name}-worker")
    execute(lambda: processes.work(name))


def execute(make: Any) -> None:
    """Run to the end; what an operator can mend is one line on stderr and exit code 2."""
    try:
        coroutine: Coroutine[Any, Any, None] = make()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(coroutine)
    except EXPECTED as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
