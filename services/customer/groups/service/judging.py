"""The kind of a member: corrected by a person, given back to the rule, derived anew for a whole group."""

from collections.abc import Sequence
from uuid import UUID

from services.customer.groups import repository
from services.customer.groups.errors import MemberTermsError, NotCorrectedError
from services.customer.groups.rules import KindSource, MemberAct, MemberState, ensure_known
from services.customer.groups.service.work import GroupCall, MemberWork, greeted_on, group_of, resize, take
from services.customer.registry.models import MemberRow


async def correct(call: GroupCall, member_id: UUID, *, kind: str, reason: str, expected: int) -> MemberRow:
    """A person says what the member is; the derived kind stays beside it.

    Raises: as `take`, MemberStateError, MemberTermsError.
    """
    work = await take(call, member_id, expected)
    row = work.row
    work.ensure(MemberState.ACTIVE)
    ensure_known(call.terms, kind=kind)
    if row.kind_source == KindSource.CORRECTED and row.kind == kind:
        raise MemberTermsError.at("/kind", "该成员已更正为此类别。")
    row.kind, row.kind_source = kind, KindSource.CORRECTED.value
    row.kind_reason, row.kind_set_by, row.kind_set_at = reason, call.actor_id, call.now
    work.judge()
    return await work.finish(MemberAct.CORRECTED, reason=reason)


async def restore(call: GroupCall, member_id: UUID, *, reason: str, expected: int) -> MemberRow:
    """Take the correction back: the rule decides again.

    Raises: as `take`, MemberStateError, NotCorrectedError, MemberTermsError where there is nothing to derive from.
    """
    work = await take(call, member_id, expected)
    row = work.row
    work.ensure(MemberState.ACTIVE)
    if row.kind_source != KindSource.CORRECTED:
        raise NotCorrectedError("该成员的类别未经更正")
    if row.duty is None:
        raise MemberTermsError.at("/duty", "没有职责资料，无法推定；请先补全职责。")
    row.kind_source = KindSource.STATED.value
    row.kind_reason = row.kind_set_by = row.kind_set_at = None
    work.judge()
    return await work.finish(MemberAct.RESTORED, reason=reason)


async def derive(call: GroupCall) -> Sequence[MemberRow]:
    """Derive all members of a group by the pack in force; answers those of whom something changed.

    Raises: CustomerNotFoundError, NoGroupError.
    """
    group = await group_of(call)
    changed = []
    for row in await repository.members_of(call.session, group.id):
        before = (row.kind, row.rank, row.circle, row.is_served, row.derived_kind)
        work = MemberWork(call, group, row, row.kind, row.rank, greeted_on(row))
        work.judge()
        if before != (row.kind, row.rank, row.circle, row.is_served, row.derived_kind):
            row.version += 1
            await work.finish(MemberAct.DERIVED, is_one_of_many=True)
            changed.append(row)
    await resize(call, group, always=False)
    return changed
