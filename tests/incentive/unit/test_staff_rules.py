"""Superiors, deputies and appointments, pure."""

from datetime import date
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from services.incentive.staff.rules import (
    LONGEST_CHAIN,
    Appointer,
    Deputation,
    PostTerms,
    deputies_on,
    makes_circle,
    overlaps_any,
    superior_of,
    with_deputation,
    without_deputation,
)

A, B, C, D = (uuid4() for _ in range(4))
MAY = (date(2026, 5, 1), date(2026, 5, 31))


def test_the_nth_superior_is_found_and_a_circle_ends() -> None:
    chain: dict[UUID, UUID | None] = {A: B, B: C, C: None}
    assert [superior_of(A, chain, n) for n in (1, 2, 3)] == [B, C, None]
    assert superior_of(A, {A: B, B: A}, 2) is None


def test_a_circle_is_seen_before_it_is_made() -> None:
    chain: dict[UUID, UUID | None] = {A: B, B: C, C: None}
    assert makes_circle(C, A, chain)
    assert makes_circle(A, A, chain)
    assert not makes_circle(D, A, chain)
    ids = [uuid4() for _ in range(LONGEST_CHAIN + 1)]
    assert makes_circle(D, ids[0], dict(pairwise(ids)))


def test_deputies_stand_in_on_both_dates_included() -> None:
    given = with_deputation((), Deputation(*MAY, B))
    given = with_deputation(given, Deputation(date(2026, 5, 31), date(2026, 6, 2), C))
    assert deputies_on(given, date(2026, 4, 30)) == ()
    assert deputies_on(given, date(2026, 5, 1)) == (B,)
    assert deputies_on(given, date(2026, 5, 31)) == (B, C)
    assert deputies_on(given, date(2026, 6, 2)) == (C,)


def test_the_same_deputy_from_the_same_date_moves_the_end() -> None:
    given = with_deputation((), Deputation(*MAY, B))
    shorter = Deputation(MAY[0], date(2026, 5, 2), B)
    assert with_deputation(given, shorter) == (shorter,)
    assert without_deputation(given, B, MAY[0]) == ()
    assert without_deputation(given, B, MAY[1]) == given


def test_nobody_has_two_deputies_on_one_date() -> None:
    given = with_deputation((), Deputation(*MAY, B))
    assert overlaps_any(given, Deputation(MAY[1], date(2026, 6, 2), C))
    assert overlaps_any(given, Deputation(date(2026, 5, 2), date(2026, 5, 3), B))
    assert not overlaps_any(given, Deputation(date(2026, 6, 1), date(2026, 6, 2), C))
    assert not overlaps_any(given, Deputation(MAY[0], date(2026, 6, 2), B))


@pytest.mark.parametrize(
    ("until_on", "is_sound"),
    [(date(2026, 5, 1), True), (date(2026, 4, 30), False), (date(2027, 5, 1), True), (date(2027, 5, 2), False)],
)
def test_a_deputation_has_an_end_within_a_year(until_on: date, is_sound: bool) -> None:
    assert Deputation(date(2026, 5, 1), until_on, B).is_sound is is_sound


def test_within_a_department_posts_below_the_own_level_are_given() -> None:
    head = Appointer(staff_ids=(A,), is_company_wide=False, departments=("market",), level=3)
    assert head.may_place("market")
    assert not head.may_place("network")
    assert not head.may_place(None)
    assert head.may_give(PostTerms("market", 2))
    assert head.may_give(PostTerms(None, 2))
    assert not head.may_give(PostTerms("market", 3))
    assert not head.may_give(PostTerms("network", 1))
    office = Appointer(staff_ids=(A,), is_company_wide=True, departments=(), level=2)
    assert office.may_place(None)
    assert office.may_give(PostTerms("management", 5))
