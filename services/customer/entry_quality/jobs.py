"""The jobs of entry quality: the day's, the week's and the month's checks, the keeper's tasks, needless look-ups."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.rules.periods import Span, day_before, month_before, week_before
from services.customer.entry_quality.service import lookups, reporting, running, tasks
from services.customer.entry_quality.service.quality import Qualities
from services.customer.entry_quality.service.running import Run, Turn
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

DAY_JOB, WEEK_JOB, MONTH_JOB = "entry_checks_day", "entry_checks_week", "entry_checks_month"
TASK_JOB, LOOKUP_JOB = "entry_tasks", "entry_lookups"
SCHEDULES = {
    DAY_JOB: "day@00:40",
    WEEK_JOB: "day@01:10",
    MONTH_JOB: "month@1T01:40",
    TASK_JOB: "PT1M",
    LOOKUP_JOB: "PT30M",
}
"""In civil time; the week's draw is made once, by the first run after the week has ended."""

Part = Callable[[Run, dict[str, Any]], Awaitable[Turn]]


async def _own_rules(run: Run, cursor: dict[str, Any]) -> Turn:
    return await running.rules_step(run, running.OWN_DAY, cursor)


async def _step_rules(run: Run, cursor: dict[str, Any]) -> Turn:
    return await running.rules_step(run, running.STEP_BEFORE, cursor)


async def _system_rules(run: Run, cursor: dict[str, Any]) -> Turn:
    return await running.rules_step(run, running.SYSTEM, cursor)


async def _report(run: Run, _: dict[str, Any]) -> Turn:
    made = await reporting.draft(run.session, run.company, run.span, run.quality, now=run.now)
    return Turn(int(made is not None), None)


DAY: tuple[Part, ...] = (_own_rules, _step_rules, running.own_day_step)
WEEK: tuple[Part, ...] = (running.team_step,)
MONTH: tuple[Part, ...] = (_system_rules, _report)


async def step(parts: tuple[Part, ...], run: Run, cursor: dict[str, Any]) -> Step:
    """One chunk of the part that the cursor names; the parts follow one another."""
    place = int(cursor.get("part", 0))
    turn = await parts[place](run, cursor.get("at", {}))
    at = {"day": run.span.name}
    if turn.cursor is not None:
        return Step(done=turn.done, cursor={**at, "part": place, "at": turn.cursor})
    if place + 1 < len(parts):
        return Step(done=turn.done, cursor={**at, "part": place + 1, "at": {}})
    return Step(done=turn.done, cursor=at, is_finished=True, result={"period": run.span.name})


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""
    qualities = Qualities(runtime.policy, runtime.calendars)

    def over(parts: tuple[Part, ...], span_of: Callable[..., Span]) -> JobBody:
        async def body(session: AsyncSession, job: JobView) -> Step:
            now = runtime.clock.now()
            quality = qualities.in_force(job.company, now)
            # the span is that of the job's beginning, also when it is resumed a day later
            span = span_of(job.started_at or now, quality.zone)
            staff = await runtime.staff.current()
            return await step(parts, Run(session, job.company, quality, staff, span, now), job.cursor)

        return body

    async def give_tasks(session: AsyncSession, job: JobView) -> Step:
        touched = await tasks.sweep(session, job.company, qualities, now=runtime.clock.now())
        return Step(done=touched, cursor={}, is_finished=True)

    async def look_at_lookups(session: AsyncSession, job: JobView) -> Step:
        found = await lookups.sweep(session, job.company, qualities, now=runtime.clock.now())
        return Step(done=found, cursor={}, is_finished=True)

    return {
        DAY_JOB: over(DAY, day_before),
        WEEK_JOB: over(WEEK, week_before),
        MONTH_JOB: over(MONTH, month_before),
        TASK_JOB: give_tasks,
        LOOKUP_JOB: look_at_lookups,
    }
