"""What a day brings to plans: the last day is over, the review is due, the tier that had plans is lost."""

from uuid import UUID

from services.customer.plans import repository
from services.customer.plans.rules import EndReason, PlanAct, PlanState
from services.customer.plans.service import deciding
from services.customer.plans.service.work import REVIEW, PlanWork

AT_ONCE = 200
SYSTEM = "system:plans"


async def bring_up(work: PlanWork) -> tuple[int, bool]:
    """One stretch of what is due; answers how many steps and whether nothing is left."""
    company, today = work.policy.company, work.today
    past = await repository.past(work.session, company, today=today, limit=AT_ONCE)
    for row in past:
        at = work.ends(row.until_on)
        await deciding.finish(work, row, PlanAct.EXPIRE, EndReason.EXPIRED, by=SYSTEM, at=at)
    lost = await end_lost(work)
    due = await repository.due(work.session, company, today=today, limit=AT_ONCE)
    for row in due:
        row.review_due_on = None
        row.version += 1
        await work.start(row, REVIEW, work.terms.review)
        await work.tell(row, "review_due")
    steps = (len(past), lost, len(due))
    return sum(steps), max(steps) < AT_ONCE


async def end_lost(work: PlanWork, *, customer_id: UUID | None = None) -> int:
    """End the plans of customers whose tier has none any more: of one customer, or of the company."""
    strategies = work.chapter.strategies.items()
    tiers = [tier for tier, strategy in strategies if strategy.has_individual_plan]
    company = work.policy.company
    found = await repository.lost(work.session, company, tiers, customer_id=customer_id, limit=AT_ONCE)
    for plan_id in found:
        row = await repository.get(work.session, plan_id, [company], locked=True)
        if row.state == PlanState.APPROVED:
            await deciding.finish(work, row, PlanAct.END, EndReason.TIER_LOST, by=SYSTEM, at=work.now)
        elif row.state == PlanState.PROPOSED:
            await deciding.withdraw(work, row, reason=EndReason.TIER_LOST.value)
    return len(found)
