"""Review of a run: the reviewing post confirms all of it, never the one who started it (four eyes)."""

from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.tiering import events
from services.customer.tiering.errors import TierReviewOwnError, TierReviewPostError
from services.customer.tiering.models import TierRunRow
from services.customer.tiering.repository import proposals
from services.customer.tiering.rules import RunState
from services.customer.tiering.service import basis, reading
from shared.access.principal import Principal
from shared.errors import StaleError
from shared.events import outbox

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
    review = basis.chapter_of(policies(run.company, now)).tier_review
    if not any(principal.holds(post) for post in review.confirmed_by):
        raise TierReviewPostError("级别的审核属于规章指定的岗位")
    if principal.is_self(run.started_by):
        raise TierReviewOwnError("请由另一位审核人确认")
    run.begin_confirmation(by=principal.staff_id, at=now)
    await session.flush()
    if run.written > basis.CHUNK:
        run.job_id = await basis.hand_to_job(session, basis.CONFIRM_JOB, run, actor=principal.actor, now=now)
    else:
        while run.state != RunState.CONFIRMED:
            await _confirm(session, run, now=now)
    await basis.audit(session, "tier_run.confirmed", run, now, reason=note)
    await session.flush()
    return run


async def confirm_chunk(session: AsyncSession, run_id: UUID, company: str, *, now: datetime) -> tuple[int, bool]:
    """Put one stretch of a confirmed run in force; answers how many and whether that was the last."""
    run = await basis.run_under_lock(session, run_id, company)
    if run.state != RunState.CONFIRMING:
        return 0, True
    done = await _confirm(session, run, now=now)
    await session.flush()
    return done, run.state == RunState.CONFIRMED


async def _confirm(session: AsyncSession, run: TierRunRow, *, now: datetime) -> int:
    done, changes = await proposals.confirm(session, run, chunk=basis.CHUNK, now=now)
    facts = (events.tier_changed(change, at=run.confirmed_at or now) for change in changes)
    while some := list(islice(facts, FACTS_AT_ONCE)):
        await outbox.add(session, *some)
    run.confirmed_count += done
    if done < basis.CHUNK:
        run.end_confirmation()
    return done
