"""Blame, matters, amounts, evidence and shares: pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from services.incentive.cases.errors import AmountOutsideRangeError, CustomerRewardError, LossOutsideClauseError
from services.incentive.cases.rules.amounts import Amounts, check_loss, settle, suggest
from services.incentive.policy_catalogue import IncentiveClause
from services.incentive.proposals.errors import (
    OutsideRegulationError,
    ProposalStepNotAllowedError,
    SharesInvalidError,
)
from services.incentive.proposals.rules.blame import holders
from services.incentive.proposals.rules.drafts import Share, Target, check_shares
from services.incentive.proposals.rules.evidence import canonical, digest
from services.incentive.proposals.rules.matters import Standing, gravity_of, judge, returning, strongest, yearly
from services.incentive.proposals.rules.states import Act, check_act
from shared.contracts.base import Routing
from shared.contracts.sla import Segment
from shared.errors import DomainError

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ANNA, BO, CEN = UUID(int=1), UUID(int=2), UUID(int=3)


def segment(owner: UUID | None, consumed: int, department: str | None = "network") -> Segment:
    return Segment(owner_id=owner, department=department, from_at=NOW, consumed_us=consumed)


@pytest.mark.parametrize(
    ("segments", "routing", "expected"),
    [
        ([], Routing(owner_id=ANNA, department="market"), [(ANNA, "market", 1, 1)]),
        ([], Routing(department="market"), [(None, "market", 1, 1)]),
        ([], Routing(posts=["gm"]), []),
        (
            [segment(ANNA, 30), segment(BO, 70)],
            Routing(owner_id=CEN),
            [(BO, "network", 70, 100), (ANNA, "network", 30, 100)],
        ),
        (
            [segment(ANNA, 30), segment(BO, 40), segment(ANNA, 30)],
            Routing(),
            [(ANNA, "network", 60, 100), (BO, "network", 40, 100)],
        ),
        ([segment(ANNA, 9), segment(BO, 91)], Routing(), [(BO, "network", 91, 100)]),
        ([segment(ANNA, 10), segment(BO, 90)], Routing(), [(BO, "network", 90, 100), (ANNA, "network", 10, 100)]),
        ([segment(None, 60), segment(ANNA, 40)], Routing(), [(None, "network", 60, 100), (ANNA, "network", 40, 100)]),
        ([segment(None, 60, None), segment(ANNA, 40)], Routing(), [(ANNA, "network", 40, 40)]),
        ([segment(ANNA, 0), segment(BO, 0)], Routing(), [(ANNA, "network", 0, 0)]),
    ],
)
def test_who_held_the_clock_is_responsible_by_the_time_it_was_held(
    segments: list[Segment], routing: Routing, expected: list[tuple[UUID | None, str, int, int]]
) -> None:
    held = holders(segments, routing, least_percent=10)
    assert [(one.owner_id, one.department, one.consumed_us, one.of_us) for one in held] == expected


def clause(**more: object) -> IncentiveClause:
    said: dict[str, object] = {
        "name": "条",
        "kind": "penalty",
        "chain": None if more.get("is_outside") else "four",
        "clause": "c",
    }
    return IncentiveClause.model_validate({**said, **more})


RANGE = {"least_fen": 10000, "most_fen": 50000}


def test_gravity_follows_the_level_and_then_what_it_takes() -> None:
    ladder = [
        clause(level=1),
        clause(points={"least": 1, "most": 5}, level=1),
        clause(has_warning=True),
        clause(level=2, amount=RANGE),
        clause(level=3, amount=RANGE),
        clause(is_suspension=True),
        clause(level=4, amount=RANGE),
        clause(is_outside=True),
    ]
    weights = [gravity_of(one) for one in ladder]
    assert weights == sorted(weights)
    assert gravity_of(ladder[3]) < gravity_of(ladder[4]) < gravity_of(ladder[5])


@dataclass
class Other:
    provision: str
    gravity: int
    state: str = "drafted"
    withdrawn_for: str | None = None
    overturned_at: datetime | None = None
    cause_id: UUID = field(default_factory=uuid4)
    id: UUID = field(default_factory=uuid4)


@pytest.mark.parametrize(
    ("others", "standing", "same_as", "superseded"),
    [
        ([], Standing.DRAFTED, None, ()),
        ([Other("p2", 2)], Standing.DRAFTED, None, (0,)),
        ([Other("p4", 4)], Standing.LINKED, 0, ()),
        ([Other("p3", 3)], Standing.LINKED, 0, ()),
        ([Other("x", 3)], Standing.LINKED, 0, ()),
        ([Other("p2", 2, "confirmed")], Standing.LINKED, 0, ()),
        ([Other("p3", 3, cause_id=ANNA)], Standing.COUNTED, None, ()),
        ([Other("p3", 3, "dismissed", cause_id=ANNA)], Standing.COUNTED, None, ()),
        ([Other("p3", 3, "withdrawn", "same_matter", cause_id=ANNA)], Standing.COUNTED, None, ()),
        ([Other("p3", 3, "withdrawn", "cause_retracted", NOW, cause_id=ANNA)], Standing.DRAFTED, None, ()),
        ([Other("p3", 3, "dismissed")], Standing.DRAFTED, None, ()),
        ([Other("p2", 2, "confirmed", overturned_at=NOW)], Standing.DRAFTED, None, ()),
        ([Other("p1", 1), Other("p4", 4, "outside")], Standing.LINKED, 1, ()),
    ],
)
def test_one_matter_is_counted_once(
    others: list[Other], standing: Standing, same_as: int | None, superseded: tuple[int, ...]
) -> None:
    verdict = judge("p3", 3, ANNA, others)
    assert verdict.standing is standing
    assert verdict.same_as_id == (None if same_as is None else others[same_as].id)
    assert verdict.superseded == tuple(others[one].id for one in superseded)


def test_the_gravest_returns_when_what_stood_before_it_fell() -> None:
    lesser, graver = Other("p1", 1, "withdrawn", "same_matter"), Other("p2", 2, "withdrawn", "same_matter")
    gone = Other("p3", 3, "withdrawn", "cause_retracted", NOW)
    assert returning([lesser, gone, graver]) == [graver.id, lesser.id]
    assert strongest([lesser, gone]) is None
    confirmed = Other("p1", 1, "confirmed")
    assert strongest([Other("p3", 3), confirmed]) == confirmed.id


def test_a_year_is_one_matter_whoever_counts_it() -> None:
    assert yearly("a", "p", "s", 2026) == yearly("a", "p", "s", 2026)
    assert len({yearly("a", "p", "s", 2026), yearly("a", "p", "s", 2027), yearly("b", "p", "s", 2026)}) == 3


LEVEL_2 = clause(level=2, amount=RANGE, department_points={"least": 1, "most": 5})
POINTS = clause(points={"least": 3, "most": 5})
GIFT = clause(kind="reward", subject="customer", amount={"least_fen": 0, "most_fen": 20000}, gifts=["礼包"])


@pytest.mark.parametrize(
    ("one", "points", "carries", "expected"),
    [
        (LEVEL_2, None, True, Amounts(amount_fen=10000, department_points=1)),
        (LEVEL_2, 4, True, Amounts(amount_fen=10000, department_points=4)),
        (LEVEL_2, 4, False, Amounts(amount_fen=10000)),
        (POINTS, 4, True, Amounts(points=4)),
        (POINTS, 9, True, Amounts(points=5)),
        (POINTS, 1, True, Amounts(points=3)),
        (GIFT, None, True, Amounts(gift="礼包")),
    ],
)
def test_the_least_is_suggested_or_what_the_fact_says(
    one: IncentiveClause, points: int | None, carries: bool, expected: Amounts
) -> None:
    assert suggest(one, points, carries_department_points=carries) == expected


@pytest.mark.parametrize(
    ("one", "given", "expected"),
    [
        (LEVEL_2, Amounts(), Amounts(amount_fen=10000, department_points=1)),
        (LEVEL_2, Amounts(amount_fen=50000, department_points=5), Amounts(amount_fen=50000, department_points=5)),
        (LEVEL_2, Amounts(amount_fen=50001), AmountOutsideRangeError),
        (LEVEL_2, Amounts(amount_fen=9999), AmountOutsideRangeError),
        (LEVEL_2, Amounts(points=1), AmountOutsideRangeError),
        (LEVEL_2, Amounts(gift="礼包"), AmountOutsideRangeError),
        (GIFT, Amounts(), Amounts(gift="礼包")),
        (GIFT, Amounts(amount_fen=20000), Amounts(amount_fen=20000)),
        (GIFT, Amounts(amount_fen=0), AmountOutsideRangeError),
        (GIFT, Amounts(amount_fen=20001), AmountOutsideRangeError),
        (GIFT, Amounts(gift="汽车"), CustomerRewardError),
        (GIFT, Amounts(gift="礼包", amount_fen=100), CustomerRewardError),
        (GIFT, Amounts(points=1), CustomerRewardError),
    ],
)
def test_a_person_confirms_within_the_clause(
    one: IncentiveClause, given: Amounts, expected: Amounts | type[DomainError]
) -> None:
    suggested = suggest(one, None)
    if isinstance(expected, Amounts):
        assert settle(one, given, suggested) == expected
    else:
        with pytest.raises(expected):
            settle(one, given, suggested)


@pytest.mark.parametrize(
    ("loss", "given", "is_fine"),
    [
        (None, None, True),
        (None, 1, False),
        ({"from_fen": 200000, "below_fen": 500000}, None, False),
        ({"from_fen": 200000, "below_fen": 500000}, 199999, False),
        ({"from_fen": 200000, "below_fen": 500000}, 200000, True),
        ({"from_fen": 200000, "below_fen": 500000}, 499999, True),
        ({"from_fen": 200000, "below_fen": 500000}, 500000, False),
        ({"from_fen": 500000}, 500000, True),
    ],
)
def test_a_loss_belongs_to_its_own_clause(loss: dict[str, int] | None, given: int | None, is_fine: bool) -> None:
    one = clause(level=4, loss=loss)
    if is_fine:
        check_loss(one, given)
    else:
        with pytest.raises(LossOutsideClauseError):
            check_loss(one, given)


@pytest.mark.parametrize(
    ("shares", "may", "is_fine"),
    [
        ([], False, True),
        ([Share(ANNA, 60, True), Share(BO, 40)], True, True),
        ([Share(ANNA, 60, True), Share(BO, 40)], False, False),
        ([Share(ANNA, 100, True)], True, False),
        ([Share(ANNA, 60), Share(BO, 40)], True, False),
        ([Share(ANNA, 60, True), Share(BO, 40, True)], True, False),
        ([Share(ANNA, 60), Share(BO, 40, True)], True, False),
        ([Share(ANNA, 60, True), Share(BO, 30)], True, False),
        ([Share(ANNA, 60, True), Share(ANNA, 40)], True, False),
    ],
)
def test_a_collective_has_one_main_contributor_and_whole_shares(shares: list[Share], may: bool, is_fine: bool) -> None:
    if is_fine:
        check_shares(shares, Target.employee(ANNA), may_be_collective=may)
    else:
        with pytest.raises(SharesInvalidError):
            check_shares(shares, Target.employee(ANNA), may_be_collective=may)


def test_evidence_has_one_digest_whatever_the_order() -> None:
    assert canonical({"b": 1, "a": {"d": [2], "c": None}}) == '{"a":{"c":null,"d":[2]},"b":1}'
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1}) != digest({"a": 2, "b": 2})


@pytest.mark.parametrize(
    ("act", "state", "error"),
    [
        (Act.CONFIRM, "drafted", None),
        (Act.DISMISS, "drafted", None),
        (Act.WITHDRAW, "outside", None),
        (Act.CONFIRM, "outside", OutsideRegulationError),
        (Act.DISMISS, "outside", OutsideRegulationError),
        (Act.CONFIRM, "confirmed", ProposalStepNotAllowedError),
        (Act.DISMISS, "dismissed", ProposalStepNotAllowedError),
        (Act.WITHDRAW, "withdrawn", ProposalStepNotAllowedError),
    ],
)
def test_steps_by_state(act: Act, state: str, error: type[DomainError] | None) -> None:
    if error is None:
        check_act(act, state)
    else:
        with pytest.raises(error):
            check_act(act, state)
