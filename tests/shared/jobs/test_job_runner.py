"""Jobs run chunk by chunk, once, and go on after their worker was killed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.database import create_engine, create_sessions
from shared.errors import RuleViolatedError
from shared.jobs import queue, schedules
from shared.jobs.model import JobBody, JobState, JobView, Step
from shared.jobs.runner import MAX_ATTEMPTS, Runner
from shared.observability import context
from tests.support.servers import TestPostgres

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MOST_STEPS = 50
CHUNKS = 4
Sessions = async_sessionmaker[AsyncSession]


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the runner's own handling sees it."""


@pytest.fixture
async def sessions(postgres: TestPostgres) -> AsyncIterator[Sessions]:
    engine = create_engine(postgres.url("complaint"), application_name="t-jobs", schema="complaint")
    yield create_sessions(engine)
    await engine.dispose()


async def add_alias(session: AsyncSession, job: JobView) -> None:
    statement = text("insert into customer_aliases (from_id, company, to_id, version) values (:a, :c, :b, :n)")
    values = {"a": uuid4(), "c": job.company, "b": job.id, "n": job.cursor.get("next", 0)}
    await session.execute(statement, values)


async def import_chunk(session: AsyncSession, job: JobView) -> Step:
    """One row a chunk, four chunks."""
    await add_alias(session, job)
    after = job.cursor.get("next", 0) + 1
    return Step(done=1, cursor={"next": after}, is_finished=after == CHUNKS, result={"rows": after}, total=CHUNKS)


async def effects(sessions: Sessions, company: str) -> list[int]:
    statement = text("select version from customer_aliases where company = :c order by version")
    async with sessions.begin() as session:
        return list((await session.execute(statement, {"c": company})).scalars())


async def put(sessions: Sessions, company: str, kind: str, **values: Any) -> JobView:
    async with sessions.begin() as session:
        job_id = await queue.enqueue(session, kind=kind, company=company, now=START, args={"甲": 1}, **values)
        job = await queue.read_job(session, job_id, [company])
    assert job is not None
    return job


async def read(sessions: Sessions, job: JobView) -> JobView:
    async with sessions.begin() as session:
        found = await queue.read_job(session, job.id, [job.company])
    assert found is not None
    return found


def runner(sessions: Sessions, clock: Clock, kind: str, body: JobBody) -> Runner:
    return Runner(sessions, clock, {kind: body}, poll=0.02)


async def test_job_runs_to_its_end_and_shows_progress(sessions: Sessions, company: str) -> None:
    job = await put(sessions, company, company, created_by="x")
    assert (job.state, job.args, job.progress_total) == (JobState.QUEUED, {"甲": 1}, None)
    assert await runner(sessions, Clock(), company, import_chunk).step()
    done = await read(sessions, job)
    assert (done.state, done.progress_done, done.progress_total, done.result) == ("done", 4, 4, {"rows": 4})
    assert (done.started_at, done.finished_at, done.attempts) == (START, START, 0)
    assert await effects(sessions, company) == [0, 1, 2, 3]
    assert not await runner(sessions, Clock(), company, import_chunk).step()


async def test_killed_job_goes_on_from_its_last_chunk(sessions: Sessions, company: str) -> None:
    clock, killed_at = Clock(), 2

    async def dies(session: AsyncSession, job: JobView) -> Step:
        step = await import_chunk(session, job)
        if job.cursor.get("next") == killed_at:
            raise Killed
        return step

    job = await put(sessions, company, company)
    with pytest.raises(Killed):
        await runner(sessions, clock, company, dies).step()
    assert (await read(sessions, job)).progress_done == killed_at
    assert not await runner(sessions, clock, company, import_chunk).step(), "the dead worker's lease still holds"
    clock.at += timedelta(seconds=31)
    assert await runner(sessions, clock, company, import_chunk).step()
    assert (await read(sessions, job)).state == "done"
    assert await effects(sessions, company) == [0, 1, 2, 3]


async def test_job_that_kills_its_worker_again_and_again_is_given_up(sessions: Sessions, company: str) -> None:
    clock = Clock()

    async def dies(_: AsyncSession, __: JobView) -> Step:
        raise Killed

    job = await put(sessions, company, company)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Killed):
            await runner(sessions, clock, company, dies).step()
        clock.at += timedelta(seconds=31)
    await runner(sessions, clock, company, dies).step()
    failed = await read(sessions, job)
    assert (failed.state, failed.error) == ("failed", "worker_lost")


async def test_job_is_not_taken_twice_while_its_chunk_outlasts_the_lease(sessions: Sessions, company: str) -> None:
    clock, inside, leave = Clock(), asyncio.Event(), asyncio.Event()

    async def slow(session: AsyncSession, job: JobView) -> Step:
        inside.set()
        await leave.wait()
        return await import_chunk(session, job)

    await put(sessions, company, company)
    first = asyncio.create_task(runner(sessions, clock, company, slow).step())
    await inside.wait()
    clock.at += timedelta(hours=1)
    assert not await runner(sessions, clock, company, import_chunk).step()
    leave.set()
    assert await first
    assert await effects(sessions, company) == [0, 1, 2, 3]


async def test_many_runners_share_the_work(sessions: Sessions, company: str) -> None:
    jobs = [await put(sessions, company, company) for _ in range(8)]
    stop, clock = asyncio.Event(), Clock()
    runners = [asyncio.create_task(runner(sessions, clock, company, import_chunk).run(stop)) for _ in range(4)]
    async with asyncio.timeout(10):
        for job in jobs:
            while (await read(sessions, job)).state != "done":  # noqa: ASYNC110  # only the table tells
                await asyncio.sleep(0.02)
    stop.set()
    await asyncio.gather(*runners)
    assert await effects(sessions, company) == sorted(list(range(CHUNKS)) * 8)


async def test_fault_delays_and_refusal_ends_a_job(sessions: Sessions, company: str) -> None:
    clock, faults = Clock(), 0

    async def flaky(session: AsyncSession, job: JobView) -> Step:
        nonlocal faults
        await add_alias(session, job)
        faults += 1
        if faults <= 2:
            raise ConnectionError("13800138000")
        return Step(done=1, is_finished=True)

    async def refuses(_: AsyncSession, __: JobView) -> Step:
        raise RuleViolatedError("不行")

    job = await put(sessions, company, company)
    await runner(sessions, clock, company, flaky).step()
    delayed = await read(sessions, job)
    assert (delayed.state, delayed.error) == ("queued", "ConnectionError")
    assert START < delayed.run_after <= START + timedelta(seconds=3)
    assert not await runner(sessions, clock, company, flaky).step()
    for _ in range(2):
        clock.at += timedelta(minutes=5)
        await runner(sessions, clock, company, flaky).step()
    assert (await read(sessions, job)).state == "done"
    assert len(await effects(sessions, company)) == 1

    refused = await put(sessions, company, f"{company}-r")
    await runner(sessions, clock, f"{company}-r", refuses).step()
    assert ((await read(sessions, refused)).state, (await read(sessions, refused)).error) == ("failed", "rule_violated")


async def test_cancelled_job_stops_before_its_next_chunk(sessions: Sessions, company: str) -> None:
    async def cancel() -> bool:
        async with sessions.begin() as session:
            return await queue.cancel(session, job.id, [company], now=START)

    async def cancelled_meanwhile(session: AsyncSession, seen: JobView) -> Step:
        if seen.cursor.get("next") == 1:
            asked.append(asyncio.create_task(cancel()))
            await asyncio.sleep(0.2)
        return await import_chunk(session, seen)

    asked: list[asyncio.Task[bool]] = []
    job = await put(sessions, company, company)
    await runner(sessions, Clock(), company, cancelled_meanwhile).step()
    assert await asked[0]
    assert (await read(sessions, job)).state == "cancelled"
    assert await effects(sessions, company) == [0, 1]
    other = await put(sessions, company, company)
    async with sessions.begin() as session:
        assert not await queue.cancel(session, other.id, ["another"], now=START)
        assert await queue.cancel(session, other.id, [company], now=START)
    assert not await runner(sessions, Clock(), company, import_chunk).step()


async def test_stop_gives_the_job_back(sessions: Sessions, company: str) -> None:
    stop = asyncio.Event()

    async def stops(session: AsyncSession, job: JobView) -> Step:
        stop.set()
        return await import_chunk(session, job)

    job = await put(sessions, company, company)
    await runner(sessions, Clock(), company, stops).step(stop)
    assert ((await read(sessions, job)).state, (await read(sessions, job)).progress_done) == ("queued", 1)
    await runner(sessions, Clock(), company, import_chunk).step()
    assert await effects(sessions, company) == [0, 1, 2, 3]


async def test_same_job_id_is_one_job_and_companies_do_not_see_each_other(sessions: Sessions, company: str) -> None:
    job = await put(sessions, company, company)
    again = await put(sessions, company, company, job_id=job.id)
    assert again.id == job.id
    async with sessions.begin() as session:
        assert await queue.read_job(session, job.id, ["another"]) is None
        assert [one.id for one in await queue.list_jobs(session, [company], limit=5, kind=company)] == [job.id]
        assert await queue.list_jobs(session, [company], limit=5, before=job.id) == []


async def test_body_acts_as_the_system(sessions: Sessions, company: str) -> None:
    actors = []

    async def tells(_: AsyncSession, job: JobView) -> Step:
        actors.append((context.current().actor, context.current().correlation_id == job.id))
        return Step(is_finished=True)

    await put(sessions, company, company)
    await runner(sessions, Clock(), company, tells).step()
    assert actors == [(f"system:job:{company}", True)]


async def test_schedule_queues_once_for_each_due_time(sessions: Sessions, company: str) -> None:
    clock, runs = Clock(), []

    async def note(_: AsyncSession, job: JobView) -> Step:
        runs.append(job.args["due_at"])
        return Step(is_finished=True)

    async with sessions.begin() as session:
        for _ in range(2):
            await schedules.ensure_schedule(
                session, kind=company, company=company, every="day@09:30", now=START, args={"a": 1}
            )
    worker = runner(sessions, clock, company, note)
    assert not await worker.step()
    clock.at = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    await asyncio.gather(*(runner(sessions, clock, company, note).step() for _ in range(4)))
    assert runs == ["2026-11-23T01:30:00+00:00"]
    clock.at += timedelta(days=3)
    for _ in range(MOST_STEPS):  # schedules of other tests may be due before
        await worker.step()
    assert len(runs) == 2, "times missed while nobody ran are made up for by one run"
    async with sessions.begin() as session:
        await schedules.remove_schedule(session, kind=company, company=company)
    clock.at += timedelta(days=3)
    assert not await worker.step()


@pytest.mark.parametrize(
    ("every", "after", "expected"),
    [
        ("PT90S", "2026-11-23T01:00:00+00:00", "2026-11-23T01:01:30+00:00"),
        ("PT1H30M", "2026-11-23T01:00:00+00:00", "2026-11-23T02:30:00+00:00"),
        ("day@02:30", "2026-11-22T18:29:59+00:00", "2026-11-22T18:30:00+00:00"),
        ("day@02:30", "2026-11-22T18:30:00+00:00", "2026-11-23T18:30:00+00:00"),
        ("month@1T03:00", "2026-11-23T01:00:00+00:00", "2026-11-30T19:00:00+00:00"),
        ("month@31T00:00", "2026-11-30T01:00:00+00:00", "2026-12-30T16:00:00+00:00"),
        ("month@31T00:00", "2026-01-31T01:00:00+00:00", "2026-02-27T16:00:00+00:00"),
        ("month@5T08:00", "2026-12-20T00:00:00+00:00", "2027-01-05T00:00:00+00:00"),
    ],
)
def test_next_time_is_civil(every: str, after: str, expected: str) -> None:
    assert schedules.next_time(every, datetime.fromisoformat(after)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("every", ["", "PT", "PT0S", "day@25:00", "day@2:30", "month@0T01:00", "month@32T01:00", "x"])
def test_unknown_schedules_are_refused(every: str) -> None:
    with pytest.raises(ValueError, match=r"not a schedule|must be in"):
        schedules.next_time(every, START)
