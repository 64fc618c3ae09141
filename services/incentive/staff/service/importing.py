"""The directory from a file: all rows are checked by the rules of the single doors, then all are written or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.staff import repository, rules
from services.incentive.staff.errors import (
    DeputyDatesError,
    DeputyInvalidError,
    DeputyOverlapError,
    OwnStandingError,
    StaffImportRefusedError,
    StaffNotFoundError,
    SuperiorInvalidError,
)
from services.incentive.staff.models import StaffImportRow, StaffRow
from services.incentive.staff.rules import Deputation, StaffState
from services.incentive.staff.service.checking import mistakes, own_standing
from services.incentive.staff.service.recording import (
    ENTRY_FIELDS,
    StaffEntry,
    Writer,
    announce,
    entry_of,
    may_rule,
    new_row,
    touch,
    write,
)
from services.incentive.staff.service.spreadsheet import SheetRow
from services.incentive.staff.service.wishing import Wish, wish, with_superior
from shared.ids import new_id

MOST_ERRORS = 100
"""Mistakes that one answer names; more are not read by anybody."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whom an import created and changed (in a preview those who are new have no id yet), and how many stay."""

    created: int
    changed: int
    unchanged: int
    staff_ids: tuple[UUID, ...]


@dataclass(slots=True)
class _Plan:
    """One person of the file: the row as it stands and what it is to become."""

    wish: Wish
    staff_id: UUID
    row: StaffRow | None
    before: StaffEntry | None
    after: StaffEntry
    held: tuple[Deputation, ...]
    deputations: tuple[Deputation, ...]

    @property
    def changed(self) -> list[str]:
        """Names of the fields that differ."""
        if self.before is None:
            return [*ENTRY_FIELDS, *(["deputies"] if self.deputations else [])]
        names = [name for name in ENTRY_FIELDS if getattr(self.before, name) != getattr(self.after, name)]
        return [*names, *(["deputies"] if self.deputations != self.held else [])]


@dataclass(frozen=True, slots=True)
class _House:
    """The company as it will be once the file is in."""

    ids: Mapping[str, UUID]
    states: Mapping[UUID, str]
    superiors: Mapping[UUID, UUID | None]
    in_scope: frozenset[UUID]


async def carry_out(
    session: AsyncSession, writer: Writer, rows: Sequence[SheetRow], *, import_id: UUID, sha256: str, now: datetime
) -> Outcome:
    """Create who is unknown, change what differs, leave the rest; each as the single doors announce it.

    Raises: StaffImportRefusedError.
    """
    plans = await _checked(session, writer, rows)
    company, actor = writer.principal.company, writer.principal.staff_id
    for plan in plans:
        if not plan.changed:
            continue
        row = plan.row
        if row is None:
            row = new_row(plan.after, staff_id=plan.staff_id, company=company, login=plan.wish.login, now=now)
            row.updated_by = actor
            session.add(row)
        else:
            write(row, plan.after)
            touch(row, now, actor)
        row.deputations = plan.deputations
        await announce(session, row, "staff.appointed" if plan.row is None else "staff.changed", plan.changed)
    done = StaffImportRow(
        id=import_id,
        company=company,
        sha256=sha256,
        created_ids=[plan.staff_id for plan in plans if plan.row is None],
        changed_ids=[plan.staff_id for plan in plans if plan.row is not None and plan.changed],
        unchanged=sum(not plan.changed for plan in plans),
        imported_by=actor,
        imported_at=now,
    )
    session.add(done)
    return _outcome(done)


async def preview(session: AsyncSession, writer: Writer, rows: Sequence[SheetRow]) -> Outcome:
    """What `carry_out` would do.  Raises: StaffImportRefusedError."""
    plans = await _checked(session, writer, rows)
    changed = tuple(plan.staff_id for plan in plans if plan.row is not None and plan.changed)
    created = sum(plan.row is None for plan in plans)
    return Outcome(created, len(changed), len(plans) - created - len(changed), changed)


async def done_before(session: AsyncSession, import_id: UUID, company: str) -> Outcome:
    """The outcome of an import that was carried out.  Raises: StaffNotFoundError."""
    row = await repository.find_import(session, import_id, company)
    if row is None:
        raise StaffNotFoundError("没有该次导入")
    return _outcome(row)


def _outcome(row: StaffImportRow) -> Outcome:
    ids = (*row.created_ids, *row.changed_ids)
    return Outcome(len(row.created_ids), len(row.changed_ids), row.unchanged, ids)


async def _checked(session: AsyncSession, writer: Writer, rows: Sequence[SheetRow]) -> list[_Plan]:
    company = writer.principal.company
    await repository.lock(session, company)
    people = {row.login: row for row in await repository.of_company(session, company)}
    plans = [_planned(row, people.get(row.cells["login"])) for row in rows]
    ids = {login: row.id for login, row in people.items()} | {plan.wish.login: plan.staff_id for plan in plans}
    _twice(plans)
    for plan in plans:
        _place(plan, ids)
    house = _House(
        ids=ids,
        states={row.id: row.state for row in people.values()} | {plan.staff_id: plan.after.state for plan in plans},
        superiors={row.id: row.superior_id for row in people.values()}
        | {plan.staff_id: plan.after.superior_id for plan in plans},
        in_scope=frozenset(await repository.ids_in(session, writer.scope)),
    )
    for plan in plans:
        _deputise(plan, writer, house)
        if plan.changed:
            _check(plan, writer, house)
    wrong = [one for plan in plans for one in plan.wish.mistakes]
    if wrong:
        shown = f"，此处列出前{MOST_ERRORS}处" if len(wrong) > MOST_ERRORS else ""
        raise StaffImportRefusedError(f"共{len(wrong)}处有误{shown}；未作任何变更", errors=tuple(wrong[:MOST_ERRORS]))
    return plans


def _planned(row: SheetRow, known: StaffRow | None) -> _Plan:
    before = None if known is None else entry_of(known)
    wished = wish(row, before)
    held = () if known is None else known.deputations
    return _Plan(wished, new_id() if known is None else known.id, known, before, wished.entry, held, held)


def _twice(plans: Sequence[_Plan]) -> None:
    seen: set[str] = set()
    for plan in plans:
        if plan.wish.login in seen:
            plan.wish.wrong("/login", "staff_login_taken", "同一登录名在文件中不得重复。")
        seen.add(plan.wish.login)


def _place(plan: _Plan, ids: Mapping[str, UUID]) -> None:
    """The superior by login, one of the same file included."""
    login = plan.wish.superior_login
    if login is None:
        return
    if login and login not in ids:
        plan.wish.wrong("/superior_login", SuperiorInvalidError.code, SuperiorInvalidError.message)
        return
    plan.after = with_superior(plan.after, ids[login] if login else None)


def _check(plan: _Plan, writer: Writer, house: _House) -> None:
    before, after = plan.before, plan.after
    if before is not None and plan.staff_id not in house.in_scope:
        plan.wish.wrong("/login", StaffNotFoundError.code, "没有此人，或不在可变更范围内。")
        return
    if before is not None and plan.staff_id in writer.appointer.staff_ids and (own := own_standing(before, after)):
        plan.wish.wrong(own[0], own[1].code, f"{own[1].detail}。")
    if before != after:
        for pointer, refusal in mistakes(writer, before, after):
            message = refusal.errors[0].message if refusal.errors else f"{refusal.detail}。"
            plan.wish.wrong(_column(pointer), refusal.code, message)
    superior_id = after.superior_id
    if superior_id is None or (before is not None and before.superior_id == superior_id):
        return
    is_gone = house.states.get(superior_id, StaffState.LEFT) == StaffState.LEFT
    if is_gone or rules.makes_circle(plan.staff_id, superior_id, house.superiors):
        plan.wish.wrong("/superior_login", SuperiorInvalidError.code, SuperiorInvalidError.message)


def _column(pointer: str) -> str:
    """The column; a cell has no places."""
    return f"/{pointer.split('/')[1]}"


def _deputise(plan: _Plan, writer: Writer, house: _House) -> None:
    """Let the deputy of the row stand in, by the rules of the single door; one who does already stays."""
    if plan.wish.deputy is None:
        return
    login, from_on, until_on = plan.wish.deputy
    deputy_id = house.ids.get(login)
    if deputy_id is None:
        plan.wish.wrong("/deputy_login", DeputyInvalidError.code, DeputyInvalidError.message)
        return
    added = Deputation(from_on=from_on, until_on=until_on, staff_id=deputy_id)
    if added in plan.deputations:
        return
    posts = {*plan.after.posts, *(() if plan.before is None else plan.before.posts)}
    if deputy_id in writer.appointer.staff_ids:
        plan.wish.wrong("/deputy_login", OwnStandingError.code, "不能指定本人为他人的代理人。")
    if plan.staff_id not in writer.appointer.staff_ids and not may_rule(writer, posts):
        message = "只能为本人或本部门级别低于本人的人员安排代理。"
        plan.wish.wrong("/deputy_login", "staff_appointment_not_allowed", message)
    if not added.is_sound:
        plan.wish.wrong("/deputy_until", DeputyDatesError.code, DeputyDatesError.message)
    if house.states.get(deputy_id) != StaffState.ACTIVE or deputy_id == plan.staff_id:
        plan.wish.wrong("/deputy_login", DeputyInvalidError.code, DeputyInvalidError.message)
    if rules.overlaps_any(plan.deputations, added):
        plan.wish.wrong("/deputy_from", DeputyOverlapError.code, DeputyOverlapError.message)
    plan.deputations = rules.with_deputation(plan.deputations, added)
