"""Members join, are changed, leave and come back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.customer.groups import repository
from services.customer.groups.errors import MemberKindDerivedError, MemberTermsError
from services.customer.groups.rules import KindSource, MemberAct, MemberState, ensure_known
from services.customer.groups.service.work import GroupCall, MemberWork, group_of, take
from services.customer.registry.models import MemberRow
from services.customer.registry.rules.text import tidy
from services.customer.registry.service.lookup import e164_of
from services.customer.registry.service.placing import store_phone
from services.customer.registry.service.secrets import Vault
from shared.observability import context

FIELD = "members"
"""How the pack's write rights name members."""


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A person of a group: either with a kind, or with the facts that it follows from."""

    number: str
    name: str
    kind: str | None = None
    duty: str | None = None
    unit_place: int | None = None
    department: str | None = None
    own_rank: str | None = None
    title: str | None = None
    born_on: date | None = None
    is_lunar_birthday: bool = False
    joined_on: date | None = None
    phone: str | None = None


async def join(call: GroupCall, member_id: UUID, entry: MemberEntry, *, vault: Vault, on: date) -> MemberRow:
    """Enter a member of a group customer.

    Raises: ConcernNotWritableError, CustomerNotFoundError, NoGroupError, MemberTermsError, MemberNumberTakenError,
    PhoneFormError, PhoneTakenError.
    """
    call.writer.ensure_enters(FIELD)
    group = await group_of(call)
    _ensure_one_source(entry, has_rules=call.terms is not None)
    ensure_known(call.terms, kind=entry.kind, department=entry.department, own_rank=entry.own_rank)
    _ensure_past(entry.born_on, entry.joined_on, on)
    row = MemberRow(
        id=member_id,
        company=group.company,
        group_id=group.id,
        number=entry.number,
        name=tidy(entry.name),
        kind=entry.kind or "",
        title=entry.title,
        born_on=entry.born_on,
        is_lunar_birthday=entry.is_lunar_birthday,
        duty=entry.duty,
        unit_place=entry.unit_place,
        department=entry.department,
        own_rank=entry.own_rank,
        kind_source=KindSource.STATED.value,
        state=MemberState.ACTIVE.value,
        joined_on=entry.joined_on or on,
        created_by=context.current().actor,
        created_at=call.now,
        is_served=False,
        version=1,
    )
    work = MemberWork(call, group, row, None, None, None)
    work.judge()
    await repository.add_member(call.session, row)
    if entry.phone:
        e164 = e164_of(entry.phone)
        await store_phone(call.session, group, e164, vault, call.now, label="成员", member_id=row.id, is_primary=False)
    return await work.finish(MemberAct.JOINED, on=row.joined_on, is_counted=True)


async def change(call: GroupCall, member_id: UUID, changes: Mapping[str, Any], *, expected: int, on: date) -> MemberRow:
    """Set the given facts; the kind is derived anew unless a person corrected it.

    Raises: as `take`, ConcernNotWritableError, MemberStateError, MemberTermsError.
    """
    call.writer.ensure_changes(FIELD)
    work = await take(call, member_id, expected)
    row = work.row
    work.ensure(MemberState.ACTIVE)
    ensure_known(call.terms, department=changes.get("department"), own_rank=changes.get("own_rank"))
    _ensure_past(changes.get("born_on"), None, on)
    for name, value in changes.items():
        setattr(row, name, value)
    if row.duty is None and (row.unit_place is not None or row.department is not None):
        raise MemberTermsError.at("/duty", "登记了单位排名或部门的成员须说明职责。")
    if "name" in changes:
        row.name = tidy(changes["name"])
    work.judge()
    act = MemberAct.DERIVED if row.kind != work.from_kind else MemberAct.CHANGED
    return await work.finish(act)


async def leave(call: GroupCall, member_id: UUID, *, left_on: date, reason: str, expected: int, on: date) -> MemberRow:
    """The member is no longer of the group; the row stays.

    Raises: as `take`, ConcernNotWritableError, MemberStateError, MemberTermsError.
    """
    call.writer.ensure_changes(FIELD)
    work = await take(call, member_id, expected)
    row = work.row
    work.ensure(MemberState.ACTIVE)
    if left_on > on:
        raise MemberTermsError.at("/left_on", "离开日期不得晚于今天。")
    if row.joined_on is not None and left_on < row.joined_on:
        raise MemberTermsError.at("/left_on", "离开日期不得早于加入日期。")
    row.state, row.left_on = MemberState.LEFT.value, left_on
    return await work.finish(MemberAct.LEFT, reason=reason, on=left_on, is_counted=True)


async def rejoin(call: GroupCall, member_id: UUID, *, joined_on: date, expected: int, on: date) -> MemberRow:
    """The member is back.  Raises: as `take`, ConcernNotWritableError, MemberStateError, MemberTermsError."""
    call.writer.ensure_changes(FIELD)
    work = await take(call, member_id, expected)
    row = work.row
    work.ensure(MemberState.LEFT)
    if joined_on > on:
        raise MemberTermsError.at("/joined_on", "加入日期不得晚于今天。")
    if row.left_on is not None and joined_on < row.left_on:
        raise MemberTermsError.at("/joined_on", "重新加入的日期不得早于离开日期。")
    row.state, row.joined_on, row.left_on = MemberState.ACTIVE.value, joined_on, None
    work.judge()
    return await work.finish(MemberAct.REJOINED, on=joined_on, is_counted=True)


def _ensure_one_source(entry: MemberEntry, *, has_rules: bool) -> None:
    has_place = entry.duty is not None
    if has_place and not has_rules:
        raise MemberTermsError.at("/kind", "现行规章没有成员类别的推定规则，须说明类别。")
    if not has_place and (entry.unit_place is not None or entry.department is not None):
        raise MemberTermsError.at("/duty", "登记了单位排名或部门的成员须说明职责。")
    if has_place and entry.kind is not None:
        raise MemberKindDerivedError.at("/kind", "类别由职责推定；不符时请更正并说明原因。")
    if not has_place and entry.kind is None:
        raise MemberTermsError.at("/duty", "须说明成员的职责（duty）或类别（kind）。")


def _ensure_past(born_on: date | None, joined_on: date | None, on: date) -> None:
    if born_on is not None and born_on > on:
        raise MemberTermsError.at("/born_on", "生日不得晚于今天。")
    if joined_on is not None and joined_on > on:
        raise MemberTermsError.at("/joined_on", "加入日期不得晚于今天。")
