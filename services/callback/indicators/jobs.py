"""The daily job that closes the periods which have ended."""

from services.callback.indicators.service import figures
from services.callback.policy_in_force import open_governances
from shared.figures.closing import closing_body
from shared.jobs.model import JobBody
from shared.runtime.runtime import Runtime

CLOSE_JOB = "close_callback_figures"
SCHEDULES = {CLOSE_JOB: "day@00:15"}
"""Beside the figures of the clocks (shared.runtime.closing)."""


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""
    own = figures(open_governances(runtime.policy, runtime.calendars))
    return {CLOSE_JOB: closing_body(runtime.policy, runtime.clock.now, own.closed)}
