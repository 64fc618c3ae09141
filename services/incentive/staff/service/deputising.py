"""Who stands in for whom, from when until when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.staff import repository, rules
from services.incentive.staff.errors import (
    AppointmentNotAllowedError,
    DeputationNotFoundError,
    DeputyDatesError,
    DeputyInvalidError,
    DeputyOverlapError,
    OwnStandingError,
)
from services.incentive.staff.models import StaffRow
from services.incentive.staff.rules import Deputation, StaffState
from services.incentive.staff.service.recording import Writer, announce, for_update, may_rule, touch
from shared.access.scope import RowScope


async def add_deputy(
    session: AsyncSession,
    writer: Writer,
    staff_id: UUID,
    deputation: Deputation,
    *,
    expected_version: int,
    now: datetime,
) -> StaffRow:
    """Let somebody stand in for a person; the same deputy from the same date: the end is moved.

    Raises: StaffNotFoundError, StaleError, AppointmentNotAllowedError, OwnStandingError, DeputyDatesError,
    DeputyInvalidError, DeputyOverlapError.
    """
    await repository.lock(session, writer.principal.company)
    row = await for_update(session, writer, staff_id, expected_version)
    check_power(writer, row)
    if deputation.staff_id in writer.appointer.staff_ids:
        raise OwnStandingError("不能指定本人为他人的代理人")
    if not deputation.is_sound:
        raise DeputyDatesError.at_pointer("/until_on")
    deputy = await repository.find(session, deputation.staff_id, RowScope.everything(row.company))
    if deputy is None or deputy.state != StaffState.ACTIVE or deputy.id == row.id:
        raise DeputyInvalidError.at_pointer("/deputy_id")
    if rules.overlaps_any(row.deputations, deputation):
        raise DeputyOverlapError.at_pointer("/from_on")
    row.deputations = rules.with_deputation(row.deputations, deputation)
    touch(row, now, writer.principal.staff_id)
    await announce(session, row, "staff.deputy_added", ("deputies",))
    return row


async def remove_deputy(
    session: AsyncSession,
    writer: Writer,
    staff_id: UUID,
    *,
    deputy_id: UUID,
    from_on: date,
    expected_version: int,
    now: datetime,
) -> StaffRow:
    """Take a deputation back.  Raises: StaffNotFoundError, StaleError, AppointmentNotAllowedError,
    DeputationNotFoundError.
    """
    await repository.lock(session, writer.principal.company)
    row = await for_update(session, writer, staff_id, expected_version)
    check_power(writer, row)
    left = rules.without_deputation(row.deputations, deputy_id, from_on)
    if len(left) == len(row.deputations):
        raise DeputationNotFoundError("没有该代理人自该日起的代理安排")
    row.deputations = left
    touch(row, now, writer.principal.staff_id)
    await announce(session, row, "staff.deputy_removed", ("deputies",))
    return row


def check_power(writer: Writer, row: StaffRow) -> None:
    """One's own deputies, and those of people below: a deputy has the rights of whoever is deputised for."""
    if row.id not in writer.appointer.staff_ids and not may_rule(writer, row.posts):
        raise AppointmentNotAllowedError("只能为本人或本部门级别低于本人的人员安排代理")
