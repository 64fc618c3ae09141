"""The order's states, stages, posts, rank, details and moments, by table."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.customer.orders.errors import (
    DetailsInvalidError,
    OccurredBeforeOrderError,
    OccurredInFutureError,
    OrderStepNotAllowedError,
    StageMissingError,
)
from services.customer.orders.rules.details import REQUESTS, RESULTS, details_of, result_of
from services.customer.orders.rules.posts import Demand
from services.customer.orders.rules.ranking import queue_key, rank_at
from services.customer.orders.rules.states import (
    ALLOWED,
    BEFORE_COMPLETION,
    OrderAct,
    OrderState,
    check,
    ensure_passed,
    moment_of,
    passed_stages,
    period_end,
)
from services.customer.orders.service.governing import natural
from services.customer.policy import CustomerChapter
from services.customer.policy_orders import WorkForm, WorkStage
from services.customer.policy_tiering import PriorityLevel
from shared.policy.commitments import Limit, LimitUnit
from tests.support.packs import policy_of

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
S, A = OrderState, OrderAct


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        (A.APPOINT, S.REQUESTED, S.APPOINTED),
        (A.APPOINT, S.DISPATCHED, S.DISPATCHED),
        (A.ACKNOWLEDGE, S.REQUESTED, S.REQUESTED),
        (A.DISPATCH, S.APPOINTED, S.DISPATCHED),
        (A.DISPATCH, S.IMPEDED, S.DISPATCHED),
        (A.ARRIVE, S.DISPATCHED, S.ARRIVED),
        (A.START, S.ARRIVED, S.WORKING),
        (A.IMPEDE, S.WORKING, S.IMPEDED),
        (A.START, S.IMPEDED, S.WORKING),
        (A.COMPLETE, S.WORKING, S.COMPLETED),
        (A.CONFIRM, S.COMPLETED, S.CONFIRMED),
        (A.ACCEPT, S.CONFIRMED, S.ACCEPTED),
        (A.REPORT, S.ACCEPTED, S.REPORTED),
        (A.CLOSE, S.REPORTED, S.CLOSED),
        (A.CANCEL, S.ARRIVED, S.CANCELLED),
    ],
)
def test_an_act_leads_from_state_to_state(act: OrderAct, before: OrderState, after: OrderState) -> None:
    assert check(act, before) is after


def test_nothing_is_done_to_an_order_that_is_over() -> None:
    for act in ALLOWED:
        for state in (S.CLOSED, S.CANCELLED):
            with pytest.raises(OrderStepNotAllowedError):
                check(act, state)


def test_work_is_completed_and_cancelled_once() -> None:
    for state in set(S) - set(BEFORE_COMPLETION):
        for act in (A.COMPLETE, A.CANCEL, A.DISPATCH, A.PAUSE):
            with pytest.raises(OrderStepNotAllowedError):
                check(act, state)


def test_stages_that_are_missing_are_named() -> None:
    passed = passed_stages({"dispatched_at": NOW, "arrived_at": None, "completed_at": NOW})
    assert passed == {WorkStage.DISPATCHED, WorkStage.COMPLETED}
    with pytest.raises(StageMissingError) as refused:
        ensure_passed(A.CLOSE, list(WorkStage), passed)
    assert refused.value.params["stages"] == "arrived,confirmed,accepted,reported"


def test_posts_that_are_missing_are_named() -> None:
    leader, worker = uuid4(), uuid4()
    held: dict[str, set[UUID]] = {"repair_team_leader": {leader}, "repair_worker": {worker}}

    def holders(post: str) -> set[UUID]:
        return held.get(post, set())

    any_of, all_of = Demand(any_of=("repair_team_leader",)), Demand(all_of=("gm", "repair_worker"))
    assert any_of.missing([worker], holders) == ["repair_team_leader"]
    assert any_of.missing([leader, worker], holders) == []
    assert all_of.missing([worker], holders) == ["gm"]
    assert Demand().missing([], holders) == []


def test_dispatch_goes_by_emergency_then_deadline_then_tier() -> None:
    terms = policy_of("chaohu", "nobody").chapter_as("customer", CustomerChapter).orders
    lead = timedelta(minutes=terms.always_lead_minutes)

    def key(hours: int | None, level: PriorityLevel, tier: int, number: str, *, emergency: bool = False) -> object:
        due = None if hours is None else NOW + timedelta(hours=hours)
        rank = rank_at(due, level, is_priority=False, terms=terms)
        order = list(PriorityLevel).index(level)
        return queue_key(is_emergency=emergency, rank=rank, priority=order, tier_rank=tier, number=number)

    none, equal = PriorityLevel.NONE, PriorityLevel.EQUAL_CIRCUMSTANCES
    waiting = {
        "no deadline": key(None, none, 1, "1"),
        "late general": key(9, none, 4, "2"),
        "late major": key(9, none, 3, "3"),
        "late key": key(9, equal, 3, "4"),
        "early general": key(2, none, 4, "5"),
        "emergency": key(8, none, 4, "6", emergency=True),
    }
    expected = ["emergency", "early general", "late key", "late major", "late general", "no deadline"]
    assert sorted(waiting, key=lambda name: waiting[name]) == expected  # type: ignore[arg-type,return-value]
    assert rank_at(NOW, PriorityLevel.ALWAYS, is_priority=False, terms=terms) == NOW - lead
    assert rank_at(NOW, equal, is_priority=False, terms=terms) == NOW


def test_every_form_has_its_data_and_refuses_those_of_others() -> None:
    assert set(REQUESTS) == set(RESULTS) == set(WorkForm)
    assert details_of(WorkForm.ACCOUNT, {"change": "close"}) == {"change": "close"}
    for said, pointer in (({"change": "steal"}, "/details/change"), ({}, "/details/change")):
        with pytest.raises(DetailsInvalidError) as refused:
            details_of(WorkForm.ACCOUNT, said)
        assert [one.pointer for one in refused.value.errors] == [pointer]
    with pytest.raises(DetailsInvalidError) as refused:
        result_of(WorkForm.METER_READING, {"reading": -1, "card_number": "1"})
    assert {one.pointer for one in refused.value.errors} == {"/result/reading", "/result/card_number"}


def test_a_step_is_judged_by_when_it_happened_within_the_window() -> None:
    since = NOW - timedelta(hours=3)
    early = moment_of(NOW - timedelta(hours=2), now=NOW, since=since, window_minutes=60)
    assert (early.occurred_at, early.judged_at) == (NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    with pytest.raises(OccurredInFutureError):
        moment_of(NOW + timedelta(seconds=1), now=NOW, since=since, window_minutes=60)
    with pytest.raises(OccurredBeforeOrderError):
        moment_of(since - timedelta(seconds=1), now=NOW, since=since, window_minutes=60)


@pytest.mark.parametrize(
    ("since", "months", "until"),
    [((2026, 11), 1, (2026, 12)), ((2026, 12), 1, (2027, 1)), ((2026, 7), 6, (2027, 1)), ((2026, 2), 12, (2027, 2))],
)
def test_a_period_ends_with_its_last_month(since: tuple[int, int], months: int, until: tuple[int, int]) -> None:
    begin = datetime(*since, 17, 9, tzinfo=UTC)
    assert period_end(begin, months) == datetime(*until, 1, tzinfo=UTC)


def test_emergency_limits_run_around_the_clock() -> None:
    assert natural(Limit(budget=2, unit=LimitUnit.WORKING_DAY, calendar="office")) == Limit(budget=2880)
    assert natural(Limit(budget=90, unit=LimitUnit.BUSINESS, calendar="office")) == Limit(budget=90)
