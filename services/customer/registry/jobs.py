"""Job bodies of the registry."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.service import importing, keeping
from services.customer.registry.service.reading import FileReader
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.terms import entry_terms
from shared.jobs.model import JobBody, JobView, Step


def bodies(runtime: Any) -> dict[str, JobBody]:
    """The import and the retention of its files, bound to the process's clock, policy and keys."""
    run = importing.ImportRun(FileReader())
    vault = Vault(runtime.cipher, runtime.blind_index)

    async def import_customers(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        terms = entry_terms(runtime.policy.policy(job.company, now))
        return await run.step(session, job, vault=vault, terms=terms, now=now)

    async def remove_expired_files(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        kept = keeping.kept_for(runtime.policy.policy(job.company, now))
        return await keeping.remove_expired(session, job, imported_by=importing.KIND, kept=kept, now=now)

    return {importing.KIND: import_customers, keeping.KIND: remove_expired_files}
