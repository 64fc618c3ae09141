"""`gasdesk run`, `serve` and `work`."""

import os
import sys
from typing import Annotated, TextIO

import typer

from deploy.gasdesk.commands.terminal import execute


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(serve)
    app.command()(work)


def run() -> None:
    """在本机运行整个平台：数据库、消息、五个服务、网关。"""
    from deploy.gasdesk.home import Home
    from deploy.gasdesk.run.platform import Platform

    _observe("gasdesk", level="WARNING", stream=sys.stderr)

    async def platform() -> None:
        await Platform(Home()).run()

    execute(platform())


def serve(
    name: Annotated[str, typer.Argument(help="customer、complaint、callback、inspection、incentive 或 gateway")],
    drain_seconds: Annotated[float, typer.Option(help="收到停止信号后，先以未就绪状态等待的秒数")] = 2.0,
) -> None:
    """运行一个服务或网关的 HTTP 进程。"""
    from deploy.gasdesk import serve as processes

    _observe(name)
    execute(processes.serve(name, drain_seconds=drain_seconds))


def work(name: Annotated[str, typer.Argument(help="customer、complaint、callback、inspection 或 incentive")]) -> None:
    """运行一个服务的后台进程，健康与指标在 GASDESK_<SERVICE>_WORKER_PORT。"""
    from deploy.gasdesk import serve as processes

    _observe(f"{name}-worker")
    execute(processes.work(name))


def _observe(name: str, *, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Logs and, where a collector is named, spans: once per process, before anything is imported that would log."""
    from shared.observability import logging, telemetry

    logging.configure(name, level=os.environ.get("GASDESK_LOG_LEVEL", level), stream=stream)
    telemetry.configure(name)
