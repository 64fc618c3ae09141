"""Answers judged by the script: what is outside it, what is missing, what means not satisfied."""

from typing import Any

import pytest

from services.callback.calls.errors import (
    AnswerMissingError,
    AnswerOutsideScriptError,
    NotReachedError,
    ReasonMissingError,
    UnknownReasonError,
)
from services.callback.calls.rules.reports import Report
from services.callback.calls.rules.scripts import Reply, check_reasons, judge
from services.callback.calls.rules.states import Result
from services.callback.policy_calls import Script
from tests.callback.integration.line import TUESDAY
from tests.support.packs import callback_chapter

DONE = callback_chapter("xxx-gas").calls.scripts["service_done"]
CLOSED = callback_chapter("xxx-gas").calls.scripts["case_closed"]


@pytest.mark.parametrize(
    ("script", "replies", "satisfied", "score"),
    [
        (DONE, {"overall": Reply(score=5)}, True, 5),
        (DONE, {"overall": Reply(score=3)}, True, 3),
        (DONE, {"overall": Reply(score=2)}, False, 2),
        (DONE, {"overall": Reply(score=5), "is_left": Reply(is_yes=True)}, False, 5),
        (DONE, {"overall": Reply(score=5), "is_left": Reply(is_yes=False)}, True, 5),
        (DONE, {"overall": Reply(score=4), "attitude": Reply(score=1)}, False, 4),
        (CLOSED, {"overall": Reply(choice="fair")}, True, None),
        (CLOSED, {"overall": Reply(choice="unsatisfied")}, False, None),
        (CLOSED, {"overall": Reply(choice="satisfied"), "is_told": Reply(is_yes=False)}, False, None),
    ],
)
def test_satisfied_or_not(script: Script, replies: dict[str, Reply], satisfied: bool, score: int | None) -> None:
    judged = judge(script, replies)
    assert (judged.is_satisfied, judged.score) == (satisfied, score)


def test_an_overall_question_that_may_stay_open_and_does_is_neither() -> None:
    questions = {**DONE.questions, "overall": DONE.questions["overall"].model_copy(update={"is_required": False})}
    judged = judge(DONE.model_copy(update={"questions": questions}), {"attitude": Reply(score=5)})
    assert judged.is_satisfied is None


@pytest.mark.parametrize(
    ("replies", "pointer"),
    [
        ({"overall": Reply(score=6)}, "/answers/overall"),
        ({"overall": Reply(score=0)}, "/answers/overall"),
        ({"overall": Reply(is_yes=True)}, "/answers/overall"),
        ({"overall": Reply(score=3, text="x")}, "/answers/overall"),
        ({"overall": Reply()}, "/answers/overall"),
        ({"overall": Reply(score=3), "weather": Reply(text="好")}, "/answers/weather"),
    ],
)
def test_an_answer_outside_the_script(replies: dict[str, Reply], pointer: str) -> None:
    with pytest.raises(AnswerOutsideScriptError) as refused:
        judge(DONE, replies)
    assert refused.value.errors[0].pointer == pointer


def test_a_choice_that_the_version_does_not_offer() -> None:
    with pytest.raises(AnswerOutsideScriptError):
        judge(CLOSED, {"overall": Reply(choice="ecstatic")})


def test_a_required_question_is_answered() -> None:
    with pytest.raises(AnswerMissingError) as refused:
        judge(DONE, {"attitude": Reply(score=4)})
    assert refused.value.errors[0].pointer == "/answers/overall"


def test_reasons_go_with_dissatisfaction() -> None:
    check_reasons({"late": 1}, ["late"], is_satisfied=False)
    check_reasons({"late": 1}, [], is_satisfied=True)
    with pytest.raises(ReasonMissingError):
        check_reasons({"late": 1}, [], is_satisfied=False)
    for reasons, is_satisfied in ((["weather"], False), (["late"], True), (["late"], None)):
        with pytest.raises(UnknownReasonError):
            check_reasons({"late": 1}, reasons, is_satisfied=is_satisfied)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"replies": {"overall": Reply(score=5)}}, "/answers"),
        ({"reasons": ("late",)}, "/reasons"),
        ({"words": "客户说"}, "/words"),
    ],
)
def test_who_was_not_reached_said_nothing(more: dict[str, Any], pointer: str) -> None:
    Report(Result.NO_ANSWER, TUESDAY).check_reached()
    with pytest.raises(NotReachedError) as refused:
        Report(Result.NO_ANSWER, TUESDAY, **more).check_reached()
    assert refused.value.errors[0].pointer == pointer
