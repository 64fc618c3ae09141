"""What the driver raises when the database is away: loops wait, requests answer 503, nothing is to blame itself."""

import asyncpg

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
