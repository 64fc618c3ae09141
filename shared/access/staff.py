"""The staff projection of a schema: read into a book kept fresh, written from incentive.staff_changed."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.staff_book import Deputy, StaffBook, StaffMember
from shared.database.outage import DATABASE_AWAY

__all__ = ["Deputy", "StaffBook", "StaffDirectory", "StaffMember", "apply_staff_changed", "store_member"]

log = logging.getLogger(__name__)

_SELECT = (
    "select id, company, version, state, department, team, superior_id, posts, deputies::text as deputies, lines"
    " from staff where company = any($1::text[])"
)
_FINGERPRINTS = "select company, count(*) as members, sum(version) as versions from staff group by company"

WHOLE_SECONDS = 30.0
"""How long the reading of the whole directory may take."""


class StaffDirectory:
    """The book kept fresh, at most `max_age` seconds old when used: a company is read again when a version moved."""

    def __init__(self, pool: Any, *, max_age: float = 30.0, interval: float = 5.0) -> None:
        """`pool` is the asyncpg pool of the service."""
        self._pool = pool
        self._max_age = max_age
        self._interval = interval
        self._book = StaffBook()
        self._fingerprints: dict[str, tuple[int, int]] = {}
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def current(self) -> StaffBook:
        """The book, at most `max_age` seconds old.  Raises: the driver's error if it cannot be read in time."""
        if time.monotonic() - self._read_at > self._max_age:
            async with self._lock:
                if time.monotonic() - self._read_at > self._max_age:
                    await self._read()
        return self._book

    async def refresh(self) -> StaffBook:
        """Read now, whatever the age."""
        async with self._lock:
            await self._read()
        return self._book

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the book fresh until `stop`; a database that is away shows when the book is used."""
        while not stop.is_set():
            try:
                await self.refresh()
            except DATABASE_AWAY as error:
                log.warning("staff projection not read: %s", type(error).__name__)
            try:
                await asyncio.wait_for(stop.wait(), self._interval)
            except TimeoutError:
                continue

    async def _read(self) -> None:
        asked_at = time.monotonic()
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(_FINGERPRINTS)
            fingerprints = {row["company"]: (int(row["members"]), int(row["versions"])) for row in rows}
            before = self._fingerprints
            moved = [one for one in {*before, *fingerprints} if before.get(one) != fingerprints.get(one)]
            if moved:
                self._book = self._book.replacing(moved, await _members(connection, moved))
                self._fingerprints = fingerprints
        self._read_at = asked_at


async def _members(connection: Any, companies: Sequence[str]) -> list[StaffMember]:
    # the first read takes the whole directory: longer than a request may wait for a statement, at both ends
    async with connection.transaction(readonly=True):
        await connection.execute(f"set local statement_timeout = '{WHOLE_SECONDS:.0f}s'")
        rows = await connection.fetch(_SELECT, companies, timeout=WHOLE_SECONDS)
    return [_member(one) for one in rows]


def _member(row: Mapping[str, Any]) -> StaffMember:
    deputies = orjson.loads(row["deputies"])
    return StaffMember(
        id=UUID(str(row["id"])),
        company=row["company"],
        version=row["version"],
        state=row["state"],
        department=row["department"],
        team=row["team"],
        superior_id=None if row["superior_id"] is None else UUID(str(row["superior_id"])),
        posts=tuple(row["posts"]),
        deputies=tuple(
            Deputy(UUID(one["staff_id"]), date.fromisoformat(one["from_on"]), date.fromisoformat(one["until_on"]))
            for one in deputies
        ),
        lines=tuple(row["lines"]),
    )


class _DeputyFact(Protocol):
    @property
    def staff_id(self) -> UUID: ...
    @property
    def from_on(self) -> date: ...
    @property
    def until_on(self) -> date: ...


class StaffChangedFact(Protocol):
    """What the projection reads of `incentive.staff_changed`."""

    @property
    def staff_id(self) -> UUID: ...
    @property
    def state(self) -> str: ...
    @property
    def department(self) -> str | None: ...
    @property
    def team(self) -> str | None: ...
    @property
    def superior_id(self) -> UUID | None: ...
    @property
    def posts(self) -> Sequence[str]: ...
    @property
    def deputies(self) -> Sequence[_DeputyFact]: ...
    @property
    def lines(self) -> Sequence[str]: ...


async def apply_staff_changed(session: AsyncSession, *, company: str, version: int, payload: StaffChangedFact) -> bool:
    """Take the fact into the projection; answers False for one that is not newer than what is known."""
    member = StaffMember(
        id=payload.staff_id,
        company=company,
        version=version,
        state=payload.state,
        department=payload.department,
        team=payload.team,
        superior_id=payload.superior_id,
        posts=tuple(payload.posts),
        deputies=tuple(Deputy(one.staff_id, one.from_on, one.until_on) for one in payload.deputies),
        lines=tuple(payload.lines),
    )
    return await store_member(session, member)


_UPSERT = text(
    "insert into staff as known (id, company, version, state, department, team, superior_id, posts, deputies, lines)"
    " values (:id, :company, :version, :state, :department, :team, :superior_id, :posts, cast(:deputies as jsonb),"
    " :lines)"
    " on conflict (id) do update set version = excluded.version, state = excluded.state,"
    " department = excluded.department, team = excluded.team, superior_id = excluded.superior_id,"
    " posts = excluded.posts, deputies = excluded.deputies, lines = excluded.lines"
    " where known.version < excluded.version and known.company = excluded.company"
    " returning id"
)


async def store_member(session: AsyncSession, member: StaffMember) -> bool:
    """Insert the member or replace an older version; a member never changes company."""
    row = await session.execute(
        _UPSERT,
        {
            "id": member.id,
            "company": member.company,
            "version": member.version,
            "state": member.state,
            "department": member.department,
            "team": member.team,
            "superior_id": member.superior_id,
            "posts": list(member.posts),
            "deputies": orjson.dumps([_deputy_json(one) for one in member.deputies]).decode(),
            "lines": list(member.lines),
        },
    )
    return row.first() is not None


def _deputy_json(deputy: Deputy) -> dict[str, str]:
    return {
        "staff_id": str(deputy.staff_id),
        "from_on": deputy.from_on.isoformat(),
        "until_on": deputy.until_on.isoformat(),
    }
