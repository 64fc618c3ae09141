"""Results, and open answers with their coding, as they are shown."""

from uuid import UUID

from pydantic import AwareDatetime

from services.callback.surveys.models import SurveyAnswerRow
from services.callback.surveys.rules.results import Standing, TierResult
from services.callback.surveys.service.coding import CodedAnswer, Themes
from services.callback.surveys.service.figures import Results
from shared.http.base_model import ApiModel
from shared.http.page import Page


class DimensionScore(ApiModel):
    """The scores of one dimension; the mean is total over answered."""

    dimension: str
    answered: int
    unanswered: int
    """Of those who responded; neither good nor bad."""
    total: int
    mean: float | None
    """Rounded to a hundredth; null where nobody answered."""


class TierSatisfactionView(ApiModel):
    """The result of one tier; shares are numerator and denominator."""

    tier: str
    population: int
    sampled: int
    invited: int
    responded: int
    """Of `sampled`: the response rate."""
    satisfied: int
    rated: int
    """Who answered the overall question: the denominator of `satisfied`."""
    unanswered: int
    """Of `sampled`: who did not answer it, counted apart."""
    lower_percent: float | None
    """Of the Wilson interval, rounded outwards; null where nobody answered."""
    upper_percent: float | None
    target_at_least: float | None
    """Percent; null = none is set, which is neither 0 nor kept."""
    is_target_met: bool | None
    standing: Standing | None
    """What the interval says of the whole tier."""
    is_too_few: bool
    """Fewer answers than the pack asks for to judge by."""
    scores: list[DimensionScore]

    @classmethod
    def of(cls, one: TierResult, least_answers: int) -> "TierSatisfactionView":
        """As counted."""
        interval, target = one.interval, one.target_at_least
        return cls(
            tier=one.tier,
            population=one.population,
            sampled=one.sampled,
            invited=one.invited,
            responded=one.responded,
            satisfied=one.satisfied,
            rated=one.rated,
            unanswered=one.unanswered,
            lower_percent=float(interval.lower) if interval else None,
            upper_percent=float(interval.upper) if interval else None,
            target_at_least=None if target is None else float(target),
            is_target_met=one.is_target_met,
            standing=one.standing,
            is_too_few=one.is_too_few(least_answers),
            scores=[
                DimensionScore(
                    dimension=score.dimension,
                    answered=score.answered,
                    unanswered=score.unanswered,
                    total=score.total,
                    mean=round(score.total / score.answered, 2) if score.answered else None,
                )
                for score in one.scores
            ],
        )


class SurveyResults(ApiModel):
    """The results of a survey."""

    survey_id: UUID
    company: str
    period: str
    confidence: int
    """Percent, of the intervals."""
    is_frozen: bool
    """A closed survey says the same for ever."""
    tiers: list[TierSatisfactionView]

    @classmethod
    def of(cls, found: Results) -> "SurveyResults":
        """As counted or kept."""
        return cls(
            survey_id=found.row.id,
            company=found.row.company,
            period=found.row.period,
            confidence=found.row.confidence,
            is_frozen=found.is_frozen,
            tiers=[TierSatisfactionView.of(one, found.least_answers) for one in found.tiers],
        )


class OpenAnswer(ApiModel):
    """What a customer wrote, without who it was."""

    id: UUID
    survey_id: UUID
    question: str
    text: str | None
    """Null: the customer was erased."""
    categories: list[str]
    coded_at: AwareDatetime | None
    version: int


class OpenAnswerPage(Page[OpenAnswer]):
    """One page of open answers."""


class CodingView(ApiModel):
    """One coding, by whom and when."""

    position: int
    categories: list[str]
    coded_by: UUID
    coded_at: AwareDatetime


class OpenAnswerDetail(OpenAnswer):
    """An open answer with the history of its coding."""

    codings: list[CodingView]

    @classmethod
    def shown(cls, found: CodedAnswer) -> "OpenAnswerDetail":
        """As read."""
        codings = [CodingView.model_validate(one) for one in found.codings]
        return cls.model_validate({**_answer(found.row), "codings": codings})


def _answer(row: SurveyAnswerRow) -> dict[str, object]:
    return OpenAnswer.model_validate(row).model_dump()


class ThemeCount(ApiModel):
    """How many open answers are about a category."""

    category: str
    name: str
    department: str | None
    answers: int


class SurveyThemes(ApiModel):
    """What open answers are about, as coded so far; coding goes on after a survey is closed."""

    given: int
    uncoded: int
    categories: list[ThemeCount]

    @classmethod
    def of(cls, found: Themes) -> "SurveyThemes":
        """As counted."""
        return cls.model_validate(found)
