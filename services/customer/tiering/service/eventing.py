"""A customer's facts changed in business (capacity raised, a tag set, a score changed): judged anew, and proposed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER
from services.customer.tiering.models import TierProposalRow
from services.customer.tiering.repository import comparing, runs, singles
from services.customer.tiering.rules import ProposalSource, ProposalState, civil_day
from services.customer.tiering.service import basis, clocks
from shared.audit.trail import record
from shared.ids import new_id
from shared.policy.book import Policy
from shared.sla.calendars import Calendars


async def judge_changed(
    session: AsyncSession,
    policy: Policy,
    calendars: Calendars,
    customer_ids: Sequence[UUID],
    *,
    changed_by: UUID | None,
    now: datetime,
) -> int:
    """Propose where the rules say another tier than the one in force; answers how many proposals were made.

    The newer result takes the place of a waiting one of the rules; what a department or a review proposed waits, and
    a department's confirmed tier is not lowered before its review.  Whoever changed the facts does not decide.
    """
    company, chapter = policy.company, basis.chapter_of(policy)
    await runs.lock_company(session, company)
    rows = await comparing.changed(
        session,
        chapter,
        company,
        sorted(set(customer_ids)),
        total_sales_fen=await runs.total_sales_fen(session, company),
        today=civil_day(now, basis.zone_of(policy)),
    )
    return sum([await _settle(session, policy, calendars, row, changed_by=changed_by, now=now) for row in rows])


async def _settle(
    session: AsyncSession,
    policy: Policy,
    calendars: Calendars,
    row: RowMapping,
    *,
    changed_by: UUID | None,
    now: datetime,
) -> int:
    waiting = None if row["pending_id"] is None else await singles.get_for_update(session, row["pending_id"])
    if waiting is not None and row["is_pending"] and not row["is_in_force"]:
        waiting.facts, waiting.matches, waiting.version = row["facts"], list(row["matches"]), waiting.version + 1
        return 0
    if waiting is not None:
        state = ProposalState.WITHDRAWN if row["is_in_force"] else ProposalState.SUPERSEDED
        waiting.give_way(state, at=now)
        await session.flush()
        if waiting.run_id is None:
            await clocks.end_all(session, waiting.company, [waiting.id], now=now)
    if row["is_in_force"]:
        return 0
    proposal = _proposal(policy, row, changed_by=changed_by, now=now)
    await singles.add(session, proposal)
    await clocks.start(session, policy, calendars, proposal, now=now)
    await _record(session, proposal, now=now)
    return 1


def _proposal(policy: Policy, row: RowMapping, *, changed_by: UUID | None, now: datetime) -> TierProposalRow:
    chapter = basis.chapter_of(policy)
    rule = chapter.tier_rules.get(row["rule"] or "")
    read = {test.fact for test in rule.when.tests()} if rule else set()
    changed = _changed(row["former_facts"] or {}, row["facts"])
    return TierProposalRow(
        id=new_id(),
        company=policy.company,
        customer_id=row["id"],
        state=ProposalState.PROPOSED.value,
        source=ProposalSource.EVENT.value,
        tier=row["tier"],
        from_tier=row["from_tier"],
        rule=row["rule"],
        matches=list(row["matches"]),
        facts=row["facts"],
        stated_facts={},
        needs_person=row["needs_person"],
        is_upgrade=row["is_upgrade"],
        base_tier=row["base_tier"],
        base_rule=row["base_rule"],
        is_base_settled=False,
        policy_version=policy.revision(CHAPTER).version,
        proposed_by=changed_by,
        cause=chapter.tier_proposing.cause_of({code for code in changed & read if code} or changed),
        reason=rule.reason if rule else None,
        proposed_at=now,
        version=1,
    )


def _changed(former: dict[str, Any], facts: dict[str, Any]) -> set[str]:
    return {code for code in {*former, *facts} if former.get(code) != facts.get(code)}


async def _record(session: AsyncSession, row: TierProposalRow, *, now: datetime) -> None:
    await record(
        session,
        company=row.company,
        action="tier_proposal.proposed",
        at=now,
        resource_type=clocks.SUBJECT,
        resource_id=row.id,
        detail={"tier": row.tier, "rule": row.rule, "cause": row.cause, "customer_id": str(row.customer_id)},
    )
