"""Job bodies of the registry."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import default_tier
from services.customer.registry.service import importing
from services.customer.registry.service.reading import FileReader
from services.customer.registry.service.secrets import Vault
from shared.jobs.model import JobBody, JobView, Step


def bodies(runtime: Any) -> dict[str, JobBody]:
    """The import, bound to the process's clock, policy and keys."""
    run = importing.ImportRun(FileReader())
    vault = Vault(runtime.cipher, runtime.blind_index)

    async def import_customers(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        tier = default_tier(runtime.policy.policy(job.company, now))
        return await run.step(session, job, vault=vault, default_tier=tier, now=now)

    return {importing.KIND: import_customers}
