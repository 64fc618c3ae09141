"""Which clocks of entry quality may be read, and by whom: whoever may read the subject."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.service import reading
from services.customer.entry_quality.service.quality import CHECK, MISUSE, REPORT, TASK, WITHDRAWAL
from shared.access.principal import Principal
from shared.access.scope import RowScope

EnsureReadable = Callable[[AsyncSession, Principal, UUID], Awaitable[None]]
Read = Callable[[AsyncSession, UUID, RowScope], Awaitable[object]]


def _ensured(read: Read, permission: str) -> EnsureReadable:
    async def ensure(session: AsyncSession, principal: Principal, subject_id: UUID) -> None:
        await read(session, subject_id, principal.scope(permission))

    return ensure


_READS: Mapping[str, tuple[str, str, Read]] = {
    "entry-checks": (CHECK, "entry_check.read", reading.check),
    "entry-reports": (REPORT, "entry_report.read", reading.report),
    "entry-tasks": (TASK, "entry_task.read", reading.task),
    "rights-withdrawals": (WITHDRAWAL, "rights_withdrawal.read", reading.withdrawal),
    "needless-lookups": (MISUSE, "data_misuse.read", reading.misuse),
}
CLOCKED: Mapping[str, tuple[str, str, EnsureReadable]] = {
    plural: (subject, permission, _ensured(read, permission)) for plural, (subject, permission, read) in _READS.items()
}
"""Plural in the path → subject, permission, check; for the process's clock routers."""
