"""What a summary and a themed report count, as plain values that are frozen and read again: whole numbers only."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.inspection.inspections.rules.scoring import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFigures:
    """Cases, orders, calls, broken promises or entry errors of the department."""

    seen: int
    ended: int
    late: int
    satisfied: int
    unsatisfied: int
    unanswered: int
    """Of whom nothing is known: neither satisfied nor not."""
    amount: int
    by_category: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredFigures:
    """Inspections held, and what their forms came to."""

    held: int
    late_forms: int
    score_got: int
    score_of: int
    score: int | None
    """Basis points of all weights together; null where nothing was scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionFigures(ScoredFigures):
    """The same, by kind too."""

    by_kind: dict[str, ScoredFigures]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFigures:
    """Findings in force, by when they were found."""

    found: int
    by_severity: dict[str, int]
    by_clause: dict[str, int]
    recurrences: int
    points: int
    mended: int
    overturned: int
    """Not among those found."""
    good_examples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFigures:
    """Rectification notices."""

    issued: int
    closed: int
    in_time: int
    judged: int
    open: int
    """Due in the period and not judged yet."""
    late: int
    """Deadlines missed in the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementFigures:
    """Improvements due in the period."""

    due: int
    done_in_time: int
    done_late: int
    not_done: int
    accepted: int
    cancelled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringFigures:
    """Trainings or service meetings held."""

    held: int
    minutes: int
    attendances: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFigures:
    """A department's month."""

    facts: dict[str, FactFigures]
    inspections: InspectionFigures
    findings: FindingFigures
    notices: NoticeFigures
    improvements: ImprovementFigures
    trainings: GatheringFigures
    meetings: GatheringFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class PointFigures:
    """One point of a checklist, as it was answered in a department."""

    checklist: str
    point: str
    question: str
    ok: int
    not_ok: int
    not_applicable: int
    score: int | None
    """Basis points: in order, of what applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFigures:
    """A department's themed inspections of the quarter."""

    department: str
    inspections: int
    themes: list[str]
    score_got: int
    score_of: int
    score: int | None
    score_before: int | None
    """Of the quarter before."""
    findings: int
    good_examples: int
    checked_points: list[PointFigures]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseFigures:
    """Findings on one clause of one severity."""

    clause: str
    severity: str
    found: int
    recurrences: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStanding:
    """One notice that followed, as it stands."""

    notice_id: UUID
    number: str
    department: str
    severity: str
    state: str
    cycle: int
    is_late: bool
    is_mended: bool | None
    deadline_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterTotals:
    """A quarter in five numbers."""

    quarter: str
    inspections: int
    score_got: int
    score_of: int
    score: int | None
    findings: int
    notices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemedFigures:
    """A quarter's themed inspections."""

    totals: QuarterTotals
    before: QuarterTotals
    score_change: int | None
    """Basis points against the quarter before; null where one of them has no score."""
    findings_change: int
    departments: list[DepartmentFigures]
    clauses: list[ClauseFigures]
    notices: list[NoticeStanding]


def plain(figures: SummaryFigures | ThemedFigures) -> dict[str, Any]:
    """As it is stored and shown: ids as text, instants in UTC."""
    said = asdict(figures)
    for one in said.get("notices", ()) if isinstance(figures, ThemedFigures) else ():
        one["notice_id"] = str(one["notice_id"])
        one["deadline_at"] = None if one["deadline_at"] is None else one["deadline_at"].astimezone(UTC).isoformat()
    return said


def basis_points(got: int, of: int) -> int | None:
    """Rounded half up; None where nothing applied."""
    return Score(got, of).basis_points


def scored(rows: Iterable[Mapping[str, Any]]) -> ScoredFigures:
    """Rows of counts together."""
    found = list(rows)
    held, late, got, of = (sum(int(one[name]) for one in found) for name in ("held", "late_forms", "got", "of"))
    return ScoredFigures(held=held, late_forms=late, score_got=got, score_of=of, score=basis_points(got, of))


def change(now: int | None, before: int | None) -> int | None:
    """What became of a score."""
    return None if now is None or before is None else now - before
