"""The job that makes inspection plans: a chunk of customers per transaction, then the orders of the tiers named."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders.service.desk import OrderDesk
from services.customer.safety.service import planning
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

PLAN_JOB = planning.PLAN_JOB
EVERY = "day@01:50"
"""Every night: whoever joined or rose into a tier gets the plan of the running period the next day."""
ORDERS = "orders"


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """The body by its kind, bound to this process."""
    orders = OrderDesk.of(runtime.policy, runtime.calendars, runtime.staff)

    async def make(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        policy = runtime.policy.policy(job.company, now)
        if job.cursor.get("phase") == ORDERS:
            opened = await planning.open_at_once(session, orders, policy, now=now)
            return Step(done=opened, cursor=job.cursor, is_finished=opened < planning.ORDERS)
        after = UUID(job.cursor["after"]) if "after" in job.cursor else None
        chunk = await planning.generate_chunk(session, policy, after=after, now=now)
        is_last = chunk.seen < planning.CHUNK
        cursor = {"phase": ORDERS} if is_last else {"after": str(chunk.last)}
        return Step(done=chunk.made, cursor=cursor)

    return {PLAN_JOB: make}
