"""The staff directory: appointing, changing, deputies; each change is one fact, without names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.staff import events, repository, rules
from services.incentive.staff.errors import (
    AppointmentNotAllowedError,
    DeputationNotFoundError,
    DeputyDatesError,
    DeputyInvalidError,
    OwnStandingError,
    StaffNotFoundError,
    SuperiorInvalidError,
    UnknownStaffCodeError,
)
from services.incentive.staff.models import StaffRow
from services.incentive.staff.repository import StaffFilter
from services.incentive.staff.rules import Appointer, Deputation, PostTerms, StaffState
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff import store_member
from shared.audit import trail
from shared.errors import StaleError
from shared.events import outbox
from shared.policy.model import CommonChapter, demo_staff_id

READ = "staff.read"
WRITE = "staff.write"
_LEVEL_OF_NOBODY = 0


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """What the directory says of a person, but for id, company, login and deputies."""

    name: str
    title: str | None = None
    state: str = StaffState.ACTIVE.value
    posts: tuple[str, ...] = ()
    department: str | None = None
    team: str | None = None
    superior_id: UUID | None = None
    lines: tuple[str, ...] = ()
    entry_on: date | None = None

    @property
    def standing(self) -> tuple[object, ...]:
        """What rights and routing follow from."""
        return self.state, self.posts, self.department, self.team, self.superior_id, self.lines


ENTRY_FIELDS = tuple(one.name for one in fields(StaffEntry))


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


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes in the directory, under which pack."""

    principal: Principal
    common: CommonChapter
    appointer: Appointer = field(init=False)

    def __post_init__(self) -> None:
        """Work out how far the person may appoint.  Raises: PermissionDeniedError."""
        scope = self.scope
        posts = (*self.principal.posts, *(post for one in self.principal.acting for post in one.posts))
        levels = (self.common.posts[post].level for post in posts if post in self.common.posts)
        appointer = Appointer(
            staff_ids=(self.principal.staff_id, *self.principal.acting_for),
            is_company_wide=scope.level is ScopeLevel.COMPANY,
            departments=scope.departments,
            level=max(levels, default=_LEVEL_OF_NOBODY),
        )
        object.__setattr__(self, "appointer", appointer)

    @property
    def scope(self) -> RowScope:
        """The people whom the person may write about, only of the own company."""
        return replace(self.principal.scope(WRITE), companies=(self.principal.company,))


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


async def appoint(
    session: AsyncSession, writer: Writer, entry: StaffEntry, *, staff_id: UUID, login: str, now: datetime
) -> StaffRow:
    """Take a person into the directory and announce it.

    Raises: AppointmentNotAllowedError, UnknownStaffCodeError, SuperiorInvalidError, LoginTakenError.
    """
    company = writer.principal.company
    await repository.lock(session, company)
    _check_appointment(writer, None, entry)
    await _check_superior(session, company, staff_id, entry)
    row = _new_row(entry, staff_id=staff_id, company=company, login=login, now=now)
    row.updated_by = writer.principal.staff_id
    await repository.add(session, row)
    await _announce(session, row, "staff.appointed", ENTRY_FIELDS)
    return row


async def change(
    session: AsyncSession,
    writer: Writer,
    staff_id: UUID,
    changes: Mapping[str, object],
    *,
    expected_version: int,
    now: datetime,
) -> StaffRow:
    """Change what the directory says of a person; `changes` holds fields of `StaffEntry`.  The same again is none.

    Raises: StaffNotFoundError, StaleError, OwnStandingError, AppointmentNotAllowedError, UnknownStaffCodeError,
    SuperiorInvalidError.
    """
    await repository.lock(session, writer.principal.company)
    row = await _for_update(session, writer, staff_id, expected_version)
    before = entry_of(row)
    after = replace(before, **changes)  # type: ignore[arg-type]  # the schema typed them
    changed = [name for name in ENTRY_FIELDS if getattr(before, name) != getattr(after, name)]
    if not changed:
        return row
    if row.id in writer.appointer.staff_ids and before.standing != after.standing:
        raise OwnStandingError("本人的岗位、部门、上级和状态须由他人变更")
    _check_appointment(writer, before, after)
    if before.superior_id != after.superior_id:
        await _check_superior(session, row.company, row.id, after)
    _write(row, after)
    _touch(row, now, writer.principal.staff_id)
    await _announce(session, row, "staff.changed", changed)
    return row


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

    Raises: StaffNotFoundError, StaleError, OwnStandingError, DeputyDatesError, DeputyInvalidError.
    """
    await repository.lock(session, writer.principal.company)
    row = await _for_update(session, writer, staff_id, expected_version)
    if deputation.staff_id in writer.appointer.staff_ids:
        raise OwnStandingError("不能指定本人为他人的代理人")
    if not deputation.is_sound:
        raise DeputyDatesError.at_pointer("/until_on")
    deputy = await repository.find(session, deputation.staff_id, RowScope.everything(row.company))
    if deputy is None or deputy.state == StaffState.LEFT or deputy.id == row.id:
        raise DeputyInvalidError.at_pointer("/deputy_id")
    row.deputations = rules.with_deputation(row.deputations, deputation)
    _touch(row, now, writer.principal.staff_id)
    await _announce(session, row, "staff.deputy_added", ("deputies",))
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
    """Take a deputation back.  Raises: StaffNotFoundError, StaleError, DeputationNotFoundError."""
    await repository.lock(session, writer.principal.company)
    row = await _for_update(session, writer, staff_id, expected_version)
    left = rules.without_deputation(row.deputations, deputy_id, from_on)
    if len(left) == len(row.deputations):
        raise DeputationNotFoundError("没有该代理人自该日起的代理安排")
    row.deputations = left
    _touch(row, now, writer.principal.staff_id)
    await _announce(session, row, "staff.deputy_removed", ("deputies",))
    return row


async def seed_demo_staff(session: AsyncSession, *, company: str, common: CommonChapter, now: datetime) -> int:
    """Bring the pack's demo people into the directory of a demo company; answers how many were new or changed.

    Whoever was changed by a person since is left as they are.  For `ENVIRONMENT=demo` and `test` only.
    """
    await repository.lock(session, company)
    known = {row.login: row for row in await repository.of_company(session, company)}
    written = 0
    for login, entry in _demo_entries(company, common):
        row = known.get(login)
        if row is None:
            row = _new_row(entry, staff_id=demo_staff_id(company, login), company=company, login=login, now=now)
            await repository.add(session, row)
        elif row.updated_by is None and entry_of(row) != entry:
            _write(row, entry)
            _touch(row, now, None)
        else:
            continue
        await _announce(session, row, "staff.seeded", ENTRY_FIELDS)
        written += 1
    return written


def entry_of(row: StaffRow) -> StaffEntry:
    """What the directory says of a person."""
    return StaffEntry(
        name=row.name,
        title=row.title,
        state=row.state,
        posts=tuple(row.posts),
        department=row.department,
        team=row.team,
        superior_id=row.superior_id,
        lines=tuple(row.lines),
        entry_on=row.entry_on,
    )


def _demo_entries(company: str, common: CommonChapter) -> Iterator[tuple[str, StaffEntry]]:
    for login, person in common.demo_staff.items():
        title = common.posts[person.posts[0]].name if person.posts else None
        superior_id = None if person.superior is None else demo_staff_id(company, person.superior)
        yield (
            login,
            StaffEntry(
                name=person.name,
                title=title,
                posts=person.posts,
                department=person.department,
                team=person.team,
                superior_id=superior_id,
                lines=person.lines,
                entry_on=person.entry_on,
            ),
        )


async def _for_update(session: AsyncSession, writer: Writer, staff_id: UUID, expected_version: int) -> StaffRow:
    row = await repository.find_for_update(session, staff_id, writer.scope)
    if row is None:
        raise StaffNotFoundError("没有此人，或不在可变更范围内")
    if row.version != expected_version:
        raise StaleError("请重新读取后再修改")
    return row


def _check_appointment(writer: Writer, before: StaffEntry | None, after: StaffEntry) -> None:
    """Codes exist, and whatever is given or taken is the writer's to give.  What stays is not asked again."""
    common, appointer = writer.common, writer.appointer
    held = () if before is None else before.posts
    for place, post in enumerate(after.posts):
        if post not in common.posts and post not in held:
            raise UnknownStaffCodeError.at_pointer(f"/posts/{place}")
    _check_place(common, before, after)
    if not appointer.may_place(after.department):
        raise AppointmentNotAllowedError("只能在本人负责的部门内任命")
    moved = set(held) ^ set(after.posts)
    terms = (common.posts[post] for post in moved if post in common.posts)
    if not all(appointer.may_give(PostTerms(post.department, post.level)) for post in terms):
        raise AppointmentNotAllowedError("只能任免本部门且低于本人级别的岗位")
    lines_before = () if before is None else before.lines
    if set(lines_before) != set(after.lines) and not appointer.is_company_wide:
        raise AppointmentNotAllowedError("分管部门由服务管理办公室维护")


def _check_place(common: CommonChapter, before: StaffEntry | None, after: StaffEntry) -> None:
    said = (("department", common.departments), ("team", common.teams))
    for name, known in said:
        code = getattr(after, name)
        if code is not None and code not in known and (before is None or code != getattr(before, name)):
            raise UnknownStaffCodeError.at_pointer(f"/{name}")
    for place, line in enumerate(after.lines):
        if line not in common.departments and (before is None or line not in before.lines):
            raise UnknownStaffCodeError.at_pointer(f"/lines/{place}")


async def _check_superior(session: AsyncSession, company: str, staff_id: UUID, entry: StaffEntry) -> None:
    if entry.superior_id is None:
        return
    superior = await repository.find(session, entry.superior_id, RowScope.everything(company))
    if superior is None or superior.state == StaffState.LEFT:
        raise SuperiorInvalidError.at_pointer("/superior_id")
    if rules.makes_circle(staff_id, entry.superior_id, await repository.superiors(session, company)):
        raise SuperiorInvalidError.at_pointer("/superior_id")


def _new_row(entry: StaffEntry, *, staff_id: UUID, company: str, login: str, now: datetime) -> StaffRow:
    row = StaffRow(id=staff_id, company=company, login=login, deputies=[], created_at=now, updated_at=now, version=1)
    _write(row, entry)
    return row


def _write(row: StaffRow, entry: StaffEntry) -> None:
    for name in ENTRY_FIELDS:
        value = getattr(entry, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)


def _touch(row: StaffRow, now: datetime, by: UUID | None) -> None:
    row.version += 1
    row.updated_at = now
    row.updated_by = by


async def _announce(session: AsyncSession, row: StaffRow, action: str, changed: Sequence[str]) -> None:
    await session.flush()
    await store_member(session, events.projected(row))
    await outbox.add(session, events.staff_changed(row))
    await trail.record(
        session,
        company=row.company,
        action=action,
        at=row.updated_at,
        resource_type="staff_member",
        resource_id=row.id,
        detail={"fields": list(changed), "version": row.version},
    )
