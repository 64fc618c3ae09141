"""Use cases of tiering: run the rules, review the result, tell a customer's tier and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.tiering import events, repository
from services.customer.tiering.errors import (
    CustomerNotFoundError,
    TierReviewOwnError,
    TierReviewPostError,
    TierRunNotFoundError,
    UnknownCustomersError,
)
from services.customer.tiering.models import TierProposalRow, TierRunRow
from services.customer.tiering.rules import RunState
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.errors import FieldError, StaleError
from shared.events import outbox
from shared.ids import new_id
from shared.jobs.queue import enqueue
from shared.policy.book import Policy

CHUNK = 5_000
"""Customers that one statement judges or confirms; up to so many are done within the request, more as a job."""
FACTS_AT_ONCE = 1_000
RUN_JOB = "tier_run"
CONFIRM_JOB = "tier_confirmation"
_FIRST = UUID(int=0)
PolicyAt = Callable[[str, datetime], Policy]
"""Company and instant → the policy in force."""
PolicyOfRevision = Callable[[str, str, str], Policy]
"""Company, chapter and version → the policy in which that revision stands."""


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that fits a customer."""

    rule: str
    tier: str
    name: str


@dataclass(frozen=True, slots=True)
class CustomerTier:
    """A customer's tier in force and why."""

    customer_id: UUID
    tier: str
    tier_name: str
    is_confirmed: bool
    rule: str | None
    reason: str
    facts: dict[str, Any]
    matches: list[Match]
    effective_at: datetime | None
    policy_version: str
    pending_proposal_id: UUID | None
    pending_tier: str | None
    pending_rule: str | None


def chapter_of(policy: Policy) -> CustomerChapter:
    """The customer chapter in force."""
    return policy.chapter_as(CHAPTER, CustomerChapter)


async def start_run(
    session: AsyncSession,
    policy: Policy,
    *,
    run_id: UUID,
    principal: Principal,
    customer_ids: Sequence[UUID] | None,
    note: str | None,
    now: datetime,
) -> TierRunRow:
    """Judge the company's customers, or those named; at once if they are few, else as a job.

    Raises: UnknownCustomersError.
    """
    company = principal.company
    await _check_known(session, company, customer_ids)
    await repository.lock_company(session, company)
    version, sha256, _ = policy.revision(CHAPTER)
    run = TierRunRow(
        id=run_id,
        company=company,
        state=RunState.RUNNING.value,
        customer_ids=None if customer_ids is None else sorted(set(customer_ids)),
        policy_pack=policy.pack,
        policy_version=version,
        policy_sha256=sha256,
        total_sales_fen=await repository.total_sales_fen(session, company),
        judged=0,
        written=0,
        summary=[],
        note=note,
        started_by=principal.staff_id,
        started_at=now,
        confirmed_count=0,
        version=1,
    )
    await repository.add_run(session, run)
    if customer_ids is None and await repository.exceeds(session, company, CHUNK):
        run.job_id = await _enqueue(session, RUN_JOB, run, actor=principal.actor, now=now)
    else:
        await _judge(session, chapter_of(policy), run, after=_FIRST, now=now)
    await _audit(session, "tier_run.started", run, now)
    await session.flush()
    return run


async def judge_chunk(
    session: AsyncSession, revision: PolicyOfRevision, run_id: UUID, company: str, *, after: UUID | None, now: datetime
) -> tuple[int, UUID | None]:
    """One stretch of a run, by the revision that it began with; answers how many were judged and where the next begins.

    No next (None): the run is finished.
    """
    run = await _run_for_update(session, run_id, [company])
    await repository.lock_company(session, company)
    before = run.judged
    chapter = chapter_of(revision(company, CHAPTER, run.policy_version))
    last = await _judge(session, chapter, run, after=after or _FIRST, now=now)
    await session.flush()
    return run.judged - before, last


async def confirm_run(
    session: AsyncSession,
    policy: Policy,
    *,
    run_id: UUID,
    principal: Principal,
    expected_version: int,
    note: str | None,
    now: datetime,
) -> TierRunRow:
    """Confirm everything that a run proposes: by the reviewing post, never by the one who started it.

    Raises: TierRunNotFoundError, StaleError, TierReviewPostError, TierReviewOwnError, TierRunNotReadyError.
    """
    run = await _run_for_update(session, run_id, principal.companies)
    if run.version != expected_version:
        raise StaleError("请重新读取后再确认")
    if not any(principal.holds(post) for post in chapter_of(policy).tier_review.confirmed_by):
        raise TierReviewPostError("级别的审核属于规章指定的岗位")
    if principal.is_self(run.started_by):
        raise TierReviewOwnError("请由另一位审核人确认")
    run.begin_confirmation(by=principal.staff_id, at=now)
    await session.flush()
    await repository.lock_company(session, run.company)
    if run.written > CHUNK:
        run.job_id = await _enqueue(session, CONFIRM_JOB, run, actor=principal.actor, now=now)
    else:
        await _confirm(session, run, now=now)
    await _audit(session, "tier_run.confirmed", run, now, reason=note)
    await session.flush()
    return run


async def confirm_chunk(session: AsyncSession, run_id: UUID, company: str, *, now: datetime) -> tuple[int, bool]:
    """Put one stretch of a confirmed run in force; answers how many and whether that was the last."""
    run = await _run_for_update(session, run_id, [company])
    await repository.lock_company(session, company)
    done = await _confirm(session, run, now=now)
    await session.flush()
    return done, run.state == RunState.CONFIRMED


async def read_run(session: AsyncSession, run_id: UUID, companies: Sequence[str]) -> TierRunRow:
    """A run.  Raises: TierRunNotFoundError."""
    run = await repository.get_run(session, run_id, companies)
    if run is None:
        raise TierRunNotFoundError
    return run


async def list_proposals(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    run_id: UUID | None = None,
    customer_id: UUID | None = None,
    state: str | None = None,
    tier: str | None = None,
    after: UUID | None,
    limit: int,
) -> Sequence[TierProposalRow]:
    """Proposals, newest first."""
    return await repository.list_proposals(
        session, companies, run_id=run_id, customer_id=customer_id, state=state, tier=tier, after=after, limit=limit
    )


async def tier_of(session: AsyncSession, policy: Policy, customer_id: UUID, companies: Sequence[str]) -> CustomerTier:
    """A customer's tier, its reason, the facts and all rules that matched.  Raises: CustomerNotFoundError.

    Who was never confirmed has the pack's default tier.
    """
    row = await repository.standing_tier(session, customer_id, companies)
    if row is None:
        raise CustomerNotFoundError
    chapter = chapter_of(policy)
    is_confirmed = row["tier_confirmed_at"] is not None
    tier = row["tier"] if is_confirmed else chapter.default_tier
    rule = row["rule"] if is_confirmed else None
    names = policy.common.tiers
    return CustomerTier(
        customer_id=customer_id,
        tier=tier,
        tier_name=names[tier].name if tier in names else tier,
        is_confirmed=is_confirmed,
        rule=rule,
        reason=_reason(chapter, rule, is_confirmed=is_confirmed),
        facts=row["facts"] or {},
        matches=[_match(chapter, code) for code in row["matches"] or ()],
        effective_at=row["tier_confirmed_at"],
        policy_version=row["policy_version"] or policy.revision(CHAPTER)[0],
        pending_proposal_id=row["pending_id"],
        pending_tier=row["pending_tier"],
        pending_rule=row["pending_rule"],
    )


async def preview(
    session: AsyncSession, policy: Policy, company: str, rows: Sequence[dict[str, Any]]
) -> Sequence[dict[str, Any]]:
    """What the rules would say of rows that are nowhere stored: the same expression, over values; writes nothing."""
    sales = await repository.total_sales_fen(session, company)
    found = await repository.judge(session, chapter_of(policy), rows, total_sales_fen=Decimal(sales))
    return [dict(row) for row in found]


async def _judge(
    session: AsyncSession, chapter: CustomerChapter, run: TierRunRow, *, after: UUID, now: datetime
) -> UUID | None:
    judged, written, last = await repository.propose(session, chapter, run, after=after, chunk=CHUNK, now=now)
    run.judged += judged
    run.written += written
    if run.customer_ids is None and judged == CHUNK:
        return last
    run.finish(summary=await repository.summary(session, run.id), at=now)
    return None


async def _confirm(session: AsyncSession, run: TierRunRow, *, now: datetime) -> int:
    done, changes = await repository.confirm(session, run, chunk=CHUNK, now=now)
    for some in _batches(changes):
        await outbox.add(session, *(events.tier_changed(change, at=run.confirmed_at or now) for change in some))
    run.confirmed_count += done
    if done < CHUNK:
        run.end_confirmation()
    return done


def _batches(changes: list[Any]) -> list[list[Any]]:
    return [changes[start : start + FACTS_AT_ONCE] for start in range(0, len(changes), FACTS_AT_ONCE)]


async def _check_known(session: AsyncSession, company: str, customer_ids: Sequence[UUID] | None) -> None:
    if customer_ids is None:
        return
    if await repository.count_known(session, company, customer_ids) != len(set(customer_ids)):
        raise UnknownCustomersError(
            "名单中有不属于本公司的客户",
            errors=(FieldError("/customer_ids", UnknownCustomersError.code, "名单中有未登记的客户"),),
        )


async def _enqueue(session: AsyncSession, kind: str, run: TierRunRow, *, actor: str, now: datetime) -> UUID:
    return await enqueue(
        session,
        kind=kind,
        company=run.company,
        args={"run_id": str(run.id)},
        now=now,
        created_by=actor,
        job_id=new_id(),
    )


async def _audit(
    session: AsyncSession, action: str, run: TierRunRow, now: datetime, *, reason: str | None = None
) -> None:
    await record(
        session,
        company=run.company,
        action=action,
        at=now,
        resource_type="tier_run",
        resource_id=run.id,
        reason=reason,
        detail={"policy_version": run.policy_version, "written": run.written, "state": run.state},
    )


async def _run_for_update(session: AsyncSession, run_id: UUID, companies: Sequence[str]) -> TierRunRow:
    run = await repository.get_run_for_update(session, run_id, companies)
    if run is None:
        raise TierRunNotFoundError
    return run


def _reason(chapter: CustomerChapter, rule: str | None, *, is_confirmed: bool) -> str:
    if not is_confirmed:
        return "尚未审核确认，按规章默认级别服务"
    if rule is None:
        return "未符合任何分级条件，按规章默认级别服务"
    return chapter.tier_rules[rule].reason if rule in chapter.tier_rules else rule


def _match(chapter: CustomerChapter, code: str) -> Match:
    rule = chapter.tier_rules.get(code)
    return Match(code, rule.tier, rule.name) if rule else Match(code, "", code)
