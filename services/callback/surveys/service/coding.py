"""Open answers are coded by category, by a person; every coding is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.callback.surveys.errors import CategoryUnknownError
from services.callback.surveys.models import CodingRow, SurveyAnswerRow
from services.callback.surveys.repository import answers, surveys
from services.callback.surveys.service.desk import SurveyCall
from shared.audit.trail import record
from shared.errors import StaleError
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class CodedAnswer:
    """An open answer with how it was coded."""

    row: SurveyAnswerRow
    codings: Sequence[CodingRow]


@dataclass(frozen=True, slots=True)
class Category:
    """How many open answers are about it."""

    category: str
    name: str
    department: str | None
    answers: int


@dataclass(frozen=True, slots=True)
class Themes:
    """What open answers are about, as coded so far."""

    given: int
    uncoded: int
    categories: Sequence[Category]


async def code(call: SurveyCall, answer_id: UUID, *, categories: Sequence[str]) -> CodedAnswer:
    """Say what an answer is about; an earlier coding stays in its history.

    Raises: SurveyNotFoundError, AnswerNotFoundError, StaleError, CategoryUnknownError.
    """
    survey = await surveys.get(call.session, call.survey_id, call.scope)
    row = await answers.get_open(call.session, survey.id, answer_id, lock=True)
    if row.version != call.expected_version:
        raise StaleError("该答案已被他人归类，请重新读取后再操作。", params={"current_version": row.version})
    known = call.governing(survey).chapter.surveys.categories
    for position, category in enumerate(categories):
        if category not in known or category in categories[:position]:
            raise CategoryUnknownError.at_pointer(f"/categories/{position}")
    earlier = await answers.codings(call.session, row.id)
    coding = CodingRow(
        id=new_id(),
        company=row.company,
        answer_id=row.id,
        position=len(earlier) + 1,
        categories=list(categories),
        coded_by=call.principal.staff_id,
        coded_at=call.now,
    )
    row.categories, row.coded_at = list(categories), call.now
    row.version += 1
    await answers.add(call.session, coding)
    await record(
        call.session,
        company=row.company,
        action="code_survey_answer",
        at=call.now,
        resource_type="survey_answer",
        resource_id=row.id,
        detail={"version": row.version, "categories": list(categories)},
    )
    return CodedAnswer(row, [*earlier, coding])


async def read(call: SurveyCall, answer_id: UUID) -> CodedAnswer:
    """One open answer with its history, audited.  Raises: SurveyNotFoundError, AnswerNotFoundError."""
    survey = await surveys.get(call.session, call.survey_id, call.scope)
    row = await answers.get_open(call.session, survey.id, answer_id)
    await _audit_words(call, "survey_answer", row.id, row.company)
    return CodedAnswer(row, await answers.codings(call.session, row.id))


async def page(call: SurveyCall, *, is_coded: bool | None, after: UUID | None, limit: int) -> Sequence[SurveyAnswerRow]:
    """The open answers of a survey, without who gave them; audited.  Raises: SurveyNotFoundError."""
    survey = await surveys.get(call.session, call.survey_id, call.scope)
    await _audit_words(call, "survey", survey.id, survey.company)
    return await answers.open_answers(call.session, survey.id, is_coded=is_coded, after=after, limit=limit)


async def themes(call: SurveyCall) -> Themes:
    """What the answers are about, by category of the pack.  Raises: SurveyNotFoundError."""
    survey = await surveys.get(call.session, call.survey_id, call.scope)
    counts, given, uncoded = await answers.category_counts(call.session, survey.id)
    known = call.governing(survey).chapter.surveys.categories
    categories = [Category(one, rule.name, rule.department, counts.get(one, 0)) for one, rule in known.items()]
    return Themes(given, uncoded, categories)


async def _audit_words(call: SurveyCall, kind: str, resource_id: UUID, company: str) -> None:
    await record(
        call.session,
        company=company,
        action="read_survey_words",
        at=call.now,
        resource_type=kind,
        resource_id=resource_id,
    )
