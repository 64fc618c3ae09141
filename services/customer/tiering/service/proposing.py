"""A department proposes a tier for one customer: with reason and facts, under a condition of the pack where it asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_tiering import FactSource, FactType, TierRule
from services.customer.tiering.errors import (
    CustomerNotFoundError,
    TierConditionError,
    TierProposalWaitingError,
    TierProposerError,
    TierUnchangedError,
    TierUnknownError,
)
from services.customer.tiering.models import TierProposalRow
from services.customer.tiering.repository import judging, runs, singles
from services.customer.tiering.rules import ProposalSource, ProposalState, RunState
from services.customer.tiering.service import basis, clocks
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.policy.book import Policy
from shared.sla.calendars import Calendars

Value = str | bool | int | float

_COLUMNS = (
    *("id", "kind", "customer_class", "party", "standing", "district", "capacity_m3_day", "daily_volume_m3"),
    *("member_count", "tags", "facts"),
)


@dataclass(frozen=True, slots=True)
class TierAsk:
    """What a department proposes and why; `facts` by code are what it knows beyond the registry."""

    customer_id: UUID
    tier: str
    reason: str
    rule: str | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)


async def propose(
    session: AsyncSession,
    policy: Policy,
    calendars: Calendars,
    *,
    proposal_id: UUID,
    ask: TierAsk,
    principal: Principal,
    now: datetime,
) -> TierProposalRow:
    """Propose a tier for the reviewing post; a waiting result of the rules gives way to what a person knows.

    Raises: CustomerNotFoundError, TierUnknownError, TierProposerError, TierConditionError, TierUnchangedError,
    TierProposalWaitingError.
    """
    chapter, company = basis.chapter_of(policy), principal.company
    await runs.lock_company(session, company)
    customer = await singles.customer_for_update(session, ask.customer_id, [company])
    if customer is None:
        raise CustomerNotFoundError("没有这个客户，或已停止服务")
    rule = _rule(chapter, ask)
    _ensure_proposer(chapter, rule, principal)
    judged = await _judged(session, chapter, ask, customer)
    if ask.rule is not None and ask.rule not in judged["matches"]:
        raise TierConditionError.at_rule("客户的事实不符合所指明的条件", ask.rule)
    in_force = customer["tier"] if customer["tier_confirmed_at"] else None
    if in_force == ask.tier:
        raise TierUnchangedError("客户已确认为所提级别")
    await _give_way(session, ask.customer_id, now=now)
    row = TierProposalRow(
        id=proposal_id,
        company=company,
        customer_id=ask.customer_id,
        state=ProposalState.PROPOSED.value,
        source=ProposalSource.DEPARTMENT.value,
        tier=ask.tier,
        from_tier=customer["tier"],
        rule=ask.rule,
        matches=list(judged["matches"]),
        facts=judged["facts"],
        stated_facts=dict(ask.facts),
        needs_person=True,
        is_upgrade=rule is not None and rule.is_upgrade,
        policy_version=policy.revision(CHAPTER).version,
        proposed_by=principal.staff_id,
        department=principal.department,
        reason=ask.reason,
        proposed_at=now,
        is_base_settled=False,
        version=1,
    )
    await singles.add(session, row)
    await clocks.start(session, policy, calendars, row, now=now)
    await record(
        session,
        company=company,
        action="tier_proposal.proposed",
        at=now,
        resource_type=clocks.SUBJECT,
        resource_id=row.id,
        detail={"tier": row.tier, "rule": row.rule, "customer_id": str(row.customer_id)},
    )
    return row


def _rule(chapter: CustomerChapter, ask: TierAsk) -> TierRule | None:
    if ask.tier not in chapter.tier_order:
        raise TierUnknownError.at("tier", "现行规章没有该级别")
    for code, value in ask.facts.items():
        _ensure_fact(chapter, code, value)
    if ask.rule is None:
        if chapter.tier_proposing.needs_rule:
            raise TierConditionError.at_rule("规章要求指明所符合的条件")
        return None
    rule = chapter.tier_rules.get(ask.rule)
    if rule is None or rule.tier != ask.tier:
        raise TierUnknownError.at("rule", "现行规章没有该级别的这一条件")
    return rule


def _ensure_fact(chapter: CustomerChapter, code: str, value: Value) -> None:
    """A person states what no column of the registry knows: those are entered there, by who may."""
    fact = chapter.facts.get(code)
    if fact is None or fact.source is not FactSource.FACTS:
        raise TierUnknownError.at(f"facts/{code}", "该事实不在规章可陈述的事实之列，请先在客户登记中更正")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {FactType.NUMBER: is_number, FactType.FLAG: isinstance(value, bool), FactType.TEXT: isinstance(value, str)}
    if not fits.get(fact.type, False):
        raise TierUnknownError.at(f"facts/{code}", "事实的类型与规章不符")


def _ensure_proposer(chapter: CustomerChapter, rule: TierRule | None, principal: Principal) -> None:
    allowed = {*(rule.proposed_by if rule else ()), *chapter.tier_proposing.departments}
    mine = {principal.department, *(standing.department for standing in principal.acting)}
    if allowed and not allowed & mine:
        raise TierProposerError("请由规章指定的部门提出", params={"departments": "、".join(sorted(allowed))})


async def _judged(
    session: AsyncSession, chapter: CustomerChapter, ask: TierAsk, customer: RowMapping
) -> Mapping[Any, Any]:
    keys = {chapter.facts[code].key: value for code, value in ask.facts.items()}
    row = {name: customer[name] for name in _COLUMNS}
    row["facts"] = {**customer["facts"], **keys}
    sales = await runs.total_sales_fen(session, customer["company"])
    return (await judging.judge(session, chapter, [row], total_sales_fen=sales))[0]


async def _give_way(session: AsyncSession, customer_id: UUID, *, now: datetime) -> None:
    waiting = await singles.waiting(session, customer_id)
    if waiting is None:
        return
    if waiting.source in (ProposalSource.DEPARTMENT, ProposalSource.REVIEW):
        raise TierProposalWaitingError("请先审核该客户已有的级别建议", params={"proposal_id": str(waiting.id)})
    run = None if waiting.run_id is None else await runs.get_run(session, waiting.run_id, [waiting.company])
    if run is not None and run.state == RunState.CONFIRMING:
        raise TierProposalWaitingError("该客户的级别正在批量确认，请稍后再提", params={"run_id": str(run.id)})
    waiting.give_way(ProposalState.SUPERSEDED, at=now)
    await session.flush()
    if waiting.run_id is None:
        await clocks.end_all(session, waiting.company, [waiting.id], now=now)
