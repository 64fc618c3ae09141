"""What a customer answers, judged by the version of the questionnaire that was asked; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.callback.policy_surveys import HIGHEST, LOWEST, QuestionKind, Questionnaire
from services.callback.surveys.errors import AnswerEmptyError, AnswerOutsideQuestionnaireError


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it was given: a score or words; neither = unanswered."""

    score: int | None = None
    text: str | None = None

    @property
    def is_given(self) -> bool:
        """Whether anything was answered."""
        return self.score is not None or self.text is not None


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of the questionnaire with what was answered, if anything."""

    question: str
    dimension: str | None
    is_open: bool
    score: int | None
    text: str | None


def judge(questionnaire: Questionnaire, replies: Mapping[str, Reply]) -> Sequence[Answered]:
    """Every question with its answer; what was not answered is there with null.

    Raises: AnswerOutsideQuestionnaireError naming the question, AnswerEmptyError.
    """
    for code, reply in replies.items():
        question = questionnaire.questions.get(code)
        if question is None or not _fits(question.kind, reply):
            raise AnswerOutsideQuestionnaireError.at_pointer(f"/answers/{code}" if question else "/answers")
    if not any(reply.is_given for reply in replies.values()):
        raise AnswerEmptyError.at_pointer("/answers")
    nothing = Reply()
    return [
        Answered(
            code,
            question.dimension,
            question.kind is QuestionKind.OPEN,
            replies.get(code, nothing).score,
            replies.get(code, nothing).text,
        )
        for code, question in questionnaire.in_order
    ]


def is_satisfied(questionnaire: Questionnaire, replies: Mapping[str, Reply], satisfied_from: int) -> bool | None:
    """By the overall question; None where it was left unanswered."""
    reply = replies.get(questionnaire.overall)
    return None if reply is None or reply.score is None else reply.score >= satisfied_from


def _fits(kind: QuestionKind, reply: Reply) -> bool:
    if kind is QuestionKind.OPEN:
        return reply.score is None
    return reply.text is None and (reply.score is None or LOWEST <= reply.score <= HIGHEST)
