"""What a customer's answers come to, judged by the version of the script that was asked; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.callback.calls.errors import (
    AnswerMissingError,
    AnswerOutsideScriptError,
    ReasonMissingError,
    UnknownReasonError,
)
from services.callback.policy_calls import HIGHEST, LOWEST, AnswerKind, Question, Script


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it was given; exactly one part."""

    choice: str | None = None
    score: int | None = None
    is_yes: bool | None = None
    text: str | None = None

    @property
    def kind(self) -> AnswerKind | None:
        """How it was given; None if not in exactly one way."""
        given = [
            kind
            for kind, value in (
                (AnswerKind.CHOICE, self.choice),
                (AnswerKind.SCORE, self.score),
                (AnswerKind.YES_NO, self.is_yes),
                (AnswerKind.TEXT, self.text),
            )
            if value is not None
        ]
        return given[0] if len(given) == 1 else None


@dataclass(frozen=True, slots=True)
class Judged:
    """What the answers mean."""

    is_satisfied: bool | None
    """None = the overall question was not answered: counted apart."""
    score: int | None
    unsatisfied: frozenset[str]
    """The questions whose answers mean that the customer is not satisfied."""


def judge(script: Script, replies: Mapping[str, Reply]) -> Judged:
    """Judge the answers.  Raises: AnswerOutsideScriptError, AnswerMissingError."""
    for code, reply in replies.items():
        question = script.questions.get(code)
        if question is None or not _is_answer(question, reply):
            raise AnswerOutsideScriptError.at_pointer(f"/answers/{code}")
    for code, question in script.questions.items():
        if question.is_required and code not in replies:
            raise AnswerMissingError.at_pointer(f"/answers/{code}")
    unsatisfied = frozenset(code for code, reply in replies.items() if is_unsatisfied(script.questions[code], reply))
    overall = next(code for code, question in script.questions.items() if question.is_overall)
    answer = replies.get(overall)
    score = answer.score if answer else None
    if unsatisfied:
        return Judged(False, score, unsatisfied)
    return Judged(True if answer else None, score, unsatisfied)


def is_unsatisfied(question: Question, reply: Reply) -> bool:
    """Whether the answer means that the customer is not satisfied."""
    if reply.score is not None:
        return question.unsatisfied_up_to is not None and reply.score <= question.unsatisfied_up_to
    if reply.is_yes is not None:
        return question.unsatisfied_if is reply.is_yes
    return reply.choice in question.unsatisfied_choices


def check_reasons(known: Mapping[str, object], reasons: Sequence[str], *, is_satisfied: bool | None) -> None:
    """Reasons go with dissatisfaction, and only with it.  Raises: ReasonMissingError, UnknownReasonError."""
    if is_satisfied is False and not reasons:
        raise ReasonMissingError.at_pointer("/reasons")
    for position, code in enumerate(reasons):
        if code not in known or is_satisfied is not False:
            raise UnknownReasonError.at_pointer(f"/reasons/{position}")


def _is_answer(question: Question, reply: Reply) -> bool:
    if reply.kind is not question.kind:
        return False
    if reply.choice is not None:
        return reply.choice in question.choices
    return reply.score is None or LOWEST <= reply.score <= HIGHEST
