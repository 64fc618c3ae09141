"""A server that goes away between two statements is an outage, however the driver and SQLAlchemy name it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InternalError

from shared.database import create_engine
from shared.database.outage import is_outage
from shared.http.handlers import is_transient, sqlstate_of
from tests.support.servers import TestPostgres

_READY = b"Z\x00\x00\x00\x05I"
_FIELDS = b"SFATAL\x00VFATAL\x00C57P01\x00Mterminating connection due to administrator command\x00\x00"
_LAST_WORD = b"E" + (len(_FIELDS) + 4).to_bytes(4, "big") + _FIELDS


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, *, last_word: bytes = b"") -> None:
    while piece := await source.read(65536):
        target.write(piece)
        if last_word and piece.endswith(_READY):
            target.write(last_word)
        await target.drain()


@asynccontextmanager
async def _cutting(socket: Path) -> AsyncIterator[int]:
    """A way to the real server on which each connection hears the server's last word as soon as it is ready."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(socket)
        with suppress(OSError):
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer, last_word=_LAST_WORD))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_last_word_before_the_first_statement_is_an_outage_and_503(postgres: TestPostgres) -> None:
    address = make_url(postgres.url("complaint"))
    socket = Path(str(address.query["host"])) / f".s.PGSQL.{address.port or 5432}"
    async with _cutting(socket) as port:
        url = address.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
        engine = create_engine(url, application_name="cut", schema="complaint")
        with pytest.raises(DBAPIError) as raised:
            async with engine.connect() as connection:
                await connection.execute(text("select 1"))
        await engine.dispose()
    assert isinstance(raised.value, InternalError)
    assert is_outage(raised.value)
    assert is_transient(raised.value, sqlstate_of(raised.value))


async def test_a_refused_statement_is_no_outage(postgres: TestPostgres) -> None:
    engine = create_engine(postgres.url("complaint"), application_name="refused", schema="complaint")
    with pytest.raises(DBAPIError) as raised:
        async with engine.connect() as connection:
            await connection.execute(text("select 1 / 0"))
    await engine.dispose()
    assert not is_outage(raised.value)
    assert not is_transient(raised.value, sqlstate_of(raised.value))
