"""Rows of responses, answers and codings."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.surveys.errors import AnswerNotFoundError
from services.callback.surveys.models import CodingRow, SurveyAnswerRow

_BLANK = text("""
update survey_answers a set text = null
from survey_responses r
where r.company = :company and r.customer_id = :customer_id and a.response_id = r.id and a.text is not null
""")
_CATEGORIES = text("""
select category, count(*) as answers from survey_answers, unnest(categories) as category
where survey_id = :survey_id and is_open group by category
""")
_OPEN_COUNTS = text("""
select count(*) as given, count(*) filter (where coded_at is null) as uncoded
from survey_answers where survey_id = :survey_id and is_open and (text is not null or coded_at is not null)
""")


async def add(session: AsyncSession, *rows: Any) -> None:
    """Store new rows, one kind after the other."""
    for row in rows:
        session.add(row)
        await session.flush()


async def add_all(session: AsyncSession, rows: Sequence[SurveyAnswerRow]) -> None:
    """Store the answers of a response."""
    session.add_all(rows)
    await session.flush()


async def get_open(session: AsyncSession, survey_id: UUID, answer_id: UUID, *, lock: bool = False) -> SurveyAnswerRow:
    """An open answer of the survey.  Raises: AnswerNotFoundError, also for one that was left empty."""
    statement = select(SurveyAnswerRow).where(
        SurveyAnswerRow.id == answer_id,
        SurveyAnswerRow.survey_id == survey_id,
        SurveyAnswerRow.is_open,
        SurveyAnswerRow.text.is_not(None) | SurveyAnswerRow.coded_at.is_not(None),
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise AnswerNotFoundError
    return row


async def open_answers(
    session: AsyncSession, survey_id: UUID, *, is_coded: bool | None, after: UUID | None, limit: int
) -> Sequence[SurveyAnswerRow]:
    """The open answers that customers gave, by id."""
    statement = select(SurveyAnswerRow).where(
        SurveyAnswerRow.survey_id == survey_id,
        SurveyAnswerRow.is_open,
        SurveyAnswerRow.text.is_not(None) | SurveyAnswerRow.coded_at.is_not(None),
    )
    if is_coded is not None:
        coded = SurveyAnswerRow.coded_at.is_not(None)
        statement = statement.where(coded if is_coded else ~coded)
    if after is not None:
        statement = statement.where(SurveyAnswerRow.id > after)
    return (await session.scalars(statement.order_by(SurveyAnswerRow.id).limit(limit))).all()


async def codings(session: AsyncSession, answer_id: UUID) -> Sequence[CodingRow]:
    """How an answer was coded, and by whom, in order."""
    statement = select(CodingRow).where(CodingRow.answer_id == answer_id).order_by(CodingRow.position)
    return (await session.scalars(statement)).all()


async def category_counts(session: AsyncSession, survey_id: UUID) -> tuple[dict[str, int], int, int]:
    """Answers by category, open answers given, and those that nobody has coded yet."""
    rows = await session.execute(_CATEGORIES, {"survey_id": survey_id})
    given = (await session.execute(_OPEN_COUNTS, {"survey_id": survey_id})).one()
    return {row.category: row.answers for row in rows}, given.given, given.uncoded


async def blank(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank an erased customer's words."""
    await session.execute(_BLANK, {"company": company, "customer_id": customer_id})
