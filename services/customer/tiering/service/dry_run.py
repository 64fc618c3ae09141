"""A run that changes nothing: who would move, by which rule and facts, and what it changes in the promises."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER
from services.customer.tiering.repository import dry_run, runs
from services.customer.tiering.rules import civil_day
from services.customer.tiering.rules.moves import PromiseChange, promise_changes
from services.customer.tiering.service import basis
from shared.policy.book import Policy

_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class TierMove:
    """A customer who would move."""

    customer_id: UUID
    number: str
    party: str
    account_manager_id: UUID | None
    from_tier: str
    from_rule: str | None
    tier: str
    rule: str | None
    reason: str
    matches: list[str]
    facts: dict[str, Any]
    needs_person: bool
    is_upgrade: bool
    commitments: list[PromiseChange]


@dataclass(frozen=True, slots=True)
class MoveCount:
    """How many would move from one tier to another, by which rules, and what changes for them."""

    from_tier: str
    tier: str
    party: str
    customers: int
    needs_person: int
    upgrades: int
    rules: dict[str, int]
    commitments: list[PromiseChange]


@dataclass(frozen=True, slots=True)
class DryRun:
    """The whole base, judged and not changed."""

    policy_version: str
    judged: int
    moving: int
    moves: list[MoveCount]


async def moves(
    session: AsyncSession,
    policy: Policy,
    *,
    from_tier: str | None,
    tier: str | None,
    after: UUID | None,
    limit: int,
    now: datetime,
) -> list[TierMove]:
    """Customers who would move, by id; reads stretch by stretch until there are enough."""
    chapter, promises = basis.chapter_of(policy), _Promises(policy)
    sales = await runs.total_sales_fen(session, policy.company)
    found: list[TierMove] = []
    place: UUID | None = after or _FIRST
    while place is not None and len(found) < limit:
        rows = await dry_run.page(
            session,
            chapter,
            policy.company,
            after=place,
            chunk=basis.CHUNK,
            wanted=limit - len(found),
            from_tier=from_tier,
            tier=tier,
            total_sales_fen=sales,
            today=_today(policy, now),
        )
        found += [_move(row, promises) for row in rows if row["id"] is not None]
        place = rows[0]["last_id"] if rows[0]["judged"] == basis.CHUNK else None
    return found


async def summary(session: AsyncSession, policy: Policy, *, now: datetime) -> DryRun:
    """The whole base in one statement, counted."""
    sales = await runs.total_sales_fen(session, policy.company)
    chapter, promises = basis.chapter_of(policy), _Promises(policy)
    rows = await dry_run.summary(
        session, chapter, policy.company, after=_FIRST, total_sales_fen=sales, today=_today(policy, now)
    )
    counted: dict[tuple[str, str, str], list[Mapping[Any, Any]]] = {}
    for row in rows:
        if row["tier"] is not None:
            counted.setdefault((row["from_tier"], row["tier"], row["party"]), []).append(row)
    counts = [
        MoveCount(
            from_tier=from_tier,
            tier=tier,
            party=party,
            customers=sum(one["customers"] for one in parts),
            needs_person=sum(one["needs_person"] for one in parts),
            upgrades=sum(one["upgrades"] for one in parts),
            rules={one["rule"] or "": one["customers"] for one in parts},
            commitments=promises.changes(party, from_tier, tier),
        )
        for (from_tier, tier, party), parts in counted.items()
    ]
    moving = sum(count.customers for count in counts)
    return DryRun(policy.revision(CHAPTER).version, rows[0]["judged"], moving, counts)


class _Promises:
    """What each move changes, worked out once."""

    def __init__(self, policy: Policy) -> None:
        self.chapter = basis.chapter_of(policy)
        self._known: dict[tuple[str, str, str], list[PromiseChange]] = {}

    def changes(self, party: str, before: str, after: str) -> list[PromiseChange]:
        key = (party, before, after)
        if key not in self._known:
            self._known[key] = promise_changes(self.chapter, party=party, before=before, after=after)
        return self._known[key]


def _move(row: Mapping[Any, Any], promises: _Promises) -> TierMove:
    rule = promises.chapter.tier_rules.get(row["rule"] or "")
    return TierMove(
        customer_id=row["id"],
        number=row["number"],
        party=row["party"],
        account_manager_id=row["account_manager_id"],
        from_tier=row["from_tier"],
        from_rule=row["from_rule"],
        tier=row["tier"],
        rule=row["rule"],
        reason=rule.reason if rule else "未符合任何分级条件，按规章默认级别服务",
        matches=list(row["matches"]),
        facts=row["facts"],
        needs_person=row["needs_person"],
        is_upgrade=row["is_upgrade"],
        commitments=promises.changes(row["party"], row["from_tier"], row["tier"]),
    )


def _today(policy: Policy, now: datetime) -> date:
    return civil_day(now, basis.zone_of(policy))
