"""The rules of quality: exact totals, the draw's three shares, who may judge, what a recording may be called."""

from fractions import Fraction
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.callback.policy_calls import Share
from services.callback.policy_quality import Card, Criterion
from services.callback.quality.errors import ScoreMissingError, ScoreOutsideCardError
from services.callback.quality.rules.cards import Score, Total, average, gap, mean, total_of
from services.callback.quality.rules.draws import choose
from services.callback.quality.rules.states import Exclusion, has_number, is_second_person

CARD = Card(
    name="表",
    version=1,
    most=3,
    criteria={
        "a": Criterion(name="甲", weight=33),
        "b": Criterion(name="乙", weight=60),
        "c": Criterion(name="丙", weight=7, may_be_left_out=True),
        "x": Criterion(name="否决", is_fatal=True),
    },
)


@pytest.mark.parametrize(
    ("scores", "total"),
    [
        ({"a": Score(3), "b": Score(3), "c": Score(3)}, Total(300, 300, False)),
        ({"a": Score(1), "b": Score(2), "c": Score(0)}, Total(153, 300, False)),
        ({"a": Score(1), "b": Score(2)}, Total(153, 279, False)),
        ({"a": Score(1), "b": Score(2), "c": Score(), "x": Score(is_failed=False)}, Total(153, 279, False)),
        ({"a": Score(3), "b": Score(3), "c": Score(3), "x": Score(is_failed=True)}, Total(0, 300, True)),
    ],
)
def test_a_total_is_exact(scores: dict[str, Score], total: Total) -> None:
    assert total_of(CARD, scores) == total


@pytest.mark.parametrize(
    ("scores", "error"),
    [
        ({"a": Score(3)}, ScoreMissingError),
        ({"a": Score(3), "b": Score()}, ScoreMissingError),
        ({"a": Score(4), "b": Score(1)}, ScoreOutsideCardError),
        ({"a": Score(-1), "b": Score(1)}, ScoreOutsideCardError),
        ({"a": Score(3), "b": Score(1), "z": Score(1)}, ScoreOutsideCardError),
        ({"a": Score(3), "b": Score(1), "x": Score(1)}, ScoreOutsideCardError),
        ({"a": Score(is_failed=True), "b": Score(1)}, ScoreOutsideCardError),
    ],
)
def test_what_the_card_does_not_have_is_refused(scores: dict[str, Score], error: type[Exception]) -> None:
    with pytest.raises(error):
        total_of(CARD, scores)


def test_gap_mean_and_average_are_exact() -> None:
    one, other = Total(153, 279, False), Total(100, 300, False)
    assert gap(one, other) == gap(other, one) == Fraction(15300, 279) - Fraction(100, 3)
    assert mean(one, other).share == (one.share + other.share) / 2
    assert mean(one, Total(0, 300, True)) == Total(0, mean(one, Total(0, 300, True)).out_of, True)
    assert average([]) is None
    assert average([Fraction(1, 3), Fraction(2, 3)]) == Fraction(1, 2)


@pytest.mark.parametrize("numerator", [0, 1, 3, 20])
def test_the_draw_keeps_each_share_within_one_and_is_the_same_again(numerator: int) -> None:
    shares = (Share(numerator=numerator, denominator=20), Share(numerator=1, denominator=4), Share(numerator=1))
    drawn = recalled = doubled = 0
    chosen = []
    for position in range(1, 401):
        one = choose("seed-2011", "t/quality", position, drawn, shares)
        chosen.append(one)
        drawn += one.is_drawn
        recalled += one.is_recall
        doubled += one.is_double
        assert abs(drawn - Fraction(position * numerator, 20)) < 1
        assert abs(recalled - Fraction(drawn, 4)) < 1
        assert not (one.is_recall and one.is_double), "a customer is never called twice"
    assert doubled == drawn - recalled, "two reviewers for every one that is only listened to"
    counts = [sum(one.is_drawn for one in chosen[:n]) for n in range(400)]
    assert chosen == [choose("seed-2011", "t/quality", n + 1, counts[n], shares) for n in range(400)]


def test_nobody_judges_the_own_call_nor_that_of_the_own_team() -> None:
    me, other = uuid4(), uuid4()
    mine = Exclusion((me,), "hotline_1", None)
    assert mine.covers(me, None, None)
    assert mine.covers(other, "hotline_1", "call_centre")
    assert not mine.covers(other, "hotline_2", "call_centre")
    assert not mine.covers(other, None, None)
    assert Exclusion((me,), None, "call_centre").covers(other, "hotline_2", "call_centre")
    assert not Exclusion((me,), None, None).covers(other, None, None), "no team is not the same team"
    assert is_second_person([me], [other, None])
    assert not is_second_person([me, other], [other])


@pytest.mark.parametrize(
    ("reference", "is_number"),
    [
        ("rec/2026/11/24/8831.wav", False),
        ("2026112413800000000", False),
        ("out-13800000000.wav", True),
        ("025-85551234/1", True),
        ("HF261124-000017", False),
    ],
)
def test_a_recording_is_not_named_by_a_telephone_number(reference: str, is_number: bool) -> None:
    assert has_number(reference) is is_number


@pytest.mark.parametrize(
    "criteria",
    [
        {"a": {"name": "甲", "weight": 99}},
        {"a": {"name": "甲", "weight": 100, "is_fatal": True}},
        {"a": {"name": "甲", "weight": 100, "may_be_left_out": True}},
        {"a": {"name": "甲", "weight": 100}, "b": {"name": "乙"}},
        {"a": {"name": "甲", "weight": 100}, "x": {"name": "否", "is_fatal": True, "may_be_left_out": True}},
    ],
)
def test_a_card_that_does_not_weigh_a_hundred_is_a_mistake_of_the_pack(criteria: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Card.model_validate({"name": "表", "version": 1, "most": 5, "criteria": criteria})
