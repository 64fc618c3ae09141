"""The staff projection and row scopes against real Postgres."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import Column, MetaData, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope, ScopeColumns, ScopeNames
from shared.access.staff import Deputy, StaffDirectory, StaffMember, apply_staff_changed, store_member
from shared.database import create_engine, create_hot_pool
from tests.support.servers import TestPostgres


@pytest.fixture(scope="module")
async def engine(postgres: TestPostgres) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(postgres.url("complaint"), application_name="test-access", schema="complaint", pool_size=2)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="module")
async def pool(postgres: TestPostgres) -> AsyncIterator[asyncpg.Pool]:
    pool = await create_hot_pool(
        postgres.url("complaint"), application_name="test-access", schema="complaint", min_size=1, max_size=4
    )
    yield pool
    await pool.close()


@dataclass
class StaffFact:
    staff_id: UUID
    state: str = "active"
    department: str | None = "network"
    team: str | None = "north"
    superior_id: UUID | None = None
    posts: tuple[str, ...] = ("fitter",)
    deputies: tuple[Deputy, ...] = ()
    lines: tuple[str, ...] = ()


async def take(engine: AsyncEngine, company: str, version: int, fact: StaffFact) -> bool:
    async with AsyncSession(engine) as session, session.begin():
        return await apply_staff_changed(session, company=company, version=version, payload=fact)


async def test_newest_version_stays_whatever_the_order(engine: AsyncEngine, pool: asyncpg.Pool, company: str) -> None:
    for order in itertools.permutations((1, 2, 3)):
        staff_id = uuid4()
        for version in order:
            await take(engine, company, version, StaffFact(staff_id, team=f"team-{version}"))
        member = (await StaffDirectory(pool).current()).get(staff_id)
        assert member is not None
        assert (member.version, member.team) == (3, "team-3")


async def test_same_version_twice_has_one_effect(engine: AsyncEngine, company: str) -> None:
    staff_id = uuid4()
    assert await take(engine, company, 1, StaffFact(staff_id))
    assert not await take(engine, company, 1, StaffFact(staff_id, state="left"))


async def test_fact_of_another_company_cannot_take_a_member_over(
    engine: AsyncEngine, pool: asyncpg.Pool, company: str
) -> None:
    staff_id = uuid4()
    await take(engine, company, 1, StaffFact(staff_id))
    assert not await take(engine, f"{company}-other", 2, StaffFact(staff_id))
    member = (await StaffDirectory(pool).current()).get(staff_id)
    assert member is not None
    assert member.company == company


async def test_every_column_survives_the_round_trip(engine: AsyncEngine, pool: asyncpg.Pool, company: str) -> None:
    member = StaffMember(
        id=uuid4(),
        company=company,
        version=7,
        state="on_leave",
        department="network",
        team="north",
        superior_id=uuid4(),
        posts=("fitter", "team_leader"),
        deputies=(Deputy(uuid4(), date(2026, 11, 1), date(2026, 11, 30)),),
        lines=("engineering",),
    )
    async with AsyncSession(engine) as session, session.begin():
        await store_member(session, member)
    assert (await StaffDirectory(pool).current()).get(member.id) == member


async def test_change_is_seen_once_the_book_is_too_old(
    engine: AsyncEngine, pool: asyncpg.Pool, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = StaffDirectory(pool)
    staff_id = uuid4()
    await take(engine, company, 1, StaffFact(staff_id))
    await directory.current()
    await take(engine, company, 2, StaffFact(staff_id, state="left"))
    cached = (await directory.current()).get(staff_id)
    assert cached is not None
    assert cached.state == "active"
    directory._read_at -= 31
    fresh = (await directory.current()).get(staff_id)
    assert fresh is not None
    assert fresh.state == "left"


async def test_background_refresh_brings_changes_and_ends_on_stop(
    engine: AsyncEngine, pool: asyncpg.Pool, company: str
) -> None:
    directory, stop = StaffDirectory(pool, interval=0.05), asyncio.Event()
    task = asyncio.create_task(directory.run(stop))
    staff_id = uuid4()
    await take(engine, company, 1, StaffFact(staff_id))
    for _ in range(60):
        if (await directory.current()).get(staff_id):
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("the change never arrived")
    stop.set()
    await asyncio.wait_for(task, 2)


async def test_book_too_old_with_the_database_away_refuses_to_answer(pool: asyncpg.Pool) -> None:
    class Away:
        def acquire(self) -> Any:
            raise OSError("no database")

    directory = StaffDirectory(pool)
    await directory.current()
    directory._pool = Away()
    await directory.current()  # young enough
    directory._read_at -= 31
    with pytest.raises(OSError, match="no database"):
        await directory.current()


async def test_whole_directory_may_take_longer_than_a_request_waits(
    engine: AsyncEngine, postgres: TestPostgres, company: str
) -> None:
    staff_id = uuid4()
    await take(engine, company, 1, StaffFact(staff_id))
    hasty = await create_hot_pool(
        postgres.admin_url, application_name="hasty", schema="complaint", min_size=1, max_size=1, timeout_ms=200
    )
    async with hasty:
        await hasty.execute(
            "create function pg_temp.slowly(text[]) returns text[] language plpgsql stable"
            " as 'begin perform pg_sleep(0.4); return $1; end'"
        )
        await hasty.execute(
            "create temporary view staff as select id, company, version, state, department, team, superior_id, posts,"
            f" deputies, pg_temp.slowly(lines) as lines from complaint.staff where company = '{company}'"
        )
        assert (await StaffDirectory(hasty).current()).get(staff_id) is not None


METADATA = MetaData()
CASES = Table(
    "scope_cases",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("company", Text),
    Column("owner_id", Uuid),
    Column("first_id", Uuid),
    Column("team", Text),
    Column("department", Text),
    Column("posts", ARRAY(Text)),
    prefixes=["TEMPORARY"],
)
ME, ABSENT, OTHER = uuid4(), uuid4(), uuid4()
COLUMNS = ScopeColumns(
    CASES.c.company, (CASES.c.owner_id, CASES.c.first_id), CASES.c.team, CASES.c.department, CASES.c.posts
)
NAMES = ScopeNames("c", owners=("owner_id", "first_id"), posts="posts")
ROWS: list[dict[str, Any]] = [
    {
        "id": uuid4(), "company": company, "owner_id": owner, "first_id": first, "team": team, "department": department,
        "posts": posts,
    }
    for company in ("a", "b", "c")
    for owner in (ME, OTHER, None)
    for first in (ABSENT, OTHER)
    for team in ("north", "south", None)
    for department in ("network", "service", None)
    for posts in ([], ["duty"], ["x"])
]  # fmt: skip


def scopes() -> list[RowScope]:
    mine: dict[str, Any] = {
        "staff_ids": (ME, ABSENT),
        "teams": ("north",),
        "departments": ("network",),
        "posts": ("duty", "lead"),
    }
    nobody: dict[str, Any] = {"staff_ids": (ME,)}
    return [
        *(RowScope(level, ("a",), **mine) for level in ScopeLevel),
        *(RowScope(level, ("b",), **nobody) for level in ScopeLevel),
        RowScope.everything("a", "b"),
        RowScope.everything(),
    ]


def admitted(scope: RowScope, *, with_posts: bool = True) -> set[UUID]:
    """The reference: the rule spelt out once more, in words."""
    found = set()
    for row in ROWS:
        own = row["owner_id"] in scope.staff_ids or row["first_id"] in scope.staff_ids
        own = own or (with_posts and bool(set(row["posts"]) & set(scope.posts)))
        team = scope.level >= ScopeLevel.TEAM and row["team"] in scope.teams
        department = scope.level >= ScopeLevel.DEPARTMENT and row["department"] in scope.departments
        if row["company"] in scope.companies and (scope.level is ScopeLevel.COMPANY or own or team or department):
            found.add(row["id"])
    return found


@pytest.fixture(scope="module")
async def cases(postgres: TestPostgres) -> AsyncIterator[AsyncSession]:
    engine = create_engine(postgres.admin_url, application_name="test-scope", schema="complaint", pool_size=1)
    async with AsyncSession(engine) as session:
        connection = await session.connection()
        await connection.run_sync(METADATA.create_all)
        await session.execute(CASES.insert(), ROWS)
        yield session
        await session.rollback()
    await engine.dispose()


@pytest.mark.parametrize("scope", scopes(), ids=lambda scope: scope.level.name)
async def test_scope_says_the_same_in_all_three_forms(cases: AsyncSession, scope: RowScope) -> None:
    expected = admitted(scope)
    orm = await cases.scalars(select(CASES.c.id).where(scope.clause(COLUMNS)))
    assert set(orm) == expected

    condition, args = scope.sql(NAMES, 2)
    raw = (await (await cases.connection()).get_raw_connection()).driver_connection
    assert raw is not None
    rows = await raw.fetch(f"select id from scope_cases c where $1::int = 1 and {condition}", 1, *args)
    assert {row["id"] for row in rows} == expected

    python = {
        row["id"]
        for row in ROWS
        if scope.admits(
            company=row["company"],
            owner_ids=(row["owner_id"], row["first_id"]),
            team=row["team"],
            department=row["department"],
            posts=row["posts"],
        )
    }
    assert python == expected


@pytest.mark.parametrize("level", [ScopeLevel.OWN, ScopeLevel.TEAM, ScopeLevel.DEPARTMENT])
async def test_columns_that_a_table_lacks_never_match(cases: AsyncSession, level: ScopeLevel) -> None:
    scope = RowScope(level, ("a",), (ME,), ("north",), ("network",), ("duty",))
    assert set(await cases.scalars(select(CASES.c.id).where(scope.clause(ScopeColumns(CASES.c.company))))) == set()
    condition, args = scope.sql(ScopeNames(owners=(), team=None, department=None), 1)
    raw = (await (await cases.connection()).get_raw_connection()).driver_connection
    assert raw is not None
    assert await raw.fetch(f"select id from scope_cases where {condition}", *args) == []
