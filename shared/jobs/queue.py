"""The table `jobs`: put in, claim, progress, end, read.  All times are the caller's clock's."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.codecs import dumps
from shared.ids import new_id
from shared.jobs.model import JobState, JobView, Step

_COLUMNS = (
    "id, company, kind, args, state, progress_done, progress_total, cursor, result, error, attempts, run_after,"
    " created_by, created_at, started_at, finished_at, version"
)
_ENQUEUE = text(
    "insert into jobs (id, company, kind, args, state, progress_total, run_after, created_by, created_at)"
    " values (:id, :company, :kind, cast(cast(:args as text) as jsonb), 'queued', :total, :run_after, :created_by,"
    " :created_at) on conflict do nothing"
)
_CLAIM = text(
    f"""
    update jobs set state = 'running', attempts = attempts + 1, lease_token = :token, lease_until = :until,
      started_at = coalesce(started_at, :now), version = version + 1
    where id = (
      select id from jobs
      where state in ('queued', 'running') and run_after <= :now and (lease_until is null or lease_until <= :now)
        and kind = any (:kinds)
      order by run_after, id limit 1 for update skip locked)
    returning {_COLUMNS}
    """  # noqa: S608
)
_HOLD = text(
    f"select {_COLUMNS} from jobs where id = :id and lease_token = :token and state = 'running' for update"  # noqa: S608
)
_PROGRESS = text(
    """
    update jobs set progress_done = progress_done + :done, progress_total = coalesce(:total, progress_total),
      cursor = cast(cast(:cursor as text) as jsonb),
      result = coalesce(cast(cast(:result as text) as jsonb), result),
      attempts = 0, error = null, lease_until = :until, version = version + 1,
      state = case when :finished then 'done' else state end,
      lease_token = case when :finished then null else lease_token end,
      finished_at = case when :finished then cast(:now as timestamptz) end
    where id = :id
    """
)
_DELAY = text(
    "update jobs set state = 'queued', error = :error, run_after = :run_after, lease_token = null, lease_until = null,"
    " version = version + 1 where id = :id and lease_token = :token"
)
_FAIL = text(
    "update jobs set state = 'failed', error = :error, finished_at = :now, lease_token = null, lease_until = null,"
    " version = version + 1 where id = :id and lease_token = :token"
)
_CANCEL = text(
    "update jobs set state = 'cancelled', finished_at = :now, lease_token = null, lease_until = null,"
    " version = version + 1 where id = :id and company = any (:companies) and state in ('queued', 'running')"
)
_READ = text(f"select {_COLUMNS} from jobs where id = :id and company = any (:companies)")  # noqa: S608
_LIST = text(
    f"select {_COLUMNS} from jobs where company = any (:companies) and (cast(:kind as text) is null or kind = :kind)"  # noqa: S608
    " and (cast(:before as uuid) is null or id < :before) order by id desc limit :limit"
)


async def enqueue(
    session: AsyncSession,
    *,
    kind: str,
    company: str,
    now: datetime,
    args: dict[str, Any] | None = None,
    run_after: datetime | None = None,
    created_by: str | None = None,
    job_id: UUID | None = None,
    total: int | None = None,
) -> UUID:
    """Queue a job in the session's transaction; the same `job_id` twice is one job."""
    job_id = job_id or new_id()
    await session.execute(
        _ENQUEUE,
        {
            "id": job_id,
            "company": company,
            "kind": kind,
            "args": dumps(args or {}),
            "total": total,
            "run_after": run_after or now,
            "created_by": created_by,
            "created_at": now,
        },
    )
    return job_id


async def claim(
    session: AsyncSession, kinds: Sequence[str], *, token: UUID, now: datetime, lease: timedelta
) -> JobView | None:
    """Take the job that has waited longest, or one whose holder died, until `now + lease`."""
    row = (
        await session.execute(_CLAIM, {"token": token, "now": now, "until": now + lease, "kinds": list(kinds)})
    ).first()
    return None if row is None else job_view(row)


async def hold(session: AsyncSession, job_id: UUID, token: UUID) -> JobView | None:
    """Lock the job for one chunk; None if it was cancelled or another worker has it by now."""
    row = (await session.execute(_HOLD, {"id": job_id, "token": token})).first()
    return None if row is None else job_view(row)


async def progress(session: AsyncSession, job_id: UUID, step: Step, *, now: datetime, lease: timedelta) -> None:
    """Store what a chunk did, in its transaction."""
    await session.execute(
        _PROGRESS,
        {
            "id": job_id,
            "done": step.done,
            "total": step.total,
            "cursor": dumps(step.cursor),
            "result": None if step.result is None else dumps(step.result),
            "finished": step.is_finished,
            "until": None if step.is_finished else now + lease,
            "now": now,
        },
    )


async def delay(session: AsyncSession, job_id: UUID, token: UUID, *, error: str, run_after: datetime) -> None:
    """Give the job back, to be tried again from its last chunk at `run_after`."""
    await session.execute(_DELAY, {"id": job_id, "token": token, "error": error, "run_after": run_after})


async def fail(session: AsyncSession, job_id: UUID, token: UUID, *, error: str, now: datetime) -> None:
    """End the job without success."""
    await session.execute(_FAIL, {"id": job_id, "token": token, "error": error, "now": now})


async def cancel(session: AsyncSession, job_id: UUID, companies: Iterable[str], *, now: datetime) -> bool:
    """Stop a job before its next chunk; answers whether it was still open."""
    result: Any = await session.execute(_CANCEL, {"id": job_id, "companies": list(companies), "now": now})
    return int(result.rowcount) == 1


async def read_job(session: AsyncSession, job_id: UUID, companies: Iterable[str]) -> JobView | None:
    """One job of these companies, or None."""
    row = (await session.execute(_READ, {"id": job_id, "companies": list(companies)})).first()
    return None if row is None else job_view(row)


async def list_jobs(
    session: AsyncSession,
    companies: Iterable[str],
    *,
    limit: int,
    kind: str | None = None,
    before: UUID | None = None,
) -> list[JobView]:
    """The newest jobs of these companies, older than `before`."""
    values = {"companies": list(companies), "kind": kind, "before": before, "limit": limit}
    return [job_view(row) for row in await session.execute(_LIST, values)]


def job_view(row: Any) -> JobView:
    """A row as a view."""
    values = dict(row._mapping)
    return JobView(**{**values, "state": JobState(values["state"])})
