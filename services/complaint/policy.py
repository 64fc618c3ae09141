"""The complaint chapter of a policy pack, typed, and what it says of one case: grade, level, promises, owner."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from services.complaint.policy_delegation import Delegation
from services.complaint.policy_dossier import Dossier
from services.complaint.policy_figures import Anomalies, CaseIndicator
from services.complaint.policy_findings import Appeals, Findings
from services.complaint.policy_handling import (
    Acceptance,
    Assignment,
    Care,
    Consulting,
    EmergencyPlan,
    ExternalCentre,
    GradeCode,
    Holding,
    Information,
    LeaderRule,
    Recording,
    Regrading,
    Reopening,
    StepRule,
)
from services.complaint.policy_intake import (
    Category,
    Channel,
    Grade,
    GradeRule,
    HandlingLevelRule,
    IntakeKind,
    KindCode,
    LevelCode,
)
from services.complaint.policy_redress import Redress
from shared.policy.commitments import (
    Code,
    Ladder,
    Named,
    PauseReason,
    Promised,
    TierCode,
    covers,
)
from shared.policy.model import ChapterHeader
from shared.policy.references import Reference, dangling

CHAPTER = "complaint"


class Metric(StrEnum):
    """What a promise of a case is about; each is answered by one verb (domain.md 4)."""

    RESPONSE = "response"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    AGREEMENT = "agreement"
    PROGRESS = "progress"
    RESOLUTION = "resolution"
    ACCEPTANCE = "acceptance"
    REPORT = "report"


class Start(StrEnum):
    """The moment from which a promise runs."""

    RECEIPT = "receipt"
    PLAN_READY = "plan_ready"
    AGREEMENT = "agreement"
    COMPLETION = "completion"


class Basis(StrEnum):
    """What gives a promise; `standard` ones count only where no tier or level limits the same metric."""

    STANDARD = "standard"
    TIER = "tier"
    LEVEL = "level"
    GRADE = "grade"


class Commitment(Promised):
    """One promise of a limit for a metric, and the cases that it is given to."""

    metric: Metric
    basis: Basis
    start: Start = Start.RECEIPT
    kinds: tuple[KindCode, ...] = ()
    tiers: tuple[TierCode, ...] = ()
    parties: tuple[Code, ...] = ()
    """individual, unit, group: the customer's party; empty = any, also an unknown one."""
    grades: tuple[GradeCode, ...] = ()
    levels: tuple[LevelCode, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.metric is Metric.RESPONSE and self.pauses:
            raise ValueError("响应时限不得暂停")
        needed = {Basis.TIER: self.tiers, Basis.LEVEL: self.levels, Basis.GRADE: self.grades}.get(self.basis, ("-",))
        if not needed:
            raise ValueError(f"依据为 {self.basis} 的承诺须列出其适用范围")
        if self.is_recurring and self.metric is not Metric.PROGRESS:
            raise ValueError("只有进展通报（progress）可以循环计时")
        return self

    def is_given_to(self, case: "CaseTerms") -> bool:
        """Whether the promise is given to such a case."""
        return (
            covers(self.kinds, case.kind)
            and covers(self.tiers, case.tier)
            and covers(self.parties, case.party)
            and covers(self.grades, case.grade)
            and covers(self.levels, case.level)
        )


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """What decides on a case's promises."""

    kind: str
    tier: str
    party: str | None = None
    grade: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A promise that limits a metric, with what gave it; the earliest deadline of a metric's candidates governs."""

    code: str
    commitment: Commitment

    @property
    def basis(self) -> Basis:
        """Tier, grade, level or standard."""
        return self.commitment.basis


class ComplaintChapter(ChapterHeader):
    """Everything a pack says of cases, appeals and delegation."""

    kinds: dict[Code, IntakeKind]
    channels: dict[Code, Channel]
    categories: dict[Code, Category]
    circumstances: dict[Code, Named]
    grades: dict[Code, Grade]
    grade_rules: dict[Code, GradeRule]
    default_grade: GradeCode
    regrading: Regrading
    handling_levels: dict[Code, Named] = Field(default_factory=dict)
    handling_level_rules: dict[Code, HandlingLevelRule] = Field(default_factory=dict)
    commitments: dict[Code, Commitment]
    ladders: dict[Code, Ladder]
    pauses: dict[Code, PauseReason]
    assignments: dict[Code, Assignment] = Field(default_factory=dict)
    steps: dict[Code, StepRule] = Field(default_factory=dict)
    emergency_plans: dict[Code, EmergencyPlan]
    reopening: Reopening
    recording: Recording
    appeals: Appeals
    findings: Findings
    external_centres: dict[Code, ExternalCentre]
    leaders: dict[Code, LeaderRule] = Field(default_factory=dict)
    holding: Holding | None = None
    """Null = no holding replies."""
    acceptance: Acceptance | None = None
    """Null = silence is never acceptance."""
    consulting: Consulting | None = None
    """Null = without a limit of its own."""
    information: Information
    care: dict[TierCode, Care] = Field(default_factory=dict)
    delegation: Delegation
    indicators: dict[Code, CaseIndicator]
    anomalies: Anomalies = Field(default_factory=Anomalies)
    redress: Redress = Field(default_factory=Redress)
    dossier: Dossier

    @property
    def own_codes(self) -> Mapping[str, Iterable[str]]:
        """The codes that this chapter defines, by kind of reference."""
        return {
            "clause": self.clauses,
            "ladder": self.ladders,
            "pause": self.pauses,
            "kind": self.kinds,
            "channel": self.channels,
            "category": self.categories,
            "circumstance": self.circumstances,
            "grade": self.grades,
            "level": self.handling_levels,
            "authority_category": self.delegation.categories,
            "authority": self.delegation.authorities,
            "commitment": self.commitments,
            "mark": self.findings.marks,
        }

    @model_validator(mode="after")
    def _names_only_what_it_defines(self) -> Self:
        missing = dangling(self, self.own_codes)
        if missing:
            raise ValueError("；".join(_undefined(reference) for reference in missing))
        return self

    @model_validator(mode="after")
    def _prices_can_be_decided(self) -> Self:
        for code, price in self.redress.prices.items():
            money = self.delegation.authorities[price.authority].money
            if money is None or money.amount_fen is not None:
                raise ValueError(f"/redress/prices/{code}：授权事项 {price.authority} 须为金额按实际填写的事项")
        return self

    def grade_of(self, category: str, circumstances: Iterable[str], affected_customers: int) -> tuple[str, str | None]:
        """The grade of a complaint and the rule that gave it (None = the default)."""
        facts = {*circumstances, *self.categories[category].implies}
        fitting = [
            (self.grades[rule.grade].gravity, code, rule.grade)
            for code, rule in self.grade_rules.items()
            if rule.fits(facts, affected_customers)
        ]
        if not fitting:
            return self.default_grade, None
        _, code, grade = min(fitting)
        return grade, code

    def level_of(self, tier: str, channel: str) -> str | None:
        """The level that handles a case, where the pack has levels."""
        for rule in sorted(self.handling_level_rules.values(), key=lambda rule: rule.position):
            if covers(rule.tiers, tier) and covers(rule.channels, channel):
                return rule.level
        return None

    def assignment_of(self, tier: str, grade: str | None, channel: str) -> Assignment | None:
        """Who is the owner of a new case; None = the first-responsible."""
        for rule in sorted(self.assignments.values(), key=lambda rule: rule.position):
            if covers(rule.tiers, tier) and covers(rule.grades, grade) and covers(rule.channels, channel):
                return rule
        return None

    def leader_of(self, tier: str, grade: str | None, level: str | None) -> str | None:
        """The post that coordinates the case in person; None where the pack names none."""
        for rule in sorted(self.leaders.values(), key=lambda rule: rule.position):
            if covers(rule.tiers, tier) and covers(rule.grades, grade) and covers(rule.levels, level):
                return rule.post
        return None

    def centre_of(self, channel: str) -> ExternalCentre | None:
        """The outside centre behind a channel."""
        return next((centre for centre in self.external_centres.values() if centre.channel == channel), None)

    def reported_to(self, grade: str | None) -> tuple[str, ...]:
        """The superior posts that are told of a case; of one without a grade those of the default grade."""
        return self.information.reported_to.get(grade or self.default_grade, ())

    def emergency_plan_of(self, grade: str | None) -> tuple[str, EmergencyPlan] | None:
        """The plan that a grade starts, with its code."""
        return next(((code, plan) for code, plan in self.emergency_plans.items() if grade in plan.grades), None)


def promises_for(chapter: ComplaintChapter, case: CaseTerms, *, start: Start) -> dict[Metric, tuple[Candidate, ...]]:
    """The promises that run from `start`, by metric, in the order of their codes.

    The earliest deadline of a metric's candidates governs.  A standard promise is a candidate only where no tier
    and no level promises the same metric; a promise without a budget (untargeted) counts as one.
    """
    given: dict[Metric, list[Candidate]] = {}
    for code, commitment in sorted(chapter.commitments.items()):
        if commitment.is_given_to(case):
            given.setdefault(commitment.metric, []).append(Candidate(code, commitment))
    chosen = {metric: _without_replaced(candidates) for metric, candidates in given.items()}
    running = {metric: tuple(c for c in found if c.commitment.start is start) for metric, found in chosen.items()}
    return {metric: found for metric, found in running.items() if found}


def _without_replaced(candidates: list[Candidate]) -> list[Candidate]:
    if any(candidate.basis in {Basis.TIER, Basis.LEVEL} for candidate in candidates):
        return [candidate for candidate in candidates if candidate.basis is not Basis.STANDARD]
    return candidates


def _undefined(reference: Reference) -> str:
    return f"{reference.path}：未定义的{reference.kind} “{reference.code}”"
