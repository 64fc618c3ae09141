"""A merge undone: everything goes back as it was, unless what happened since forbids it – and then it says what."""

from collections.abc import Sequence
from uuid import UUID

from services.customer.merging import events
from services.customer.merging.errors import MergeStaleError, MergeUndoneError, UndoForbiddenError
from services.customer.merging.models import MergeRow
from services.customer.merging.repository import customers, merges, moving
from services.customer.merging.repository.moving import Blocker
from services.customer.merging.rules import CandidateState, MergeState
from services.customer.merging.service.work import MergeCall, audit, move_of, pair, publish, settle
from services.customer.registry.models import CustomerRow
from services.customer.registry.rules.vocabulary import Standing
from shared.errors import FieldError
from shared.events import outbox

_SAID = {
    "moved_on": "已转给其他客户",
    "changed": "合并后又被修改",
    "added": "登记在移入的用气地址上",
    "ended": "已并入其他客户，请先撤销那次合并",
    "erased": "个人信息已删除",
}


async def undo(call: MergeCall, merge_id: UUID, *, reason: str, expected: int) -> MergeRow:
    """Make two customers of one again.

    Raises: MergeNotFoundError, MergeStaleError, MergeUndoneError, UndoForbiddenError.
    """
    seen = await merges.get(call.session, merge_id, call.companies)
    losing, surviving = await pair(call, seen.losing_id, seen.surviving_id)
    row = await merges.get(call.session, merge_id, call.companies, lock=True)
    if row.version != expected:
        raise MergeStaleError("请重新读取后再撤销", params={"current_version": row.version})
    if row.state != MergeState.MERGED:
        raise MergeUndoneError("该次合并已撤销")
    blocking = [*_of_rows(losing, surviving), *await moving.blockers(call.session, row.id, row.surviving_id)]
    if blocking:
        raise _forbidden(blocking)
    counts = await moving.restore_all(call.session, move_of(call, row, losing))
    losing.standing, losing.merged_into = row.standing_before, None
    _give_back(row, surviving)
    row.undo(by=call.principal.staff_id, at=call.now, reason=reason)
    await settle(call, losing, surviving)
    await publish(call, losing, surviving)
    await outbox.add(call.session, events.unmerged(row, losing, call.now))
    await customers.settle_pair(
        call.session,
        row.company,
        [row.losing_id, row.surviving_id],
        state=CandidateState.DISMISSED,
        by=call.principal.staff_id,
        at=call.now,
        reason=reason,
    )
    await audit(call, row, "customer.unmerged", reason, {"restored": counts})
    return row


async def blocking(call: MergeCall, row: MergeRow) -> Sequence[Blocker]:
    """What forbids undoing a merge now; nothing of one that was undone."""
    if row.state != MergeState.MERGED:
        return []
    rows = await customers.read_pair(call.session, [row.losing_id, row.surviving_id])
    found = _of_rows(rows[row.losing_id], rows[row.surviving_id])
    return [*found, *await moving.blockers(call.session, row.id, row.surviving_id)]


def _of_rows(losing: CustomerRow, surviving: CustomerRow) -> list[Blocker]:
    found = []
    if surviving.standing == Standing.MERGED:
        found.append(Blocker("customers.surviving", "保留的客户", "ended", 1))
    if losing.erased_at is not None or surviving.erased_at is not None:
        found.append(Blocker("customers.erased", "客户", "erased", 1))
    return found


def _forbidden(blocking: Sequence[Blocker]) -> UndoForbiddenError:
    text = "；".join(said(one) for one in blocking)
    errors = tuple(FieldError(f"/{one.place}", f"{UndoForbiddenError.code}_{one.kind}", said(one)) for one in blocking)
    return UndoForbiddenError(text, errors=errors)


def said(blocker: Blocker) -> str:
    """In Chinese: what and how many."""
    return f"{blocker.name}{_SAID[blocker.kind]}（{blocker.count}）"


def _give_back(row: MergeRow, surviving: CustomerRow) -> None:
    """The account manager who was taken over, unless somebody else was named since."""
    after = row.survivor_after.get("account_manager_id")
    if after is not None and str(surviving.account_manager_id) == after:
        surviving.account_manager_id = None
