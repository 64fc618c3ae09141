"""What a day brings: decisions that take effect, tiers that are due for their review, tiers that expire."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER
from services.customer.tiering import events
from services.customer.tiering.models import TierProposalRow
from services.customer.tiering.repository import judging, runs, singles
from services.customer.tiering.rules import ProposalSource, ProposalState, civil_day, day_begins, months_after
from services.customer.tiering.service import basis, clocks, deciding
from shared.audit.trail import record
from shared.events import outbox
from shared.ids import new_id
from shared.policy.book import Policy
from shared.sla.calendars import Calendars

DAY_JOB = "tier_day"
EVERY = "PT15M"
"""A day that begins while the worker is away is made up for when it is back."""
AT_ONCE = 500


async def bring_up(session: AsyncSession, policy: Policy, calendars: Calendars, *, now: datetime) -> tuple[int, bool]:
    """One stretch of what is due; answers how many steps and whether there is nothing left."""
    company, today = policy.company, civil_day(now, basis.zone_of(policy))
    await runs.lock_company(session, company)
    started = await singles.effective(session, company, today=today, limit=AT_ONCE)
    for row in started:
        await _start(session, policy, row, now=now)
    expired = await _expired(session, policy, today=today)
    for row in expired:
        await _expire(session, policy, row, today=today, now=now)
    due = await singles.due(session, company, today=today, limit=AT_ONCE)
    for proposal_id in due:
        await _propose_review(session, policy, calendars, proposal_id, now=now)
    steps = (len(started), len(expired), len(due))
    return sum(steps), max(steps) < AT_ONCE


async def _start(session: AsyncSession, policy: Policy, row: TierProposalRow, *, now: datetime) -> None:
    day = row.effective_on or civil_day(now, basis.zone_of(policy))
    at = min(day_begins(day, basis.zone_of(policy)), now)
    row.take_effect(at=at)
    await session.flush()
    await deciding.take_effect(session, policy, row, at=at, now=now)
    await _tell(session, row, "tier_proposal.took_effect", now=now)


async def _expired(session: AsyncSession, policy: Policy, *, today: date) -> Sequence[TierProposalRow]:
    term = basis.chapter_of(policy).tier_term
    if term.expires_months is None:
        return []
    due_by = months_after(today, term.review_months - term.expires_months)
    return await singles.expired(session, policy.company, due_by=due_by, limit=AT_ONCE)


async def _expire(session: AsyncSession, policy: Policy, row: TierProposalRow, *, today: date, now: datetime) -> None:
    """Nobody reviewed it in time: the customer has the default tier until somebody confirms another."""
    at = min(day_begins(today, basis.zone_of(policy)), now)
    row.ended_at, row.version = max(at, row.in_force_at or at), row.version + 1
    version = policy.revision(CHAPTER).version
    default_tier = basis.chapter_of(policy).default_tier
    change = await singles.fall_back(session, row, tier=default_tier, policy_version=version, now=now)
    if change.from_tier != change.to_tier:
        await outbox.add(session, events.tier_changed(change, at=row.ended_at))
    await _tell(session, row, "tier_proposal.expired", now=now)


async def _propose_review(
    session: AsyncSession, policy: Policy, calendars: Calendars, proposal_id: UUID, *, now: datetime
) -> None:
    """Judge anew and ask the reviewing post: to confirm is to follow the rules, to reject keeps what is in force."""
    standing = await singles.get_for_update(session, proposal_id)
    judged = await judging.judge_one(
        session,
        basis.chapter_of(policy),
        standing.company,
        standing.customer_id,
        total_sales_fen=await runs.total_sales_fen(session, standing.company),
    )
    if judged is None:
        return
    row = TierProposalRow(
        id=new_id(),
        company=standing.company,
        customer_id=standing.customer_id,
        state=ProposalState.PROPOSED.value,
        source=ProposalSource.REVIEW.value,
        tier=judged["tier"],
        from_tier=standing.tier,
        rule=judged["rule"],
        matches=list(judged["matches"]),
        facts=judged["facts"],
        stated_facts={},
        needs_person=True,
        is_upgrade=judged["is_upgrade"],
        is_base_settled=False,
        policy_version=policy.revision(CHAPTER).version,
        cause="review_due",
        reason=_reason(standing.review_due_on),
        proposed_at=now,
        version=1,
    )
    await singles.add(session, row)
    await clocks.start(session, policy, calendars, row, now=now)
    await _tell(session, row, "tier_proposal.review_due", now=now)


def _reason(due_on: date | None) -> str:
    return f"复审到期：{due_on:%Y-%m-%d}" if due_on else "复审到期"


async def _tell(session: AsyncSession, row: TierProposalRow, action: str, *, now: datetime) -> None:
    await record(
        session,
        company=row.company,
        action=action,
        at=now,
        resource_type=clocks.SUBJECT,
        resource_id=row.id,
        detail={"tier": row.tier, "customer_id": str(row.customer_id)},
    )
