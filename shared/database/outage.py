"""What the driver raises when the database is away: loops wait, requests answer 503, nothing is to blame itself."""

import asyncpg
from sqlalchemy import exc

DATABASE_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""InternalClientError: the server ended an idle connection, and its last word stands where an answer should begin."""

DATABASE_UNREACHED = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""The narrower: only what passes when the server is up again, and nothing that a server in health would refuse."""

_AWAY = (
    OSError,
    exc.TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)


def is_outage(error: BaseException) -> bool:
    """Whether the database could not be reached, so that the work that met the error is not to blame."""
    if not isinstance(error, exc.DBAPIError):
        return isinstance(error, _AWAY)
    state = str(getattr(error.orig, "sqlstate", "") or "")
    # A cancellation without a statement met the connecting itself, to a server that was just going away.
    is_unconnected = state.startswith(("08", "57P")) or (state == "57014" and error.statement is None)
    return error.connection_invalidated or isinstance(error, exc.InterfaceError) or is_unconnected or is_cut(error)


def is_cut(error: exc.DBAPIError) -> bool:
    """Whether the server's last word stood where an answer should begin; SQLAlchemy shows it as `InternalError`."""
    driver = error.orig.__cause__ if error.orig is not None else None
    return isinstance(driver, asyncpg.InternalClientError)
