"""What becomes of a hazard: told, gas stopped, re-inspected, resolved with proof, withdrawn, gas given back."""

from collections.abc import Sequence
from uuid import UUID

from services.customer.orders.rules.states import BEFORE_COMPLETION
from services.customer.orders.service import reading as order_reading
from services.customer.safety import events
from services.customer.safety.errors import (
    FollowUpOpenError,
    HazardInvalidError,
    HazardStepNotAllowedError,
    ProofError,
    SameEyesError,
)
from services.customer.safety.models import HazardRow
from services.customer.safety.repository import hazards as repository
from services.customer.safety.rules import ACTS, HazardAct, HazardState
from services.customer.safety.service import finding, following
from services.customer.safety.service.desk import SafetyDesk
from shared.access.scope import RowScope
from shared.contracts.safety import CustomerHazardResolved
from shared.errors import StaleError


async def tell_customer(desk: SafetyDesk, row_id: UUID, way: str, *, expected: int) -> HazardRow:
    """The customer was told of the hazard.

    Raises: HazardNotFoundError, StaleError, HazardStepNotAllowedError, HazardInvalidError.
    """
    row = await _take(desk, row_id, expected, "tell")
    if way not in desk.base.terms.deliveries:
        raise HazardInvalidError.of([("/way", "unknown_way", "规章未定义该告知方式")])
    if row.told_at is not None:
        raise HazardStepNotAllowedError("客户已被告知。")
    row.told_at, row.told_by, row.told_by_way = desk.now, desk.base.principal.staff_id, way
    actor = desk.base.principal.actor
    await desk.base.book.stop(finding.subject_of(row), finding.TELLING, actor=actor)
    await finding.tell_updated(desk, row, "tell")
    return row


async def stop_gas(desk: SafetyDesk, row_id: UUID, *, expected: int) -> HazardRow:
    """The gas was stopped because of the hazard.  Raises: as `tell_customer`."""
    row = await _take(desk, row_id, expected, "stop_gas")
    if row.gas_stopped_at is not None:
        raise HazardStepNotAllowedError("已因该隐患停气。")
    row.gas_stopped_at, row.gas_stopped_by = desk.now, desk.base.principal.staff_id
    await finding.tell_updated(desk, row, "stop_gas")
    return row


async def restore_gas(desk: SafetyDesk, row_id: UUID, *, expected: int) -> HazardRow:
    """The gas is back, after the hazard is gone.  Raises: as `tell_customer`."""
    row = await _take(desk, row_id, expected, "restore_gas")
    if row.gas_stopped_at is None or row.gas_restored_at is not None:
        raise HazardStepNotAllowedError("未因该隐患停气，或已恢复供气。")
    row.gas_restored_at = desk.now
    await finding.tell_updated(desk, row, "restore_gas")
    return row


async def reinspect(desk: SafetyDesk, row_id: UUID, *, expected: int) -> HazardRow:
    """Open the order of a re-inspection.  Raises: as `tell_customer`, FollowUpOpenError."""
    row = await _take(desk, row_id, expected, "reinspect")
    if row.follow_up_order_id is not None:
        order = await order_reading.get(desk.base.session, row.follow_up_order_id, RowScope.everything(row.company))
        if order.state in {state.value for state in BEFORE_COMPLETION}:
            raise FollowUpOpenError("上一张复查工单尚未完工。")
    await following.open_follow_up(desk, row, finding.subject_of(row))
    await finding.tell_updated(desk, row, "reinspect")
    return row


async def resolve(
    desk: SafetyDesk,
    row_id: UUID,
    *,
    resolution: str,
    file_ids: Sequence[UUID],
    is_gas_restored: bool,
    expected: int,
) -> HazardRow:
    """The hazard is gone, with proof; grave ones by other eyes than the finder's.

    Raises: as `tell_customer`, SameEyesError, ProofError.
    """
    row = await _take(desk, row_id, expected, "resolve")
    base = desk.base
    severity = desk.terms.severities.get(row.severity)
    if severity is not None and severity.needs_other_eyes and row.found_by == base.principal.staff_id:
        raise SameEyesError("该等级的隐患须由发现人以外的人复查销号。")
    if not file_ids:
        raise ProofError.at("/file_ids", "销号须附凭证")
    await desk.ensure_files(file_ids, "/file_ids")
    if is_gas_restored and row.gas_stopped_at is None:
        raise HazardInvalidError.of([("/is_gas_restored", "not_stopped", "未因该隐患停气")])
    row.state, row.resolved_at, row.resolved_by = HazardState.RESOLVED.value, desk.now, base.principal.staff_id
    row.resolution, row.proof_ids = resolution, list(dict.fromkeys(file_ids))
    if is_gas_restored:
        row.gas_restored_at = desk.now
    subject = finding.subject_of(row)
    await base.book.stop(subject, finding.FOLLOW_UP, actor=base.principal.actor)
    await base.book.cancel(subject, [finding.TELLING], reason="resolved", actor=base.principal.actor)
    payload = events.of_hazard(row, CustomerHazardResolved, resolved_at=desk.now)
    aggregate = (finding.SUBJECT, row.id, row.version)
    await base.tell(payload, aggregate, CustomerHazardResolved.TYPE, matter_id=row.matter_id)
    return row


async def withdraw(desk: SafetyDesk, row_id: UUID, reason: str, *, expected: int) -> HazardRow:
    """It was entered by mistake.  Raises: as `tell_customer`."""
    row = await _take(desk, row_id, expected, "withdraw")
    row.state, row.withdrawn_at = HazardState.WITHDRAWN.value, desk.now
    row.withdrawn_by, row.withdrawn_reason = desk.base.principal.staff_id, reason
    actor = desk.base.principal.actor
    await desk.base.book.cancel(finding.subject_of(row), reason="withdrawn", actor=actor)
    await finding.tell_updated(desk, row, "withdraw", reason=reason)
    return row


async def _take(desk: SafetyDesk, row_id: UUID, expected: int, act: HazardAct) -> HazardRow:
    row = await repository.get(desk.base.session, row_id, [desk.company], locked=True)
    if row.version != expected:
        raise StaleError("隐患记录已被他人修改，请重新读取后再操作。", params={"current_version": row.version})
    if HazardState(row.state) not in ACTS[act]:
        raise HazardStepNotAllowedError("隐患的当前状态不允许此步骤。")
    row.version += 1
    return row
