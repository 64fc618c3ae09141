"""Promises of the pack and of a customer's plan together: the stricter one wins, and its clock says whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.plans import repository
from services.customer.plans.rules import PlanTerm, TermChapter
from services.customer.policy import CustomerChapter
from services.customer.policy_orders import OrderCommitment, OrderMetric, OrderStart, OrderTerms, WorkCode

_CIVIL = ZoneInfo("Asia/Shanghai")
PREFIX = "plan_"
"""Begins the code of a promise that comes of a plan, and the clause that its clock shows."""


@dataclass(frozen=True, slots=True)
class PlanOverrides:
    """What a customer's plan in force promises beyond the tier."""

    plan_id: UUID
    number: str
    tier: str
    terms: tuple[PlanTerm, ...]

    @property
    def code(self) -> str:
        """The plan as the clause of a clock: `plan_` and its number."""
        return f"{PREFIX}{self.number.lower()}"

    def of_work(self, work: WorkCode) -> list[PlanTerm]:
        """The terms for one kind of service order."""
        return [term for term in self.terms if term.chapter is TermChapter.CUSTOMER and term.work == work]

    def of_complaints(self) -> list[PlanTerm]:
        """The terms for complaints."""
        return [term for term in self.terms if term.chapter is TermChapter.COMPLAINT]


async def overrides(
    session: AsyncSession, customer_id: UUID, at: datetime, *, zone: ZoneInfo = _CIVIL
) -> PlanOverrides | None:
    """The customer's plan that counts for what begins at this instant; none: the tier's promises alone."""
    row = await repository.in_force(session, customer_id, on=at.astimezone(zone).date())
    if row is None:
        return None
    return PlanOverrides(row.id, row.number, row.tier, tuple(row.promised))


Promises = Mapping[OrderMetric, tuple[tuple[str, OrderCommitment], ...]]
"""What `promises_for` answers: candidates by metric, of which the earliest deadline governs."""


def with_plan(
    chapter: CustomerChapter, order: OrderTerms, given: Promises, plan: PlanOverrides | None, *, start: OrderStart
) -> dict[OrderMetric, tuple[tuple[str, OrderCommitment], ...]]:
    """The pack's promises with the plan's beside them, as `promises_for` answers: the earliest deadline governs.

    So a plan never lengthens what the tier promises.  Its clock carries the plan's number as clause, and ladder,
    waits and who must come as the tier has them; an appointment or a contract's date stays what it is.  A plan counts
    only while the customer's tier has individual plans, and where no promise of the tier runs from that start, from
    the receipt.
    """
    found = dict(given)
    strategy = chapter.strategies.get(order.tier)
    if plan is None or strategy is None or not strategy.has_individual_plan:
        return found
    for term in plan.of_work(order.work):
        metric = OrderMetric(term.metric)
        candidates = found.get(metric, ())
        if candidates:
            found[metric] = (*candidates, (plan.code, _stricter(candidates[0][1], term, plan)))
        elif start is OrderStart.RECEIPT and not _is_promised_elsewhere(chapter, order, metric):
            found[metric] = ((plan.code, _own(chapter, order, metric, term, plan)),)
    return found


def _stricter(tier: OrderCommitment, term: PlanTerm, plan: PlanOverrides) -> OrderCommitment:
    return tier.model_copy(update={"limit": term.limit, "clause": plan.code, "deadline_from": None})


def _own(
    chapter: CustomerChapter, order: OrderTerms, metric: OrderMetric, term: PlanTerm, plan: PlanOverrides
) -> OrderCommitment:
    ladder = chapter.tier_proposing.ladder
    return OrderCommitment(
        works=(order.work,), metric=metric, tiers=(order.tier,), limit=term.limit, ladder=ladder, clause=plan.code
    )


def _is_promised_elsewhere(chapter: CustomerChapter, order: OrderTerms, metric: OrderMetric) -> bool:
    """Whether the tier promises the metric from another moment on: the plan then waits for that moment."""
    return any(
        order.work in one.works
        and one.metric is metric
        and order.tier in one.tiers
        and (not one.parties or order.party in one.parties)
        for one in chapter.commitments.values()
    )
