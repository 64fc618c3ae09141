"""A suspension from the post (待岗) is lifted by the pack's posts, with a reason."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.counters.errors import LiftPostError, OwnStandingError, StandingStepNotAllowedError
from services.incentive.counters.models import StandingRow
from services.incentive.counters.repository import standings
from services.incentive.counters.rules.standings import StandingEnd, StandingKind
from services.incentive.counters.service.leaving import tell
from services.incentive.desk import IncentiveDesk
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.errors import StaleError


async def lift(
    session: AsyncSession,
    desk: IncentiveDesk,
    principal: Principal,
    scope: RowScope,
    standing_id: UUID,
    *,
    expected_version: int,
    reason: str,
    now: datetime,
) -> StandingRow:
    """End the suspension with the present month.

    Raises: StandingNotFoundError, StaleError, StandingStepNotAllowedError, OwnStandingError, LiftPostError.
    """
    row = await standings.get(session, standing_id, scope, lock=True)
    if row.version != expected_version:
        raise StaleError("该奖惩后果已被他人修改，请重新读取后再操作。")
    if row.kind != StandingKind.SUSPENDED or not row.is_holding:
        raise StandingStepNotAllowedError("只能解除正在执行的待岗。")
    if principal.is_self(row.staff_id):
        raise OwnStandingError("不得解除本人的待岗。")
    governing = desk.governances.in_force(row.company, now)
    if not any(principal.holds(post) for post in governing.chapter.catalogue.lifted_by):
        raise LiftPostError("现行规章规定由其他岗位解除待岗。")
    row.ended_at = row.lifted_at = now
    row.ended_for, row.lifted_by, row.lift_reason = StandingEnd.LIFTED.value, principal.staff_id, reason
    row.until_period = f"{now.astimezone(governing.zone):%Y-%m}"
    row.version += 1
    await tell(session, row, "lift", now, changed_by=principal.staff_id, reason=reason)
    return row
