"""Approving, rejecting, reviewing and ending a plan: by the pack's posts, never by who proposed it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.plans import events, repository
from services.customer.plans.errors import PlanOverlapError, PlanOwnError, PlanReasonError
from services.customer.plans.models import ServicePlanRow
from services.customer.plans.rules import EndReason, PlanAct, PlanState
from services.customer.plans.service.proposing import ensure_terms
from services.customer.plans.service.work import APPROVAL, REVIEW, PlanWork
from services.customer.tiering.rules import months_after
from shared.access.principal import Principal
from shared.errors import FieldError, StaleError
from shared.events import outbox


async def take(session: AsyncSession, plan_id: UUID, principal: Principal, expected_version: int) -> ServicePlanRow:
    """The plan, locked and as the caller saw it.  Raises: PlanNotFoundError, StaleError."""
    row = await repository.get(session, plan_id, principal.companies, locked=True)
    if row.version != expected_version:
        raise StaleError("服务方案已被他人修改，请重新读取后再操作")
    return row


async def approve(work: PlanWork, row: ServicePlanRow, principal: Principal, *, reason: str | None) -> ServicePlanRow:
    """Put a plan in force from its first day on; its terms are measured against the promises of now.

    Raises: PlanPostError, PlanOwnError, PlanStepNotAllowedError, PlanBelowTierError, PlanOverlapError.
    """
    _ensure_reviewer(work, row, principal)
    row.take(PlanAct.APPROVE)
    ensure_terms(work, row.promised, tier=row.tier, party=row.party)
    dates = {"from_on": row.from_on, "until_on": row.until_on}
    with work.session.no_autoflush:
        if await repository.overlapping(work.session, row.customer_id, **dates) is not None:
            raise PlanOverlapError("该客户在这段时间已有生效的服务方案")
    _decided(row, principal, work.now, reason)
    row.review_due_on = _next_review(work, row)
    await work.stop(row, APPROVAL)
    await work.tell(row, "approved", reason=reason)
    from_at, until_at = max(work.begins(row.from_on), work.now), work.ends(row.until_on)
    await outbox.add(work.session, events.approved(row, from_at=from_at, until_at=until_at, now=work.now))
    return row


async def reject(work: PlanWork, row: ServicePlanRow, principal: Principal, *, reason: str | None) -> ServicePlanRow:
    """Refuse a plan, and say why.

    Raises: PlanPostError, PlanOwnError, PlanStepNotAllowedError, PlanReasonError.
    """
    _ensure_reviewer(work, row, principal)
    if not reason:
        message = "否决服务方案须说明理由"
        raise PlanReasonError(message, errors=(FieldError("/reason", PlanReasonError.code, message),))
    row.take(PlanAct.REJECT)
    _decided(row, principal, work.now, reason)
    await work.stop(row, APPROVAL)
    await work.tell(row, "rejected", reason=reason)
    return row


async def keep(work: PlanWork, row: ServicePlanRow, principal: Principal, *, note: str) -> ServicePlanRow:
    """The yearly review keeps the plan.  Raises: PlanPostError, PlanOwnError, PlanStepNotAllowedError."""
    _ensure_reviewer(work, row, principal)
    row.take(PlanAct.CONTINUE)
    row.reviewed_by, row.reviewed_at = principal.staff_id, work.now
    row.review_due_on = _next_review(work, row)
    await work.stop(row, REVIEW)
    await work.tell(row, "continued", reason=note)
    return row


async def end(
    work: PlanWork, row: ServicePlanRow, principal: Principal, *, note: str, is_review: bool
) -> ServicePlanRow:
    """End a plan before its last day.  Raises: PlanPostError, PlanOwnError, PlanStepNotAllowedError."""
    _ensure_reviewer(work, row, principal)
    if is_review:
        row.reviewed_by, row.reviewed_at = principal.staff_id, work.now
        await work.stop(row, REVIEW)
    reason = EndReason.BY_REVIEW if is_review else EndReason.BY_DECISION
    return await finish(work, row, PlanAct.END, reason, by=principal.actor, at=work.now, note=note)


async def finish(
    work: PlanWork,
    row: ServicePlanRow,
    act: PlanAct,
    reason: EndReason,
    *,
    by: str,
    at: datetime,
    note: str | None = None,
) -> ServicePlanRow:
    """The plan counts no more: what begins from now on has the tier's promises.  Raises: PlanStepNotAllowedError."""
    row.take(act)
    row.ended_by, row.ended_at, row.end_reason, row.review_due_on = by, at, reason.value, None
    await work.cancel(row, reason.value)
    await work.tell(row, "ended", reason=note or reason.value)
    await outbox.add(work.session, events.ended(row, now=work.now))
    return row


async def withdraw(work: PlanWork, row: ServicePlanRow, *, reason: str) -> ServicePlanRow:
    """A plan that nobody approved yet is given up.  Raises: PlanStepNotAllowedError."""
    row.take(PlanAct.WITHDRAW)
    row.decision_reason = reason
    await work.cancel(row, "withdrawn")
    await work.tell(row, "withdrawn", reason=reason)
    return row


def _ensure_reviewer(work: PlanWork, row: ServicePlanRow, principal: Principal) -> None:
    work.ensure_post(principal, work.terms.approved_by)
    if principal.is_self(row.proposed_by):
        raise PlanOwnError("请由另一位审核人审核")


def _decided(row: ServicePlanRow, principal: Principal, at: datetime, reason: str | None) -> None:
    row.decided_by, row.decided_at, row.decision_reason = principal.staff_id, at, reason


def _next_review(work: PlanWork, row: ServicePlanRow) -> date | None:
    due = months_after(max(work.today, row.from_on), work.terms.review_months)
    return due if row.state == PlanState.APPROVED and due <= row.until_on else None
