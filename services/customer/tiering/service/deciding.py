"""The reviewing post decides on one proposal, never on its own; a later day takes effect by a job on that day."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.tiering import events
from services.customer.tiering.errors import (
    CustomerNotFoundError,
    TierEffectiveDateError,
    TierProposalNotFoundError,
    TierProposalOwnError,
    TierProposalWaitingError,
    TierRejectionReasonError,
)
from services.customer.tiering.models import TierProposalRow
from services.customer.tiering.repository import runs, singles
from services.customer.tiering.rules import Decision, ProposalSource, RunState, civil_day, months_after
from services.customer.tiering.service import basis, clocks
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.errors import FieldError, StaleError
from shared.events import outbox
from shared.policy.book import Policy
from shared.sla.calendars import Calendars

LATEST_MONTHS = 12
"""A decision for a day further off would be judged by facts that nobody knows any more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reviewing post says."""

    decision: Decision
    reason: str | None = None
    effective_on: date | None = None
    """Null: at once."""


async def decide(
    session: AsyncSession,
    policies: basis.PolicyAt,
    calendars: Calendars,
    *,
    proposal_id: UUID,
    verdict: Verdict,
    principal: Principal,
    expected_version: int,
    now: datetime,
) -> TierProposalRow:
    """Confirm or reject one proposal, whoever made it.

    Raises: TierProposalNotFoundError, StaleError, TierReviewPostError, TierProposalOwnError,
    TierProposalDecidedError, TierRejectionReasonError, TierEffectiveDateError, TierProposalWaitingError.
    """
    seen = await read(session, proposal_id, principal.companies)
    await runs.lock_company(session, seen.company)
    row = await singles.get_for_update(session, proposal_id)
    if row.version != expected_version:
        raise StaleError("请重新读取后再审核")
    policy = policies(row.company, now)
    basis.ensure_reviewer(policy, principal)
    await _ensure_four_eyes(session, row, principal)
    row.ensure_waiting()
    if verdict.decision is Decision.REJECT:
        await _reject(session, policy, row, verdict, principal, now=now)
    else:
        await _confirm(session, policy, row, verdict, principal, now=now)
    await session.flush()
    await clocks.stop(session, calendars, row, now=now)
    await record(
        session,
        company=row.company,
        action=f"tier_proposal.{verdict.decision.value}ed",
        at=now,
        resource_type=clocks.SUBJECT,
        resource_id=row.id,
        reason=verdict.reason,
        detail={"tier": row.tier, "rule": row.rule, "customer_id": str(row.customer_id), "state": row.state},
    )
    return row


async def read(session: AsyncSession, proposal_id: UUID, companies: tuple[str, ...]) -> TierProposalRow:
    """One proposal.  Raises: TierProposalNotFoundError."""
    row = await singles.get(session, proposal_id, companies)
    if row is None:
        raise TierProposalNotFoundError("没有这个级别建议")
    return row


async def ensure_readable(session: AsyncSession, principal: Principal, proposal_id: UUID) -> None:
    """Raises: TierProposalNotFoundError."""
    await read(session, proposal_id, principal.companies)


async def take_effect(
    session: AsyncSession, policy: Policy, row: TierProposalRow, *, at: datetime, now: datetime
) -> None:
    """Put a confirmed decision in force from `at` on; a fact only if the tier changed."""
    change = await singles.put_in_force(session, row, at=at, now=now)
    chapter, day = basis.chapter_of(policy), civil_day(at, basis.zone_of(policy))
    is_reviewed = row.tier in basis.reviewed_tiers(chapter)
    row.review_due_on = months_after(day, chapter.tier_term.review_months) if is_reviewed else None
    is_personal = row.source in (ProposalSource.DEPARTMENT, ProposalSource.REVIEW)
    holds = chapter.tier_term.holds_months if is_personal else 0
    row.holds_until = months_after(day, holds) if holds else None
    await session.flush()
    if change.from_tier != change.to_tier:
        await outbox.add(session, events.tier_changed(change, at=at))


async def _ensure_four_eyes(session: AsyncSession, row: TierProposalRow, principal: Principal) -> None:
    if principal.is_self(row.proposed_by):
        raise TierProposalOwnError("请由另一位审核人审核")
    run = None if row.run_id is None else await runs.get_run(session, row.run_id, [row.company])
    if run is None:
        return
    if principal.is_self(run.started_by):
        raise TierProposalOwnError("该建议出自本人发起的分级，请由另一位审核人审核")
    if run.state in (RunState.RUNNING, RunState.CONFIRMING):
        raise TierProposalWaitingError("该次分级正在进行，请稍后再审核", params={"run_id": str(run.id)})


async def _reject(
    session: AsyncSession,
    policy: Policy,
    row: TierProposalRow,
    verdict: Verdict,
    principal: Principal,
    *,
    now: datetime,
) -> None:
    if not verdict.reason:
        message = "否决级别建议须说明理由"
        raise TierRejectionReasonError(message, errors=(FieldError("/reason", TierRejectionReasonError.code, message),))
    row.reject(by=principal.staff_id, at=now, reason=verdict.reason)
    if row.source == ProposalSource.REVIEW:
        await _keep(session, policy, row, now=now)


async def _keep(session: AsyncSession, policy: Policy, row: TierProposalRow, *, now: datetime) -> None:
    """The review found that the tier in force stays: it stands for another term."""
    stands = await singles.in_force(session, row.customer_id)
    if stands is not None:
        term = basis.chapter_of(policy).tier_term
        today = civil_day(now, basis.zone_of(policy))
        stands.review_due_on = months_after(today, term.review_months)
        stands.holds_until = months_after(today, term.holds_months) if term.holds_months else None
        stands.version += 1


async def _confirm(
    session: AsyncSession,
    policy: Policy,
    row: TierProposalRow,
    verdict: Verdict,
    principal: Principal,
    *,
    now: datetime,
) -> None:
    today = civil_day(now, basis.zone_of(policy))
    on = verdict.effective_on or today
    if not today <= on <= months_after(today, LATEST_MONTHS):
        message = f"生效日期须在今天至 {LATEST_MONTHS} 个月之内"
        error = FieldError("/effective_on", TierEffectiveDateError.code, message)
        raise TierEffectiveDateError(message, errors=(error,))
    if await singles.customer_for_update(session, row.customer_id, [row.company]) is None:
        raise CustomerNotFoundError("该客户已停止服务")
    if on > today:
        await singles.unschedule(session, row)
    row.confirm(by=principal.staff_id, at=now, reason=verdict.reason, on=on, is_later=on > today)
    await session.flush()
    if on == today:
        await take_effect(session, policy, row, at=now, now=now)
