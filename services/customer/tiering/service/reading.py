"""What is told of runs, proposals and a customer's tier, and what the rules would say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.tiering.errors import CustomerNotFoundError, TierRunNotFoundError
from services.customer.tiering.models import TierProposalRow, TierRunRow
from services.customer.tiering.repository import judging, proposals, runs
from services.customer.tiering.rules import ProposalSource, RunState, day_ends
from services.customer.tiering.rules.moves import TierPromise, promises
from services.customer.tiering.service import basis
from shared.policy.book import Policy

_MOMENT = timedelta(microseconds=1)


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
    on: date | None
    """The day asked about; null: now."""
    proposal_id: UUID | None
    """The decision in force."""
    source: ProposalSource | None
    proposed_reason: str | None
    reviewed_by: UUID | None
    review_due_on: date | None
    scheduled_proposal_id: UUID | None
    scheduled_tier: str | None
    scheduled_on: date | None


async def read_run(session: AsyncSession, run_id: UUID, companies: Sequence[str]) -> TierRunRow:
    """A run.  Raises: TierRunNotFoundError."""
    run = await runs.get_run(session, run_id, companies)
    if run is None:
        raise TierRunNotFoundError
    return run


async def list_runs(
    session: AsyncSession, companies: Sequence[str], *, states: Sequence[RunState], after: UUID | None, limit: int
) -> Sequence[TierRunRow]:
    """Runs of the companies, newest first; no states: whatever their state."""
    return await runs.list_runs(session, companies, states=states, after=after, limit=limit)


async def list_proposals(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    run_id: UUID | None = None,
    customer_id: UUID | None = None,
    state: str | None = None,
    source: str | None = None,
    tier: str | None = None,
    after: UUID | None,
    limit: int,
) -> Sequence[TierProposalRow]:
    """Proposals, newest first."""
    return await proposals.list_proposals(
        session,
        companies,
        run_id=run_id,
        customer_id=customer_id,
        state=state,
        source=source,
        tier=tier,
        after=after,
        limit=limit,
    )


async def tier_of(
    session: AsyncSession,
    policies: basis.PolicyAt,
    customer_id: UUID,
    companies: Sequence[str],
    *,
    now: datetime,
    on: date | None = None,
) -> CustomerTier:
    """A customer's tier, its reason, the facts and all rules that matched: now, or at the end of the day `on`.

    Who was not confirmed then has the chapter's `default_tier`; names are those of the common chapter's `tiers`.
    Raises: CustomerNotFoundError.
    """
    row = await proposals.standing_tier(session, customer_id, companies)
    if row is None:
        raise CustomerNotFoundError
    policy = policies(row["company"], now)
    if on is not None:
        zone = basis.zone_of(policy)
        until = day_ends(on, zone)
        row = await proposals.tier_on(session, customer_id, companies, day=on, until=until, zone=zone.key)
        policy = policy if row is None or until > now else policies(row["company"], until - _MOMENT)
    if row is None:
        raise CustomerNotFoundError
    return _told(policy, row, on)


@dataclass(frozen=True, slots=True)
class CustomerPromises:
    """What a customer is promised now."""

    customer_id: UUID
    tier: str
    tier_name: str
    party: str
    policy_version: str
    items: list[TierPromise]


async def promises_of(
    session: AsyncSession, policies: basis.PolicyAt, customer_id: UUID, companies: Sequence[str], *, now: datetime
) -> CustomerPromises:
    """The promises of the chapter in force to a customer of this tier and party.  Raises: CustomerNotFoundError."""
    row = await proposals.standing_tier(session, customer_id, companies)
    if row is None:
        raise CustomerNotFoundError
    policy = policies(row["company"], now)
    told = _told(policy, row, None)
    chapter = basis.chapter_of(policy)
    items = promises(chapter, party=row["party"], tier=told.tier)
    version = policy.revision(CHAPTER)[0]
    return CustomerPromises(customer_id, told.tier, told.tier_name, row["party"], version, items)


def _told(policy: Policy, row: RowMapping, on: date | None) -> CustomerTier:
    chapter, names = basis.chapter_of(policy), policy.common.tiers
    is_confirmed = row["tier_confirmed_at"] is not None
    tier = row["tier"] if is_confirmed else chapter.default_tier
    rule = row["rule"] if is_confirmed else None
    return CustomerTier(
        customer_id=row["customer_id"],
        tier=tier,
        tier_name=names[tier].name if tier in names else tier,
        is_confirmed=is_confirmed,
        rule=rule,
        reason=_reason(chapter, rule, row["proposed_reason"], is_confirmed=is_confirmed),
        facts=row["facts"] or {},
        matches=[_match(chapter, code) for code in row["matches"] or ()],
        effective_at=row["tier_confirmed_at"],
        policy_version=row["policy_version"] or policy.revision(CHAPTER)[0],
        pending_proposal_id=row["pending_id"],
        pending_tier=row["pending_tier"],
        pending_rule=row["pending_rule"],
        on=on,
        proposal_id=row["proposal_id"] if is_confirmed else None,
        source=ProposalSource(row["source"]) if is_confirmed and row["source"] else None,
        proposed_reason=row["proposed_reason"] if is_confirmed else None,
        reviewed_by=row["decided_by"] if is_confirmed else None,
        review_due_on=row["review_due_on"] if is_confirmed else None,
        scheduled_proposal_id=row["scheduled_id"],
        scheduled_tier=row["scheduled_tier"],
        scheduled_on=row["scheduled_on"],
    )


async def preview(
    session: AsyncSession, policy: Policy, company: str, rows: Sequence[dict[str, Any]]
) -> Sequence[dict[str, Any]]:
    """What `tier_rules` would say of rows that are nowhere stored: the same expression over values; writes nothing."""
    sales = await runs.total_sales_fen(session, company)
    found = await judging.judge(session, basis.chapter_of(policy), rows, total_sales_fen=sales)
    return [dict(row) for row in found]


def _reason(chapter: CustomerChapter, rule: str | None, proposed: str | None, *, is_confirmed: bool) -> str:
    if not is_confirmed:
        return "尚未审核确认，按规章默认级别服务"
    if rule is not None:
        return chapter.tier_rules[rule].reason if rule in chapter.tier_rules else rule
    return proposed or "未符合任何分级条件，按规章默认级别服务"


def _match(chapter: CustomerChapter, code: str) -> Match:
    rule = chapter.tier_rules.get(code)
    return Match(code, rule.tier, rule.name) if rule else Match(code, "", code)
