"""`gasdesk dead-letters list|replay`."""

import importlib
import os
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from deploy.gasdesk.commands.terminal import execute, group

if TYPE_CHECKING:
    from shared.events.dead_letters import DeadLetter

app = group("死信")

Service = Annotated[str, typer.Argument(help="消费事件的服务")]


@app.command("list")
def list_letters(
    services: Annotated[list[str] | None, typer.Argument(help="消费事件的服务；默认为全部")] = None,
    everything: Annotated[bool, typer.Option("--all", help="连已处理的也列出")] = False,
) -> None:
    """列出未能处理的事件，以及被服务器拒收的发件箱行。"""
    from deploy.gasdesk.commands.connect import database_url, known_services
    from shared.database import create_engine, create_sessions
    from shared.events import dead_letters

    async def show() -> None:
        for service in known_services(services):
            engine = create_engine(database_url(), application_name="dead-letters", schema=service, pool_size=1)
            try:
                async with create_sessions(engine).begin() as session:
                    for letter in await dead_letters.list_letters(session, include_replayed=everything):
                        print(_letter(service, letter))
                    for row in await dead_letters.list_refused(session):
                        print(f"{service} outbox {row.id} {row.at.isoformat()} {row.type}: {row.refusal}")
            finally:
                await engine.dispose()

    execute(show())


def _letter(service: str, letter: "DeadLetter") -> str:
    place = f"{letter.stream}/{letter.stream_seq}"
    what = f"{letter.type or '?'} {letter.reason}: {letter.error}"
    return f"{service} {letter.id} {letter.at.isoformat()} {place} {what} {letter.replay_outcome or ''}".rstrip()


@app.command()
def replay(service: Service, letters: Annotated[list[UUID], typer.Argument(help="死信编号")]) -> None:
    """把死信再交给处理函数一次，经收件箱去重，并记下结果。"""
    from deploy.gasdesk.commands.connect import environment, known_service
    from deploy.gasdesk.home import Home
    from shared.events import dead_letters
    from shared.runtime.runtime import open_runtime

    async def run() -> None:
        Home().load_environment()
        os.environ.setdefault("ENVIRONMENT", environment())
        worker = importlib.import_module(f"services.{known_service(service)}.worker")
        settings = importlib.import_module(f"services.{service}.settings").Settings()
        async with open_runtime(settings, worker.CHAPTERS, role="dead-letters") as runtime:
            for letter in letters:
                outcome = await dead_letters.replay(
                    runtime.sessions, letter, worker.handlers_of(runtime), now=runtime.clock.now()
                )
                print(f"{letter}: {outcome}")

    execute(run())
