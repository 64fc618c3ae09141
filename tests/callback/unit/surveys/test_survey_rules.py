"""Sample sizes, intervals, links, answers and quarters, without a database."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from math import sqrt
from zoneinfo import ZoneInfo

import pytest

from services.callback.policy_surveys import Questionnaire
from services.callback.surveys.errors import (
    AnswerEmptyError,
    AnswerOutsideQuestionnaireError,
    LinkInvalidError,
    SurveyPeriodError,
    SurveyStepNotAllowedError,
)
from services.callback.surveys.rules import links
from services.callback.surveys.rules.replies import Reply, is_satisfied, judge
from services.callback.surveys.rules.results import Standing, TierResult, wilson
from services.callback.surveys.rules.sampling import sample_size, z_of
from services.callback.surveys.rules.states import SurveyAct, after, surveyed_quarter
from shared.ids import new_id
from tests.support.packs import callback_chapter, shipped

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("population", "margin", "least", "size"),
    [
        (0, 50, 30, 0),
        (1, 50, 30, 1),
        (20, 50, 30, 20),
        (150, 50, 0, 109),
        (30_000, 50, 30, 380),
        (30_000, 30, 0, 1031),
        (1_000_000, 50, 0, 384),
        (10_000, 500, 30, 30),
    ],
)
def test_the_sample_is_that_of_a_finite_population(population: int, margin: int, least: int, size: int) -> None:
    assert sample_size(population, confidence=95, margin_permille=margin, least=least) == size


def test_more_customers_never_mean_a_smaller_sample() -> None:
    sizes = [sample_size(one, confidence=95, margin_permille=50) for one in range(2000)]
    assert all(one <= other for one, other in pairwise(sizes))
    assert float(z_of(95)) == pytest.approx(1.959964)


@pytest.mark.parametrize(("satisfied", "rated"), [(0, 1), (1, 1), (7, 10), (94, 100), (379, 380), (380, 380)])
def test_the_interval_is_wilsons(satisfied: int, rated: int) -> None:
    z, share = 1.959964, satisfied / rated
    middle, whole = share + z * z / (2 * rated), 1 + z * z / rated
    half = z * sqrt(share * (1 - share) / rated + z * z / (4 * rated * rated))
    found = wilson(satisfied, rated, 95)
    assert found is not None
    assert float(found.lower) == pytest.approx(100 * (middle - half) / whole, abs=0.0011)
    assert float(found.upper) == pytest.approx(100 * (middle + half) / whole, abs=0.0011)
    assert 0 <= found.lower <= Decimal(100) * satisfied / rated <= found.upper <= 100


@pytest.mark.parametrize(
    ("satisfied", "rated", "target", "is_met", "standing"),
    [
        (98, 100, 98, True, Standing.UNDECIDED),
        (97, 100, 98, False, Standing.UNDECIDED),
        (380, 380, 98, True, Standing.MET),
        (50, 100, 78, False, Standing.MISSED),
        (0, 0, 78, None, None),
        (5, 10, None, None, None),
    ],
)
def test_a_share_is_held_against_its_target(
    satisfied: int, rated: int, target: int | None, is_met: bool | None, standing: Standing | None
) -> None:
    goal = None if target is None else Decimal(target)
    one = TierResult("vip", 1000, 400, 400, rated, rated, satisfied, wilson(satisfied, rated, 95), goal)
    assert (one.is_target_met, one.standing, one.unanswered) == (is_met, standing, 400 - rated)
    assert one.is_too_few(10) == (rated < 10)


def _sign(text: str) -> str:
    return f"{hash(('key', text)) & (1 << 88) - 1:022x}"


def test_a_link_names_its_invitation_and_no_other_text_is_one() -> None:
    link = links.Link(new_id(), 3)
    token = links.make(link, _sign)
    assert links.read(token, _sign) == link
    forged = [token[:-1] + ("0" if token[-1] != "0" else "1"), "B" + token[1:], token + "A", token[:-1], "", "é" * 46]
    for one in forged:
        with pytest.raises(LinkInvalidError):
            links.read(one, _sign)


@pytest.fixture(scope="module")
def csat() -> Questionnaire:
    """The questionnaire that ships."""
    return callback_chapter("chaohu").surveys.questionnaires["csat"]


def test_what_is_not_answered_is_there_with_null(csat: Questionnaire) -> None:
    replies = {"overall": Reply(score=4), "attitude": Reply(), "advice": Reply(text="好")}
    found = {one.question: (one.score, one.text) for one in judge(csat, replies)}
    assert found == {
        **dict.fromkeys(("attitude", "quality", "speed", "effect"), (None, None)),
        "overall": (4, None),
        "advice": (None, "好"),
    }
    assert [is_satisfied(csat, {"overall": Reply(score)}, 4) for score in (5, 4, 3, None)] == [True, True, False, None]
    assert is_satisfied(csat, {}, 4) is None


@pytest.mark.parametrize(
    ("code", "reply", "pointer"),
    [
        ("price", Reply(score=3), "/answers"),
        ("overall", Reply(score=0), "/answers/overall"),
        ("overall", Reply(score=6), "/answers/overall"),
        ("overall", Reply(text="好"), "/answers/overall"),
        ("advice", Reply(score=3), "/answers/advice"),
    ],
)
def test_an_answer_outside_the_questionnaire_is_refused(
    csat: Questionnaire, code: str, reply: Reply, pointer: str
) -> None:
    with pytest.raises(AnswerOutsideQuestionnaireError) as refused:
        judge(csat, {code: reply})
    assert refused.value.errors[0].pointer == pointer


def test_nothing_answered_is_no_answer(csat: Questionnaire) -> None:
    with pytest.raises(AnswerEmptyError):
        judge(csat, {"overall": Reply()})


def test_the_quarter_is_this_one_or_the_one_before() -> None:
    now = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # the first of January in Shanghai
    assert surveyed_quarter(None, now, SHANGHAI) == "2027-Q1"
    assert surveyed_quarter("2026-Q4", now, SHANGHAI) == "2026-Q4"
    for wanted in ("2026-Q3", "2027-Q2"):
        with pytest.raises(SurveyPeriodError):
            surveyed_quarter(wanted, now, SHANGHAI)


def test_steps_are_taken_in_their_order() -> None:
    steps = {(act, state) for act in SurveyAct for state in ("draft", "framed", "fielding", "closed", "withdrawn")}
    allowed = {("frame", "draft"), ("open", "framed"), ("close", "fielding"), ("withdraw", "draft")}
    allowed |= {("withdraw", "framed")}
    for act, state in steps:
        if (act.value, state) in allowed:
            after(act, state)
        else:
            with pytest.raises(SurveyStepNotAllowedError):
                after(act, state)


@pytest.mark.parametrize(
    ("code", "targets"),
    [
        ("xxx-gas", {"vip": 98, "general": 78}),
        ("chaohu", {"vip": 98, "key": 94, "major": 90, "general": 78}),
        ("generic", {"special": 98, "first": 94, "second": 90, "third": 78}),
        ("liaoning", {"a_plus": 98, "a": 94, "b": 90, "c": 78, "general": 78}),
    ],
)
def test_every_pack_sets_its_targets(code: str, targets: dict[str, int]) -> None:
    surveys = callback_chapter(code).surveys
    assert {tier: surveys.terms(tier).target_at_least for tier in shipped(code).common.tiers} == targets
    is_open = {one.target.is_open_setting for one in surveys.tiers.values() if one.target}
    assert is_open == {code != "chaohu"}, "only chaohu's regulation gives the numbers"
