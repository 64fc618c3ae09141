"""Which of two limits is never the later one, and what a plan may become."""

import pytest

from services.customer.plans.errors import PlanStepNotAllowedError
from services.customer.plans.rules import PlanAct, PlanState, PlanTerm, TermChapter, check, is_not_below
from shared.policy.commitments import Limit, LimitUnit

NATURAL, BUSINESS = LimitUnit.NATURAL, LimitUnit.BUSINESS
DAYS, DATES = LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY


def limit(budget: int | None, unit: LimitUnit = NATURAL, calendar: str = "natural") -> Limit:
    return Limit(budget=budget, unit=unit, calendar=calendar)


@pytest.mark.parametrize(
    ("plan", "tier", "fits"),
    [
        (limit(29), limit(30), True),
        (limit(30), limit(30), True),
        (limit(31), limit(30), False),
        (limit(10), limit(None), True),
        (limit(2, DAYS, "office"), limit(3, DAYS, "office"), True),
        (limit(4, DAYS, "office"), limit(3, DAYS, "office"), False),
        (limit(2880), limit(3, DAYS, "office"), True),
        (limit(2881), limit(3, DAYS, "office"), False),
        (limit(1), limit(1, DAYS, "office"), False),
        (limit(60), limit(60, BUSINESS, "office"), True),
        (limit(61), limit(60, BUSINESS, "office"), False),
        (limit(60, BUSINESS, "office"), limit(6000), False),
        (limit(1440), limit(1, DATES), True),
        (limit(1, DATES), limit(2880), True),
        (limit(1, DATES), limit(2879), False),
        (limit(1, DAYS, "office"), limit(1, DAYS, "other"), False),
    ],
)
def test_a_limit_is_not_below_only_where_it_can_never_end_later(plan: Limit, tier: Limit, fits: bool) -> None:
    assert is_not_below(plan, tier) is fits


@pytest.mark.parametrize("act", PlanAct)
@pytest.mark.parametrize("state", PlanState)
def test_each_act_has_one_state_before_it(act: PlanAct, state: PlanState) -> None:
    wanted = PlanState.APPROVED if act in (PlanAct.CONTINUE, PlanAct.END, PlanAct.EXPIRE) else PlanState.PROPOSED
    if state is wanted:
        assert check(act, state) is not PlanState.PROPOSED
    else:
        with pytest.raises(PlanStepNotAllowedError):
            check(act, state)


def test_a_term_is_stored_as_it_was_said() -> None:
    term = PlanTerm(TermChapter.CUSTOMER, "arrival", 2, LimitUnit.WORKING_DAY, "office", "repair")
    assert PlanTerm.from_json(term.to_json()) == term
