"""Looking into the directory: people and departments."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.staff import repository
from services.incentive.staff.errors import StaffNotFoundError
from services.incentive.staff.models import StaffRow
from services.incentive.staff.rules import StaffFilter, StaffState
from shared.access.scope import RowScope
from shared.policy.model import CommonChapter


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """A department of the pack, with who leads it and who is in charge of it."""

    code: str
    name: str
    default_post: str
    lead_post: str | None
    lead_ids: tuple[UUID, ...] = ()
    in_charge_ids: tuple[UUID, ...] = ()
    member_count: int = 0


async def find(session: AsyncSession, staff_id: UUID, scope: RowScope) -> StaffRow | None:
    """One person in scope, or None."""
    return await repository.find(session, staff_id, scope)


async def read(session: AsyncSession, staff_id: UUID, scope: RowScope) -> StaffRow:
    """One person in scope.  Raises: StaffNotFoundError."""
    row = await repository.find(session, staff_id, scope)
    if row is None:
        raise StaffNotFoundError("没有此人，或不在可见范围内")
    return row


async def listed(
    session: AsyncSession, wanted: StaffFilter, scope: RowScope, *, after: tuple[str, str] | None, limit: int
) -> Sequence[StaffRow]:
    """People in scope by company and login."""
    return await repository.listed(session, wanted, scope, after=after, limit=limit)


async def departments(session: AsyncSession, company: str, common: CommonChapter) -> list[DepartmentView]:
    """The departments of the pack by code, with their leaders."""
    people = [row for row in await repository.of_company(session, company) if row.state != StaffState.LEFT]
    counts = await repository.head_counts(session, company)
    return [
        DepartmentView(
            code=code,
            name=department.name,
            default_post=department.default_post,
            lead_post=department.lead_post,
            lead_ids=tuple(row.id for row in people if department.lead_post in row.posts),
            in_charge_ids=tuple(row.id for row in people if code in row.lines),
            member_count=counts.get(code, 0),
        )
        for code, department in sorted(common.departments.items())
    ]
