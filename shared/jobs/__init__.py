"""Long work in chunks: queued, leased, resumed after a kill, scheduled by rows."""

from shared.jobs.model import JobBody, JobState, JobView, Step
from shared.jobs.queue import cancel, enqueue, list_jobs, read_job
from shared.jobs.runner import Runner
from shared.jobs.schedules import ensure_schedule, remove_schedule

__all__ = [
    "JobBody",
    "JobState",
    "JobView",
    "Runner",
    "Step",
    "cancel",
    "enqueue",
    "ensure_schedule",
    "list_jobs",
    "read_job",
    "remove_schedule",
]
