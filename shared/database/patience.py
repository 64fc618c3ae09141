"""Waiting at the start for a database that is away: a process that was started stays until it can work."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from shared.database.outage import DATABASE_UNREACHED

log = logging.getLogger(__name__)

_FIRST_REST = 0.1
_LONGEST_REST = 2.0

T = TypeVar("T")


async def until_reached(step: Callable[[], Awaitable[T]], *, name: str) -> T:
    """Do `step` until the database lets it pass, with longer and longer rests; whoever stops the process cancels it.

    Raises: what waiting does not cure: a refused password, a database, table or address that is wrong.
    """
    rest = _FIRST_REST
    while True:
        try:
            return await step()
        except asyncpg.ClientConfigurationError:
            raise  # an InterfaceError by inheritance only: the address is wrong
        except DATABASE_UNREACHED as error:
            log.warning("%s: database not reached, again in %.1f s: %s", name, rest, type(error).__name__)
        await asyncio.sleep(rest)
        rest = min(rest * 2, _LONGEST_REST)
