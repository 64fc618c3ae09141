"""What an investigation may find, what follows from it, and how it is contested: findings and appeals as pack data."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import ClauseCode, Code, Entry, Limit, Named, PostCode, Promised, Refers

GradeCode = Annotated[Code, Refers("grade")]


class Appellant(StrEnum):
    """Who may contest a finding."""

    CUSTOMER = "customer"
    DEPARTMENT = "department"
    EMPLOYEE = "employee"


class StepAct(StrEnum):
    """What is done in a step of the appeal flow."""

    ADMIT = "admit"
    """Admissible or not."""
    REVIEW = "review"
    """An opinion for whoever decides."""
    DECIDE = "decide"
    """The outcome takes effect."""
    TELL = "tell"
    """The appellant is told."""


class Effect(StrEnum):
    """What an outcome does to the finding."""

    UPHOLDS = "upholds"
    REVISES = "revises"
    OVERTURNS = "overturns"


class AppealStep(Promised, Named):
    """One step of the appeal flow with its limit."""

    position: int
    act: StepAct
    post: PostCode
    substitutes: tuple[PostCode, ...] = ()
    """Who acts where everybody who holds the post took part in the finding."""
    on_request_within: Limit | None = None
    """Begins only if the appellant asks for it within this time after the decision before; null = by itself."""
    standard: str
    """By what the step is judged, in Chinese."""


class AppealGround(Named):
    """A reason for which a finding may be contested, and by whom."""

    appellants: tuple[Appellant, ...] = (Appellant.CUSTOMER, Appellant.DEPARTMENT, Appellant.EMPLOYEE)
    is_open_setting: bool = False


class AppealOutcome(Named):
    """A decision and what it does to the finding."""

    effect: Effect


class Appeals(Entry):
    """The appeal flow: who, until when, which steps, by which standard, and what comes of it."""

    appellants: tuple[Appellant, ...] = (Appellant.CUSTOMER, Appellant.DEPARTMENT, Appellant.EMPLOYEE)
    window: Limit
    """The customer's from being told of the finding; a department's or employee's from its confirmation."""
    max_count: Annotated[int, Field(ge=1)]
    """Appeals of one appellant against one finding; withdrawn ones do not count."""
    grounds: dict[Code, AppealGround]
    steps: dict[Code, AppealStep]
    outcomes: dict[Code, AppealOutcome]
    decided_by: PostCode
    """Never somebody who took part in the finding."""
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _can_be_walked(self) -> Self:
        ordered = [step for _, step in self.ordered()]
        if len({step.position for step in ordered}) != len(ordered):
            raise ValueError("申诉步骤的次序不得重复")
        if not ordered or ordered[0].act is not StepAct.ADMIT:
            raise ValueError("申诉的第一步须为受理（admit）")
        if all(step.act is not StepAct.DECIDE for step in ordered):
            raise ValueError("申诉须有裁决步骤（decide）")
        if all(step.post != self.decided_by for step in ordered if step.act is StepAct.DECIDE):
            raise ValueError("裁决岗位（decided_by）须为某一裁决步骤的岗位")
        return self

    def ordered(self) -> list[tuple[str, AppealStep]]:
        """The steps in their order."""
        return sorted(self.steps.items(), key=lambda item: item[1].position)

    def after(self, code: str) -> tuple[str, AppealStep] | None:
        """The step that follows; None after the last."""
        position = self.steps[code].position
        return next((item for item in self.ordered() if item[1].position > position), None)

    def on_request_after(self, code: str) -> tuple[str, AppealStep] | None:
        """The next step that the appellant must ask for; None where the pack has none."""
        position = self.steps[code].position
        later = (item for item in self.ordered() if item[1].position > position)
        return next((item for item in later if item[1].on_request_within is not None), None)


class FindingVerdict(Named):
    """What an investigation concludes."""

    holds_responsible: bool = False
    """Names a responsible department and persons, and counts against them."""


class Implied(StrEnum):
    """The answer of the investigation from which a mark follows by itself."""

    PREVENTABLE = "preventable"
    """It could have been prevented."""
    NOT_REPORTED = "not_reported"
    """It was not reported upward and was raised again."""


class FindingMark(Named):
    """A fault that a finding may state, and the consequence's clause in the incentive chapter."""

    implied_by: Implied | None = None
    consequence: Code | None = None
    """Clause code of the incentive chapter that is proposed."""
    clause: ClauseCode


class RepeatedConsequence(Named):
    """So many confirmed cases about one person within a period propose a consequence."""

    count: Annotated[int, Field(ge=1)]
    months: Annotated[int, Field(ge=1)]
    is_calendar_year: bool
    consequence: Code
    clause: ClauseCode


class MeasureRule(Promised, Named):
    """How long a corrective measure may take, by how grave the case is."""

    grades: tuple[GradeCode, ...] = ()
    """Cases of these grades have it unless the finding says otherwise."""


class Remedy(Named):
    """How a complaint is made good."""

    needs_authority: bool = False
    """Only with an executed authorisation of the same complaint."""


class Findings(Entry):
    """What an investigation may find and what follows."""

    verdicts: dict[Code, FindingVerdict]
    marks: dict[Code, FindingMark]
    repeated: dict[Code, RepeatedConsequence]
    remedies: dict[Code, Remedy]
    """Explanation, apology, redo, compensation."""
    found_by: tuple[PostCode, ...]
    confirmed_by: tuple[PostCode, ...]
    """Never who drafted it or is held responsible by it."""
    confirmation: Promised
    """From the draft to its confirmation or return."""
    correction: Promised
    """From the return to the new draft."""
    measures: dict[Code, MeasureRule]
    default_measure: Code
    verified_by: tuple[PostCode, ...]
    """Who accepts a corrective measure as done; never its owner."""
    verification: Promised
    uses: dict[Code, str]
    """What results are used for, in Chinese."""
    clause: ClauseCode

    @model_validator(mode="after")
    def _defines_the_default(self) -> Self:
        if self.default_measure not in self.measures:
            raise ValueError("默认的整改时限须为 measures 之一")
        return self

    def measure_for(self, grade: str | None, chosen: str | None) -> str:
        """The rule of a measure: as chosen, by the case's grade, or the default."""
        if chosen is not None:
            return chosen
        by_grade = (code for code, rule in sorted(self.measures.items()) if grade in rule.grades)
        return next(by_grade, self.default_measure)
