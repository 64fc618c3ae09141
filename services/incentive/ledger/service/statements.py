"""The statement of a subject that the asking person may see."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.ledger.errors import LedgerSubjectNotFoundError
from services.incentive.ledger.rules.accounts import AccountKind, LedgerSubject
from services.incentive.ledger.rules.figures import SubjectBalance
from services.incentive.ledger.service import balances
from services.incentive.policy import IncentiveGovernances
from services.incentive.staff.service import reading as staff
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope


async def statement(
    session: AsyncSession,
    company: str,
    subject: LedgerSubject,
    period: str,
    *,
    scope: RowScope,
    governances: IncentiveGovernances,
) -> SubjectBalance:
    """A person's own, their department's, or anybody's by scope.  Raises: LedgerSubjectNotFoundError."""
    if not await _is_seen(session, subject, scope):
        raise LedgerSubjectNotFoundError
    return await balances.of(session, company, subject, period, governances=governances)


async def _is_seen(session: AsyncSession, subject: LedgerSubject, scope: RowScope) -> bool:
    kind, key = subject.kind, subject.key
    if kind is AccountKind.EMPLOYEE:
        staff_id = _as_id(key)
        return staff_id is not None and await staff.find(session, staff_id, scope) is not None
    if scope.level is ScopeLevel.COMPANY:
        return True
    return kind is AccountKind.DEPARTMENT and scope.level >= ScopeLevel.DEPARTMENT and key in scope.departments


def _as_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
