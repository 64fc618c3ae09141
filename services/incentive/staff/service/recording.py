"""What the directory says of a person, who may write it, and how every change is written and announced."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.staff import events, repository
from services.incentive.staff.errors import StaffNotFoundError
from services.incentive.staff.models import StaffRow
from services.incentive.staff.rules import Appointer, PostTerms, StaffState
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff import store_member
from shared.audit import trail
from shared.errors import StaleError
from shared.events import outbox
from shared.policy.model import CommonChapter

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


def may_rule(writer: Writer, posts: Collection[str]) -> bool:
    """Whether the writer may move somebody with these posts: all of the own department and below the own level."""
    known = (writer.common.posts[post] for post in posts if post in writer.common.posts)
    return all(writer.appointer.may_give(PostTerms(post.department, post.level)) for post in known)


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


async def for_update(session: AsyncSession, writer: Writer, staff_id: UUID, expected_version: int) -> StaffRow:
    """One person whom the writer may write about, locked.  Raises: StaffNotFoundError, StaleError."""
    row = await repository.find_for_update(session, staff_id, writer.scope)
    if row is None:
        raise StaffNotFoundError("没有此人，或不在可变更范围内")
    if row.version != expected_version:
        raise StaleError("请重新读取后再修改")
    return row


def new_row(entry: StaffEntry, *, staff_id: UUID, company: str, login: str, now: datetime) -> StaffRow:
    """The row of a person who is new."""
    row = StaffRow(id=staff_id, company=company, login=login, deputies=[], created_at=now, updated_at=now, version=1)
    write(row, entry)
    return row


def write(row: StaffRow, entry: StaffEntry) -> None:
    """Let the row say what the entry says."""
    for name in ENTRY_FIELDS:
        value = getattr(entry, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)


def touch(row: StaffRow, now: datetime, by: UUID | None) -> None:
    """The next version, written now by somebody; None = the pack."""
    row.version += 1
    row.updated_at = now
    row.updated_by = by


async def announce(session: AsyncSession, row: StaffRow, action: str, changed: Sequence[str]) -> None:
    """Own projection, fact and audit row of a change, in its transaction."""
    await session.flush()
    await store_member(session, events.projected(row))
    await outbox.add(session, events.staff_changed(row))
    await trail.record(
        session,
        company=row.company,
        action=action,
        at=row.updated_at,
        resource_type="staff",
        resource_id=row.id,
        detail={"fields": list(changed), "version": row.version},
    )
