"""Review of a run: the reviewing post confirms all of it, never the one who started it (four eyes)."""

from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER
from services.customer.tiering import events
from services.customer.tiering.errors import TierReviewOwnError
from services.customer.tiering.models import TierRunRow
from services.customer.tiering.repository import proposals
from services.customer.tiering.rules import RunState, civil_day, months_after
from services.customer.tiering.service import basis, reading
from shared.access.principal import Principal
from shared.errors import StaleError
from shared.events import outbox
from shared.policy.book import Policy

FACTS_AT_ONCE = 1_000


async def confirm_run(
    session: AsyncSession,
    policies: basis.PolicyAt,
    *,
    run_id: UUID,
    principal: Principal,
    expected_version: int,
    note: str | None,
    now: datetime,
) -> TierRunRow:
    """Confirm everything that a run proposes: by a post of the pack's `tier_review`, never by the one who started it.

    Raises: TierRunNotFoundError, TierRunSupersededError, StaleError, TierReviewPostError, TierReviewOwnError,
    TierRunNotReadyError.
    """
    seen = await reading.read_run(session, run_id, principal.companies)
    run = await basis.run_under_lock(session, run_id, seen.company)
    run.ensure_standing()
    if run.version != expected_version:
        raise StaleError("请重新读取后再确认")
    policy = policies(run.company, now)
    basis.ensure_reviewer(policy, principal)
    if principal.is_self(run.started_by):
        raise TierReviewOwnError("请由另一位审核人确认")
    run.begin_confirmation(by=principal.staff_id, at=now)
    await session.flush()
    if run.written > basis.CHUNK:
        run.job_id = await basis.hand_to_job(session, basis.CONFIRM_JOB, run, actor=principal.actor, now=now)
    else:
        while run.state != RunState.CONFIRMED:
            await _confirm(session, policy, run, now=now)
    await basis.audit(session, "tier_run.confirmed", run, now, reason=note)
    await session.flush()
    return run


async def confirm_chunk(
    session: AsyncSession, revision: basis.PolicyOfRevision, run_id: UUID, company: str, *, now: datetime
) -> tuple[int, bool]:
    """Put one stretch of a confirmed run in force; answers how many and whether that was the last."""
    run = await basis.run_under_lock(session, run_id, company)
    if run.state != RunState.CONFIRMING:
        return 0, True
    done = await _confirm(session, revision(company, CHAPTER, run.policy_version), run, now=now)
    await session.flush()
    return done, run.state == RunState.CONFIRMED


async def _confirm(session: AsyncSession, policy: Policy, run: TierRunRow, *, now: datetime) -> int:
    chapter, at = basis.chapter_of(policy), run.confirmed_at or now
    found = await proposals.confirm(
        session,
        run,
        chunk=basis.CHUNK,
        tier_order=chapter.tier_order,
        reviewed=basis.reviewed_tiers(chapter),
        due=months_after(civil_day(at, basis.zone_of(policy)), chapter.tier_term.review_months),
        now=now,
    )
    facts = (events.tier_changed(change, at=at) for change in found.changes)
    while some := list(islice(facts, FACTS_AT_ONCE)):
        await outbox.add(session, *some)
    run.confirmed_count += found.decided
    if found.seen < basis.CHUNK:
        run.end_confirmation()
    return found.seen
