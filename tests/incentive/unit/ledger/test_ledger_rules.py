"""Postings balance, reversals are exact opposites, months and digests: tables and properties."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incentive.ledger.errors import LedgerMonthClosedError, LedgerMonthOpenError, PostingUnsoundError
from services.incentive.ledger.rules.accounts import AccountKind, LedgerSubject, Side, Unit
from services.incentive.ledger.rules.digest import canonical, digest_of
from services.incentive.ledger.rules.figures import Figures, SubjectBalance
from services.incentive.ledger.rules.months import (
    check_lockable,
    check_open,
    is_over,
    last_instant,
    month_before,
    month_of,
    next_month,
    open_month,
)
from services.incentive.ledger.rules.moving import BalanceKey, moves
from services.incentive.ledger.rules.posting import Line, Movement, Posting, lines_of, sums

CHINA = timezone(timedelta(hours=8))
ANNA, BO = LedgerSubject.employee(UUID(int=1)), LedgerSubject.employee(UUID(int=2))
SERVICE = LedgerSubject.department("customer_service")
GUEST = LedgerSubject.customer(UUID(int=9))


def posting(*movements: Movement, month: str = "2026-11") -> Posting:
    return Posting(uuid4(), "effect", uuid4(), "penalty-2", month, movements)


@pytest.mark.parametrize(
    ("movement", "counter", "own"),
    [
        (Movement(ANNA, Unit.FEN, 20_000), AccountKind.REWARDS_PAID, Side.CREDIT),
        (Movement(ANNA, Unit.FEN, -20_000), AccountKind.PENALTIES_KEPT, Side.DEBIT),
        (Movement(ANNA, Unit.POINTS, -5), AccountKind.POINTS_POOL, Side.DEBIT),
        (Movement(SERVICE, Unit.YEAR_POINTS, -3), AccountKind.POINTS_POOL, Side.DEBIT),
        (Movement(GUEST, Unit.FEN, 5_000), AccountKind.REWARDS_PAID, Side.CREDIT),
    ],
)
def test_every_movement_is_booked_against_an_account_of_the_company(
    movement: Movement, counter: AccountKind, own: Side
) -> None:
    mine, other = lines_of(posting(movement))
    assert (mine.subject, mine.side, mine.amount) == (movement.subject, own, abs(movement.amount))
    assert (other.subject.kind, other.unit, other.signed) == (counter, movement.unit, -mine.signed)
    assert (other.department, other.team) == (None, None)


@pytest.mark.parametrize(
    ("movements", "pointer"),
    [
        ((), "/movements"),
        ((Movement(ANNA, Unit.FEN, 0),), "/movements/0/amount"),
        ((Movement(ANNA, Unit.FEN, 1), Movement(SERVICE, Unit.FEN, 1)), "/movements/1/unit"),
        ((Movement(LedgerSubject.team("a"), Unit.FEN, 1),), "/movements/0/unit"),
        ((Movement(GUEST, Unit.POINTS, 1),), "/movements/0/unit"),
        ((Movement(GUEST, Unit.FEN, -1),), "/movements/0/amount"),
        ((Movement(LedgerSubject(AccountKind.POINTS_POOL, "company"), Unit.POINTS, 1),), "/movements/0/unit"),
    ],
)
def test_an_unsound_posting_names_the_place(movements: tuple[Movement, ...], pointer: str) -> None:
    with pytest.raises(PostingUnsoundError) as refused:
        lines_of(posting(*movements))
    assert (refused.value.code, refused.value.errors[0].pointer) == ("ledger_posting_unsound", pointer)


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-1", "26-11", "2026-11-01"])
def test_a_posting_is_of_a_month(month: str) -> None:
    with pytest.raises(PostingUnsoundError) as refused:
        lines_of(posting(Movement(ANNA, Unit.FEN, 1), month=month))
    assert refused.value.errors[0].pointer == "/month"


AMOUNTS = st.integers(min_value=-50_000, max_value=50_000).filter(bool)
PLACES = st.sampled_from((None, "customer_service", "network"))
MOVEMENTS = st.one_of(
    st.builds(Movement, st.sampled_from((ANNA, BO)), st.sampled_from(list(Unit)), AMOUNTS, PLACES, PLACES),
    st.builds(Movement, st.just(SERVICE), st.sampled_from((Unit.POINTS, Unit.YEAR_POINTS)), AMOUNTS, PLACES),
    st.builds(Movement, st.just(GUEST), st.just(Unit.FEN), st.integers(1, 50_000)),
)
MONTHS = st.sampled_from(("2026-10", "2026-11", "2026-12", "2027-01"))


class Book:
    """A ledger in memory, made of the rules alone."""

    def __init__(self) -> None:
        self.balances: dict[BalanceKey, Figures] = {}

    def write(self, lines: Sequence[Line], month: str, of_month: str) -> None:
        for key, added in moves(lines, month=month, of_month=of_month).items():
            was = self.balances.get(key, Figures())
            parts = {name: getattr(was, name) + getattr(added, name) for name in Figures.__slots__}
            self.balances[key] = Figures(**parts)

    def standing(self) -> dict[tuple[LedgerSubject, Unit], int]:
        """Every account over all years."""
        left: dict[tuple[LedgerSubject, Unit], int] = {}
        for key, figures in self.balances.items():
            if len(key.period) == 4:
                one = (key.subject, key.unit)
                left[one] = left.get(one, 0) + figures.net
        return {one: net for one, net in left.items() if net}


@given(st.lists(st.tuples(st.lists(MOVEMENTS, min_size=1, max_size=4), MONTHS, st.booleans(), MONTHS), max_size=8))
def test_any_sequence_keeps_the_trial_balance_and_a_reversal_restores_every_account(
    steps: list[tuple[list[Movement], str, bool, str]],
) -> None:
    book = Book()
    for movements, month, is_taken_back, later in steps:
        before, lines = book.standing(), lines_of(posting(*movements, month=month))
        assert not any(sums(lines).values())
        book.write(lines, month, month)
        if is_taken_back:
            back = [line.opposite(uuid4()) for line in lines]
            assert not any(sums(back).values())
            book.write(back, max(month, later), month)
            assert book.standing() == before
    for period in {key.period for key in book.balances}:
        for unit in Unit:
            of = [figures for key, figures in book.balances.items() if (key.period, key.unit) == (period, unit)]
            assert sum(one.net for one in of) == 0
            assert sum(one.concerning for one in of) == 0


@given(st.lists(MOVEMENTS, min_size=1, max_size=4), MONTHS, MONTHS)
def test_what_is_taken_back_later_is_as_if_it_had_not_been_in_the_month_that_it_is_of(
    movements: list[Movement], month: str, later: str
) -> None:
    book, lines = Book(), lines_of(posting(*movements, month=month))
    book.write(lines, month, month)
    book.write([line.opposite(uuid4()) for line in lines], max(month, later), month)
    assert all(figures.concerning == 0 for figures in book.balances.values())
    assert all(figures.awarded >= 0 and figures.deducted >= 0 for figures in book.balances.values())


def test_points_of_a_month_and_of_a_year_are_told_apart() -> None:
    figures = {Unit.POINTS: Figures(debit=5, concerning=-5, lines=1), Unit.YEAR_POINTS: Figures(debit=3, credit=3)}
    month = SubjectBalance(ANNA, "2026-11", figures, {Unit.POINTS: 100})
    assert (month.standing(Unit.POINTS), month.standing_of_period(Unit.POINTS)) == (95, 95)
    year = SubjectBalance(ANNA, "2026", figures, {Unit.YEAR_POINTS: 100})
    assert (year.standing(Unit.YEAR_POINTS), year.of(Unit.FEN)) == (100, Figures())


@pytest.mark.parametrize(
    ("month", "before", "after"),
    [("2026-11", "2026-10", "2026-12"), ("2026-12", "2026-11", "2027-01"), ("2026-01", "2025-12", "2026-02")],
)
def test_months_follow_one_another(month: str, before: str, after: str) -> None:
    assert (month_before(month), next_month(month)) == (before, after)


@pytest.mark.parametrize(
    ("wanted", "closed_through", "into"),
    [
        ("2026-11", None, "2026-11"),
        ("2026-11", "2026-10", "2026-11"),
        ("2026-10", "2026-10", "2026-11"),
        ("2026-03", "2026-12", "2027-01"),
    ],
)
def test_a_closed_month_is_posted_into_the_first_open_one(wanted: str, closed_through: str | None, into: str) -> None:
    assert open_month(wanted, closed_through) == into


def test_a_month_is_civil() -> None:
    last = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)
    assert month_of(last, CHINA) == "2026-11"
    assert month_of(last + timedelta(seconds=1), CHINA) == "2026-12"
    assert not is_over("2026-11", last, CHINA)
    assert is_over("2026-11", last + timedelta(seconds=1), CHINA)
    assert last_instant("2026", CHINA) == last_instant("2026-12", CHINA) < datetime(2027, 1, 1, tzinfo=CHINA)


def test_states_go_one_way() -> None:
    check_open("open", "2026-11")
    check_lockable("closed", "2026-11")
    for state in ("closed", "locked"):
        with pytest.raises(LedgerMonthClosedError):
            check_open(state, "2026-11")
    with pytest.raises(LedgerMonthOpenError):
        check_lockable("open", "2026-11")
    with pytest.raises(LedgerMonthClosedError):
        check_lockable("locked", "2026-11")


def line(**more: object) -> SimpleNamespace:
    fixed: dict[str, object] = dict.fromkeys(
        ("id", "posting_id", "case_id", "matter_id", "reverses_id", "department", "team", "posted_by")
    )
    fixed |= {"sequence": 7, "provision": "penalty-2", "kind": "employee", "subject": "a", "unit": "fen"}
    fixed |= {"side": "debit", "amount": 1, "month": "2026-11", "of_month": "2026-10"}
    return SimpleNamespace(**{**fixed, "posted_at": datetime(2026, 11, 24, 2, 0, 0, 5, tzinfo=UTC), **more})


def test_the_digest_takes_in_every_field_the_order_and_the_month_before() -> None:
    assert canonical(line()) == "7|||||penalty-2|employee|a|fen|debit|1|||2026-11|2026-10||2026-11-24T02:00:00.000005Z|"
    made = digest_of("c", "2026-11", None, [line(), line(sequence=8)])
    others = [
        digest_of("c", "2026-11", "00", [line(), line(sequence=8)]),
        digest_of("d", "2026-11", None, [line(), line(sequence=8)]),
        digest_of("c", "2026-11", None, [line(sequence=8), line()]),
        digest_of("c", "2026-11", None, [line(amount=2), line(sequence=8)]),
        digest_of("c", "2026-11", None, [line()]),
    ]
    assert len({made, *others}) == 6
    assert digest_of("c", "2026-11", None, [line(), line(sequence=8)]) == made
