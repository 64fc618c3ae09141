"""The staff projection: who holds which post, who stands above whom, who deputises (fed by incentive.staff_changed)."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

log = logging.getLogger(__name__)

_LONGEST_CHAIN = 12
"""No house has more levels; a circle of superiors ends here."""


@dataclass(frozen=True, slots=True)
class Deputy:
    """Somebody who stands in, both dates included."""

    staff_id: UUID
    from_on: date
    until_on: date

    def covers(self, on: date) -> bool:
        """Whether the deputy stands in on that date."""
        return self.from_on <= on <= self.until_on


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One row of the projection; `lines` are the departments that a leader is in charge of."""

    id: UUID
    company: str
    version: int
    state: str
    department: str | None = None
    team: str | None = None
    superior_id: UUID | None = None
    posts: tuple[str, ...] = ()
    deputies: tuple[Deputy, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def is_present(self) -> bool:
        """Has not left; somebody on leave keeps their rights."""
        return self.state != "left"

    @property
    def is_active(self) -> bool:
        """Works today."""
        return self.state == "active"


@dataclass(frozen=True, slots=True)
class StaffBook:
    """An immutable picture of all staff of the schema."""

    by_id: Mapping[UUID, StaffMember] = field(default_factory=dict)
    by_post: Mapping[tuple[str, str], Sequence[UUID]] = field(default_factory=dict)
    stands_in: Mapping[UUID, Sequence[tuple[UUID, Deputy]]] = field(default_factory=dict)

    @classmethod
    def of(cls, members: Iterable[StaffMember]) -> "StaffBook":
        """The book of `members`, with its indexes; ordered by id, so that every process answers the same."""
        by_id = {member.id: member for member in sorted(members, key=lambda member: member.id)}
        by_post: dict[tuple[str, str], list[UUID]] = defaultdict(list)
        stands_in: dict[UUID, list[tuple[UUID, Deputy]]] = defaultdict(list)
        for member in by_id.values():
            if not member.is_present:
                continue
            for post in member.posts:
                by_post[member.company, post].append(member.id)
            for deputy in member.deputies:
                stands_in[deputy.staff_id].append((member.id, deputy))
        return cls(by_id, dict(by_post), dict(stands_in))

    def get(self, staff_id: UUID) -> StaffMember | None:
        """The member, also one who left; None if unknown."""
        return self.by_id.get(staff_id)

    def members(self, company: str) -> tuple[StaffMember, ...]:
        """Everybody of a company, those who left included."""
        return tuple(member for member in self.by_id.values() if member.company == company)

    def deputies(self, staff_id: UUID, on: date) -> tuple[UUID, ...]:
        """Who stands in for `staff_id` on that date and works then, in the order given by the directory."""
        member = self.by_id.get(staff_id)
        if member is None or not member.is_present:
            return ()
        standing = (deputy.staff_id for deputy in member.deputies if deputy.covers(on))
        return tuple(one for one in standing if self._works_for(one, member.company))

    def acting_for(self, staff_id: UUID, on: date) -> tuple[UUID, ...]:
        """For whom `staff_id` stands in on that date; never beyond the own company."""
        return tuple(
            principal_id
            for principal_id, deputy in self.stands_in.get(staff_id, ())
            if deputy.covers(on) and self._works_for(staff_id, self.by_id[principal_id].company)
        )

    def holders(self, company: str, post: str, on: date) -> tuple[UUID, ...]:
        """Who acts in `post` on that date: its holders at work, and the deputies of those who are away."""
        acting: dict[UUID, None] = {}
        for staff_id in self.by_post.get((company, post), ()):
            standing = self.deputies(staff_id, on)
            if self.by_id[staff_id].is_active and not standing:
                acting[staff_id] = None
            acting.update(dict.fromkeys(standing))
        return tuple(acting)

    def superior(self, staff_id: UUID, n: int = 1) -> UUID | None:
        """The n-th superior who has not left; None above the top."""
        seen = {staff_id}
        member = self.by_id.get(staff_id)
        for _ in range(_LONGEST_CHAIN):
            if member is None or member.superior_id is None or member.superior_id in seen:
                return None
            seen.add(member.superior_id)
            member = self.by_id.get(member.superior_id)
            if member is not None and member.is_present:
                n -= 1
                if n == 0:
                    return member.id
        return None

    def _works_for(self, staff_id: UUID, company: str) -> bool:
        member = self.by_id.get(staff_id)
        return member is not None and member.is_active and member.company == company


_SELECT = (
    "select id, company, version, state, department, team, superior_id, posts, deputies::text as deputies, lines"
    " from staff"
)
_FINGERPRINT = "select count(*) as members, coalesce(sum(version), 0) as versions from staff"


class StaffDirectory:
    """The book kept fresh: read again when a version moved, never older than `max_age` seconds when used."""

    def __init__(self, pool: Any, *, max_age: float = 30.0, interval: float = 5.0) -> None:
        """`pool` is the asyncpg pool of the service."""
        self._pool = pool
        self._max_age = max_age
        self._interval = interval
        self._book = StaffBook()
        self._fingerprint: tuple[int, int] | None = None
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
            except (OSError, TimeoutError, asyncio.TimeoutError) as error:
                log.warning("staff projection not read: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001  # the driver's own classes; current() raises once the book is too old
                log.warning("staff projection not read: %s", type(error).__name__)
            try:
                await asyncio.wait_for(stop.wait(), self._interval)
            except TimeoutError:
                continue

    async def _read(self) -> None:
        asked_at = time.monotonic()
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(_FINGERPRINT)
            fingerprint = (int(row["members"]), int(row["versions"]))
            if fingerprint != self._fingerprint:
                rows = await connection.fetch(_SELECT)
                self._book = StaffBook.of(_member(one) for one in rows)
                self._fingerprint = fingerprint
        self._read_at = asked_at


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
