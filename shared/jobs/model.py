"""A job as its body and its readers see it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class JobView:
    """One row of `jobs`."""

    id: UUID
    company: str
    kind: str
    args: dict[str, Any]
    state: JobState
    progress_done: int
    progress_total: int | None
    cursor: dict[str, Any]
    """Where the last chunk ended; the body's own words."""
    result: dict[str, Any]
    error: str | None
    """Code of the refusal, or class of the fault, that ended or delayed it."""
    attempts: int
    """Claims since the last chunk that succeeded."""
    run_after: datetime
    created_by: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one chunk did; it commits with the chunk's effects."""

    done: int = 0
    """How many units this chunk finished."""
    cursor: dict[str, Any] = field(default_factory=dict)
    """Where the next chunk begins."""
    is_finished: bool = False
    result: dict[str, Any] | None = None
    """Replaces the job's result so far."""
    total: int | None = None
    """How many units there are, once known."""


JobBody = Callable[[AsyncSession, JobView], Awaitable[Step]]
"""Does one chunk in the session's transaction; a DomainError ends the job, any other error delays it."""
