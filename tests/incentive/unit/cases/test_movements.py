"""What a case moves: signs, accounts, shares that make the whole; and what a statement may make of it."""

import itertools
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incentive.cases.errors import AmountOutsideRangeError, NotLowerError
from services.incentive.cases.rules.amounts import Amounts, lower
from services.incentive.cases.rules.movements import movements, split
from services.incentive.ledger.rules import LedgerSubject, Unit
from services.incentive.policy import IncentiveChapter
from tests.support.packs import shipped

CHAPTER = shipped("chaohu").chapters["incentive"]
CREW, HEAD, CUSTOMER = uuid4(), uuid4(), uuid4()
DEPARTMENT = LedgerSubject.department("customer_service")


def moved(
    provision: str, amounts: Amounts, *, subject: str = str(CREW), head: UUID | None = None
) -> dict[tuple[LedgerSubject, Unit], int]:
    assert isinstance(CHAPTER, IncentiveChapter)
    found = movements(
        CHAPTER.catalogue.provisions[provision],
        amounts,
        subject=subject,
        department="customer_service",
        team="repair_1",
        head_id=head,
        shares=(),
        places={},
    )
    return {(one.subject, one.unit): one.amount for one in found}


def test_a_penalty_takes_and_a_reward_gives() -> None:
    own = LedgerSubject.employee(CREW)
    amounts = Amounts(amount_fen=10000, department_points=2)
    assert moved("penalty-2-commitment", amounts) == {(own, Unit.FEN): -10000, (DEPARTMENT, Unit.POINTS): -2}
    assert moved("reward-praise", amounts) == {(own, Unit.FEN): 10000, (DEPARTMENT, Unit.POINTS): 2}


def test_level_three_charges_the_head_too() -> None:
    amounts = Amounts(amount_fen=10000, head_amount_fen=20000, department_points=5)
    assert moved("penalty-3-mishandled", amounts, head=HEAD) == {
        (LedgerSubject.employee(CREW), Unit.FEN): -10000,
        (LedgerSubject.employee(HEAD), Unit.FEN): -20000,
        (DEPARTMENT, Unit.POINTS): -5,
    }
    assert (LedgerSubject.employee(HEAD), Unit.FEN) not in moved("penalty-3-mishandled", amounts)


def test_level_four_takes_points_off_the_year() -> None:
    assert moved("penalty-4-image", Amounts(department_points=20)) == {(DEPARTMENT, Unit.YEAR_POINTS): -20}


def test_a_department_and_a_customer() -> None:
    department = moved("department-measures", Amounts(department_points=3), subject="customer_service")
    assert department == {(DEPARTMENT, Unit.POINTS): -3}
    credit = moved("reward-customer", Amounts(amount_fen=5000), subject=str(CUSTOMER))
    assert credit == {(LedgerSubject.customer(CUSTOMER), Unit.FEN): 5000}
    assert moved("reward-customer", Amounts(gift="安全用气礼包"), subject=str(CUSTOMER)) == {}


def test_what_is_nought_moves_nothing() -> None:
    assert moved("penalty-1-dress", Amounts(points=0)) == {}
    assert moved("department-grave-notices", Amounts(), subject="customer_service") == {}


@given(
    amount=st.integers(0, 1_000_000),
    cuts=st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True),
)
def test_shares_make_the_whole(amount: int, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 100]
    shares = [
        {"staff_id": str(uuid4()), "percent": upper - under, "is_main": place == 0}
        for place, (under, upper) in enumerate(itertools.pairwise(edges))
    ]
    parts = split(amount, str(CREW), shares)
    assert sum(parts.values()) == amount
    assert all(abs(parts[UUID(str(one["staff_id"]))] * 100 - amount * int(str(one["percent"]))) < 100 * len(shares)
               for one in shares)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        (Amounts(amount_fen=20001), NotLowerError),
        (Amounts(), NotLowerError),
        (Amounts(amount_fen=15000, department_points=5), NotLowerError),
        (Amounts(amount_fen=9999), AmountOutsideRangeError),
        (Amounts(amount_fen=15000), None),
    ],
)
def test_a_statement_only_lowers(given: Amounts, refused: type[Exception] | None) -> None:
    assert isinstance(CHAPTER, IncentiveChapter)
    clause = CHAPTER.catalogue.provisions["penalty-2-commitment"]
    before = Amounts(amount_fen=20000, department_points=2)
    if refused is None:
        assert lower(clause, given, before) == Amounts(amount_fen=15000, department_points=2)
        return
    with pytest.raises(refused):
        lower(clause, given, before)
