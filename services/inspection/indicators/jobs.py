"""The daily job that closes the periods which have ended."""

from services.inspection.indicators.service import FIGURES
from shared.figures.closing import closing_body
from shared.jobs.model import JobBody
from shared.runtime.runtime import Runtime

CLOSE_JOB = "close_inspection_figures"
SCHEDULES = {CLOSE_JOB: "day@00:20"}
"""Beside the figures of the clocks (shared.runtime.closing)."""


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""
    return {CLOSE_JOB: closing_body(runtime.policy, runtime.clock.now, FIGURES.closed)}
