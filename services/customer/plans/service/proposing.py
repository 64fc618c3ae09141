"""Proposing a plan: dates that the pack allows, terms that are known and nowhere below the customer's tier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.customer.plans import repository
from services.customer.plans.errors import (
    PlanBelowTierError,
    PlanCustomerNotFoundError,
    PlanDatesError,
    PlanOverlapError,
    PlanTermError,
    PlanTierError,
)
from services.customer.plans.models import ServicePlanRow
from services.customer.plans.rules import PlanState, PlanTerm, TermChapter, is_not_below
from services.customer.plans.service.work import APPROVAL, PlanWork
from services.customer.policy import CHAPTER, CustomerChapter, promises_for
from services.customer.policy_orders import OrderCommitment, OrderMetric, OrderStart, OrderTerms
from services.customer.tiering.rules import months_after
from shared.access.principal import Principal
from shared.errors import FieldError
from shared.ids import human_number

NUMBER_KIND = "FA"


@dataclass(frozen=True, slots=True)
class PlanAsk:
    """A plan to propose."""

    customer_id: UUID
    title: str
    need: str
    """What the customer needs beyond the tier."""
    from_on: date
    until_on: date
    terms: tuple[PlanTerm, ...]


async def propose(work: PlanWork, plan_id: UUID, ask: PlanAsk, principal: Principal) -> ServicePlanRow:
    """Store a plan for the approving posts.

    Raises: PlanCustomerNotFoundError, PlanPostError, PlanTierError, PlanDatesError, PlanTermError,
    PlanBelowTierError, PlanOverlapError.
    """
    work.ensure_post(principal, work.terms.proposed_by)
    customer = await repository.customer(work.session, ask.customer_id, [principal.company])
    if customer is None:
        raise PlanCustomerNotFoundError("没有这个客户，或已停止服务")
    chapter = work.chapter
    tier = customer["tier"] if customer["tier_confirmed_at"] else chapter.default_tier
    strategy = chapter.strategies.get(tier)
    if strategy is None or not strategy.has_individual_plan:
        raise PlanTierError("规章未给该客户所属级别个性化服务方案", params={"tier": tier})
    ensure_dates(work, ask.from_on, ask.until_on)
    ensure_terms(work, ask.terms, tier=tier, party=customer["party"])
    dates = {"from_on": ask.from_on, "until_on": ask.until_on}
    if await repository.overlapping(work.session, ask.customer_id, **dates) is not None:
        raise PlanOverlapError("该客户在这段时间已有生效的服务方案")
    number = human_number(NUMBER_KIND, work.today, await repository.next_number(work.session))
    row = ServicePlanRow(
        id=plan_id,
        company=principal.company,
        number=number,
        customer_id=ask.customer_id,
        state=PlanState.PROPOSED.value,
        title=ask.title,
        need=ask.need,
        tier=tier,
        party=customer["party"],
        **dates,
        terms=[term.to_json() for term in ask.terms],
        proposed_by=principal.staff_id,
        proposed_at=work.now,
        policy_pack=work.policy.pack,
        policy_version=work.policy.revision(CHAPTER).version,
        posts=list(work.terms.approved_by),
        owner_id=customer["account_manager_id"],
        version=1,
    )
    await repository.add(work.session, row)
    await work.start(row, APPROVAL, work.terms.approval)
    await work.tell(row, "proposed")
    return row


def ensure_dates(work: PlanWork, from_on: date, until_on: date) -> None:
    """Not in the past, and no longer than the pack's months.  Raises: PlanDatesError."""
    if from_on < work.today:
        raise PlanDatesError.at("from_on", "服务方案不得自过去的日期起")
    if until_on < from_on:
        raise PlanDatesError.at("until_on", "截止日期不得早于起始日期")
    longest = work.terms.longest_months
    if until_on > months_after(from_on, longest):
        raise PlanDatesError.at("until_on", f"服务方案最长 {longest} 个月")


def ensure_terms(work: PlanWork, terms: Sequence[PlanTerm], *, tier: str, party: str) -> None:
    """Each term is known, said once, and nowhere below the tier.  Raises: PlanTermError, PlanBelowTierError."""
    unknown = [error for place, term in enumerate(terms) if (error := _unknown(work, place, term))]
    seen: set[tuple[str, str | None, str]] = set()
    for place, term in enumerate(terms):
        if term.key in seen:
            unknown.append(FieldError(f"/terms/{place}", "repeated", "同一业务同一指标只能有一条"))
        seen.add(term.key)
    if unknown:
        raise PlanTermError("服务方案的条款不合规章", errors=tuple(unknown))
    below = [error for place, term in enumerate(terms) for error in _below(work.chapter, place, term, tier, party)]
    if below:
        raise PlanBelowTierError(below[0].message, errors=tuple(below))


def _unknown(work: PlanWork, place: int, term: PlanTerm) -> FieldError | None:
    chapter, path = work.chapter, f"/terms/{place}"
    if term.calendar not in work.policy.common.calendars:
        return FieldError(f"{path}/calendar", "calendar_unknown", "规章没有这个工作日历")
    if term.chapter is TermChapter.COMPLAINT:
        if term.work is not None:
            return FieldError(f"{path}/work", "work_not_asked", "投诉的条款不分工单种类")
        if term.metric not in chapter.plans.complaint_metrics:
            return FieldError(f"{path}/metric", "metric_unknown", "规章没有可约定的这一投诉指标")
        return None
    if term.work not in chapter.works:
        return FieldError(f"{path}/work", "work_unknown", "规章没有这种工单")
    if term.metric not in {metric.value for metric in OrderMetric}:
        return FieldError(f"{path}/metric", "metric_unknown", "没有这一时限指标")
    return None


def _below(chapter: CustomerChapter, place: int, term: PlanTerm, tier: str, party: str) -> list[FieldError]:
    """The promises of the tier that the term falls short of, named."""
    if term.chapter is TermChapter.COMPLAINT:
        return []
    return [
        FieldError(
            f"/terms/{place}/budget",
            PlanBelowTierError.code,
            f"低于所属级别的承诺“{code}”（{_told(commitment)}；依据 {commitment.clause}）",
        )
        for code, commitment in _of_tier(chapter, term, tier, party).items()
        if commitment.deadline_from is None and not is_not_below(term.limit, commitment.limit)
    ]


def _of_tier(chapter: CustomerChapter, term: PlanTerm, tier: str, party: str) -> dict[str, OrderCommitment]:
    """Every promise that the tier has for the work and metric, from whatever start and at whatever place."""
    places = {place for commitment in chapter.commitments.values() for place in commitment.places}
    found: dict[str, OrderCommitment] = {}
    for where in (None, *sorted(places)):
        order = OrderTerms(term.work or "", tier, party, where)
        for start in OrderStart:
            found.update(promises_for(chapter, order, start=start).get(OrderMetric(term.metric), ()))
    return found


def _told(commitment: OrderCommitment) -> str:
    units = {"natural": "自然分钟", "business": "工作分钟", "working_day": "个工作日", "calendar_day": "个日历日"}
    return f"{commitment.limit.budget} {units[commitment.limit.unit.value]}"
