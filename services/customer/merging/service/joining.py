"""Two rows become one: the one ends in the other, its belongings move, and every move is remembered."""

from uuid import UUID

from services.customer.merging import events
from services.customer.merging.errors import CustomerMergedError, MergeStaleError, UnlikeCustomersError
from services.customer.merging.models import MergeRow
from services.customer.merging.repository import customers, moving
from services.customer.merging.rules import CandidateState, MergeState
from services.customer.merging.service.work import MergeCall, audit, move_of, pair, publish, settle
from services.customer.registry.models import CustomerRow
from services.customer.registry.rules.vocabulary import Standing
from shared.events import outbox


async def merge(
    call: MergeCall,
    merge_id: UUID,
    losing_id: UUID,
    *,
    into_id: UUID,
    reason: str,
    expected: int,
    into_expected: int,
) -> MergeRow:
    """End one row in another.  A row that ended takes nothing in: the answer names the one that stays.

    Raises: CustomerNotFoundError, CustomerMergedError, MergeStaleError, UnlikeCustomersError.
    """
    if losing_id == into_id:
        raise UnlikeCustomersError.at("/into_customer_id", "不能与自身合并。")
    losing, surviving = await pair(call, losing_id, into_id)
    _ensure_standing(losing, "/customer_id")
    _ensure_standing(surviving, "/into_customer_id")
    if (losing.version, surviving.version) != (expected, into_expected):
        raise MergeStaleError(
            "两个客户之一已被他人修改，请重新读取后再合并",
            params={"current_version": losing.version, "current_into_version": surviving.version},
        )
    _ensure_alike(losing, surviving)
    row = MergeRow(
        id=merge_id,
        company=losing.company,
        losing_id=losing_id,
        surviving_id=into_id,
        state=MergeState.MERGED.value,
        rules=await customers.likeness(call.session, losing_id, into_id),
        reason=reason,
        standing_before=losing.standing,
        survivor_before={},
        survivor_after={},
        merged_by=call.principal.staff_id,
        merged_at=call.now,
        version=1,
    )
    call.session.add(row)
    await call.session.flush()
    counts = await moving.move_all(call.session, move_of(call, row, losing))
    _take_over(row, losing, surviving)
    losing.standing, losing.merged_into = Standing.MERGED.value, into_id
    await settle(call, surviving)
    await publish(call, losing, surviving)
    await outbox.add(call.session, events.merged(row, losing, surviving))
    await customers.settle_pair(
        call.session,
        row.company,
        [losing_id, into_id],
        state=CandidateState.MERGED,
        by=call.principal.staff_id,
        at=call.now,
        reason=reason,
    )
    await audit(call, row, "customer.merged", reason, {"moved": counts, "rules": row.rules})
    return row


def _ensure_standing(row: CustomerRow, pointer: str) -> None:
    if row.standing == Standing.MERGED:
        raise CustomerMergedError(f"该客户已并入 {row.merged_into}", params={"into_customer_id": str(row.merged_into)})
    if row.standing == Standing.WITHDRAWN or row.erased_at is not None:
        raise UnlikeCustomersError.at(pointer, "已作废或已删除个人信息的客户不能合并。")


def _ensure_alike(losing: CustomerRow, surviving: CustomerRow) -> None:
    at = "/into_customer_id"
    if losing.company != surviving.company:
        raise UnlikeCustomersError.at(at, "不同公司的客户不能合并。")
    if losing.party != surviving.party:
        raise UnlikeCustomersError.at(at, "个人、单位、集团之间不能合并。")
    if losing.customer_class != surviving.customer_class:
        raise UnlikeCustomersError.at(at, "民用户与工商户不能合并。")
    if losing.identity_index and surviving.identity_index and losing.identity_index != surviving.identity_index:
        raise UnlikeCustomersError.at(at, "两个客户的证件号码不同，不是同一客户。")


def _take_over(row: MergeRow, losing: CustomerRow, surviving: CustomerRow) -> None:
    """The account manager, where the survivor has none; what was there before is remembered."""
    if surviving.account_manager_id is None and losing.account_manager_id is not None:
        row.survivor_before = {"account_manager_id": None}
        row.survivor_after = {"account_manager_id": str(losing.account_manager_id)}
        surviving.account_manager_id = losing.account_manager_id
