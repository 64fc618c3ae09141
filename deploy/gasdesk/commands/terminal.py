"""How every command meets its operator: what can be mended is one line on stderr, never a traceback."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

import asyncpg
import typer
import uvloop
from typing_extensions import override

from deploy.gasdesk.embedded.process import StartError
from deploy.gasdesk.home import HomeError
from deploy.gasdesk.run.ports import PortTakenError
from deploy.gasdesk.run.workers import WorkerFailedError
from shared.access.errors import KeyMissingError
from shared.errors import DomainError
from shared.events.bus import BrokerRefusalError, BrokerUnavailableError
from shared.events.provision import DriftError
from shared.policy.loader import PackError
from shared.policy.store import RevisionConflictError

EXPECTED = (
    HomeError,
    PortTakenError,
    StartError,
    PackError,
    RevisionConflictError,
    KeyMissingError,
    DriftError,
    WorkerFailedError,
)
_UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, BrokerUnavailableError, BrokerRefusalError)


class Commands(typer.core.TyperGroup):
    """The outermost group."""

    @override
    def invoke(self, ctx: Any) -> Any:
        """Run a command; errors that an operator can mend end it with exit code 2 and one line."""
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            fail(str(error))
        except DomainError as error:
            fail(error.detail or type(error).title)
        except _UNREACHABLE as error:
            fail(f"服务器不可用或拒绝了请求（server not reached or refused）: {type(error).__name__}: {error}")
        except KeyboardInterrupt:
            raise typer.Exit(130) from None


def fail(message: str, code: int = 2) -> None:
    """Say why on stderr and end.  Raises: typer.Exit."""
    print(message, file=sys.stderr)
    raise typer.Exit(code) from None


def application(text: str) -> typer.Typer:
    """The outermost application."""
    return typer.Typer(
        cls=Commands, help=text, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )


def group(text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(help=text, no_args_is_help=True)


def execute(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end on uvloop; answers what the coroutine answers."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)
